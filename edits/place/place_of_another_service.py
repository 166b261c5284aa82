"""The place of service does not fit the kind of service.

What is wrong
    The code is for a setting, and the place of service (SV105, or CLM05-1 if the line has none) is another:
    an emergency visit (99281-99285) outside the emergency room, a hospital visit (99221-99239) in the office,
    an office visit (99202-99215) or a preventive visit in a hospital bed, a nursing facility or home visit
    elsewhere, an ambulance outside a vehicle, the reading of a smear that is paid for inpatients only
    (85060), counseling of primary care for an inpatient, equipment for the home in a hospital, a major
    operation (heart, joint replacement, bowel, hysterectomy) in an office or at home.

Why it is refused
    Each of these codes is defined by where the patient was. Payers compare it with the place of service and
    deny the line.

How to correct it
    Check where the patient was and in what status. Correct the place of service, or bill the visit of the
    right setting.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from scrubber.claim import ServiceLine
from scrubber.claim.procedures import CodeSet
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="POS-07",
    title="Place of service does not fit the kind of service",
    snip=7,
    severity="warn",
    to_do="Verify where the patient was: correct the place (SV105 or CLM05-1), or the code in SV101-2.",
    variants={"inpatient": "info"},
    sources=("S-MCPM12-30", "S-NCD21010", "S-OPTUM-ACE", "S-CMSPOS"),
    denials=("CO-5", "M77"),
    claim_status=("A7:249",),
    about="line",
    yields=True,
    parameters={
        "only": Parameter(
            (
                "99281-99285 in 23 02 10 26",
                "99221-99223,99231-99239 in 02 10 19 21 22 23 25 26 34 51 52 56 61",
                "99304-99310,99315-99316 in 02 10 31 32 34 54 56 61",
                "99341-99342,99344-99350 in 02 04 10 12 13 14 15 16 27 33 54 55 56 99",
                "A0425-A0429,A0432-A0434 in 41 42",
                "A0430-A0431,A0435-A0436 in 42",
                "85060 in 21 51 61",
            ),
            "codes, and the only places of service where they fit",
        ),
        "never": Parameter(
            (
                "99202-99215 in 21 41 42 51 81",
                "99381-99397 in 21 23 51 61",
                "G0402,G0438,G0439 in 21 23 51 61",
                "99460,99462,99463,99468-99469,99471-99472,99475-99480 in 11 12 20 31 32",
                "99461 in 21",
                "E0100-E2999,K0001-K0108 in 21 51 61",
                "22558,22612,22630,22633,27130-27138,27236,27244-27245 in 10 11 12 20",
                "27446-27447,27486-27487 in 10 11 12 20",
                "33405-33430,33510-33536,44140-44160,44204-44213,44950-44979,47562-47620 in 10 11 12 20",
                "58150-58294,58541-58554,58570-58575,59514,59620,61304-61576 in 10 11 12 20",
                "G0442-G0447 in 21 23 24 31 34 51 56 61",
            ),
            "codes, and the places of service where they do not fit",
        ),
        "after": Parameter(("55", "56"), "modifiers of care before and after an operation, elsewhere"),
    },
)

# A registered inpatient is one wherever the visit is, and so the emergency room can be POS 21.
_INPATIENT, _EMERGENCY = "21", "9928"


class _Fit(NamedTuple):
    codes: CodeSet
    places: frozenset[str]


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    code = line.hcpcs
    only, never = _fits(context["only"]), _fits(context["never"])
    concerned = [(fit, True) for fit in only if code in fit.codes]
    concerned += [(fit, False) for fit in never if code in fit.codes]
    if not concerned or line.has_modifier(*context["after"]):
        return
    place = context.claim.place_of(line)
    if place and any((place in fit.places) is not is_only for fit, is_only in concerned):
        variant = "inpatient" if place == _INPATIENT and code.startswith(_EMERGENCY) else ""
        message = f"Line {line.index}: {line.procedure} does not fit place of service {place}."
        yield Hit(at=place, message=message, line=line, variant=variant, once=True)


@lru_cache(maxsize=64)
def _fits(texts: tuple[str, ...]) -> tuple[_Fit, ...]:
    parts = [text.partition(" in ") for text in texts]
    return tuple(_Fit(CodeSet.of(codes.split(",")), frozenset(places.split())) for codes, _, places in parts)
