"""A modifier belongs on another kind of service or another part of the body.

What is wrong
    A modifier of an eyelid (E1-E4), a finger (FA, F1-F9), a toe (TA, T1-T9) or a coronary artery (LC, LD,
    LM, RC, RI) is on an operation elsewhere in the body, or a side (LT, RT, 50) on an organ that has none or
    on a laboratory test; an anesthesia modifier (AA, AD, QK, QX, QY, P1-P6) is on another service; a modifier
    of therapists' assistants (CQ, CO) or of a discipline (GN, GO, GP) is on another discipline's service; AT
    is on something other than manipulation of the spine (98940-98943); QW or 91, for laboratory tests, is on
    something that cannot be one; a modifier of equipment (NU, RR, UE), of drugs from single-dose containers
    (JZ, JW) or of a program's vaccines (SL) is on a procedure; PT is on the screening itself or on something
    other than a procedure, 53 on a test or a visit. The few waived tests that do not need QW are information
    only.

Why it is refused
    The modifier does not fit the procedure, and the payer denies the line.

How to correct it
    Remove the modifier, or correct the procedure. Sides of the body are RT and LT; CQ goes with GP, and CO
    with GO.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from scrubber.claim import ServiceLine
from scrubber.claim.procedures import CodeSet
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="MOD-15",
    title="Modifier of another service or part of the body",
    snip=7,
    severity="warn",
    to_do="Remove the modifier (SV101-3 to SV101-6) that does not fit, or correct the procedure in SV101-2.",
    variants={"waived": "info"},
    sources=("S-MCPM12-50", "S-CR10176", "S-CR11747", "S-PFS25Q4"),
    denials=("CO-4", "N519"),
    claim_status=("A7:453",),
    needs=("modifiers",),
    yields=True,
    parameters={
        "never": Parameter(
            (
                "E1 E2 E3 E4 on 20000-67699,68900-69990",
                "FA F1 F2 F3 F4 F5 F6 F7 F8 F9 on 20605-20606,20610-20611,21010-24999,27000-34999",
                "FA F1 F2 F3 F4 F5 F6 F7 F8 F9 on 38100-62999,65000-69990",
                "TA T1 T2 T3 T4 T5 T6 T7 T8 T9 on 20605-20606,20610-20611,21010-27599,30000-34999",
                "TA T1 T2 T3 T4 T5 T6 T7 T8 T9 on 38100-62999,65000-69990",
                "LC LD LM RC RI on 10004-32999,38100-69990",
                "AA AD QK QX QY on 10004-69990",
                "AA AD QK QX QY QZ on 70010-89398,97010-98960,99202-99499",
                "P1 P2 P3 P4 P5 P6 on 10004-98999,99202-99499",
                "AT on 10004-89398,97010-97799,99202-99499",
                "QW on 10004-79999,88104-88399,90281-98999",
                "91 on 00100-79999,90281-99607",
                "NU RR UE on 00100-99607",
                "JW JZ on 00100-90280,90460-90474,90785-99607",
                "SL on 00100-89398,90785-99285",
                "PT on 80047-87999,90281-99150,99160-99607,G0104-G0106,G0120-G0121",
                "53 on 80047-89398,99202-99499",
                "GP GO on 92507-92508,92521-92524,92597,92607-92609",
                "GO GN on 97161-97164",
                "GP GN on 97165-97168",
                "50 LT RT on 36415-36416,43191-43259,45300-45398,47562-47620,57452-57461,58541-58575",
                "50 LT RT on 59000-59076,59300-59899,71045-71048,80047-87999",
                "50 LT RT on 93000-93018,93303-93352,94010-94799",
            ),
            "modifiers, and the procedures that they are never on",
        ),
        "waived": Parameter(
            ("81002", "81025", "82270", "82272", "82962", "83026", "84830", "85013", "85651"),
            "tests that are recognized as waived without QW",
        ),
        "assistants": Parameter(("CQ GP", "CO GO"), "modifiers that need another modifier"),
    },
)


class _Misfit(NamedTuple):
    modifiers: frozenset[str]
    codes: CodeSet


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    found = line.modifier_codes
    for modifiers, codes in _misfits(context["never"]):
        wrong = found & modifiers
        if wrong and line.hcpcs in codes:
            at = line.modifiers_among(wrong)[0]
            message = f"Line {line.index}: modifier {at} is not for {line.procedure}."
            yield Hit(at=at, message=message, line=line)
    if "QW" in found and line.hcpcs in context["waived"]:
        at = line.modifiers_among(("QW",))[0]
        message = f"Line {line.index}: {line.procedure} is recognized as a waived test without modifier QW."
        yield Hit(at=at, message=message, line=line, variant="waived")
    for pair in context["assistants"]:
        modifier, wanted = pair.split()
        # A line without any discipline is reported as such.
        if modifier in found and wanted not in found and not found.isdisjoint(("GN", "GO", "GP")):
            at = line.modifiers_among((modifier,))[0]
            message = f"Line {line.index}: modifier {at} is on {line.procedure} without {wanted}."
            yield Hit(at=at, message=message, line=line)


@lru_cache(maxsize=16)
def _misfits(texts: tuple[str, ...]) -> tuple[_Misfit, ...]:
    parts = [text.partition(" on ") for text in texts]
    return tuple(
        _Misfit(frozenset(modifiers.split()), CodeSet.of(codes.split(","))) for modifiers, _, codes in parts
    )
