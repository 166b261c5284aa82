"""An anesthesia service does not have exactly one of the modifiers that tell who gave it.

What is wrong
    The line bills anesthesia (00100-01999) without AA, AD, QK, QX, QY or QZ; or with two of them.

Why it is refused
    These modifiers state whether an anesthesiologist, a nurse anesthetist (CRNA) or an anesthesiologist
    assistant gave the anesthesia, and under whose direction. The payment depends on it, so Medicare and
    others deny a line without one, or with two that contradict each other.

How to correct it
    Append the modifier that the anesthesia record supports, ahead of P1-P6, QS, G8, G9 and 23: AA personally
    performed, AD more than four concurrent procedures, QK two to four, QY one CRNA directed, QX CRNA
    directed, QZ CRNA without direction.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PROC-03",
    title="Anesthesia without its modifier, or with two",
    snip=7,
    severity="warn",
    to_do="Append the one of AA, AD, QK, QX, QY and QZ that the anesthesia record supports to SV101-3.",
    sources=("S-EMBLEM-ANES", "S-MCPM12-50", "S-MIRA-ANES"),
    denials=("CO-4", "CO-16", "N822"),
    claim_status=("A7:453",),
    needs=("anesthesia",),
    parameters={
        "modifiers": Parameter(
            ("AA", "AD", "QK", "QX", "QY", "QZ"), "modifiers that tell who gave anesthesia; one a line"
        ),
        "exempt": Parameter(("01996",), "anesthesia codes that need none: daily management of a catheter"),
    },
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.is_in("anesthesia", context.codes):
        return
    found = line.modifiers_among(context["modifiers"])
    if not found and line.hcpcs not in context.code_set("exempt"):
        message = f"Line {line.index}: anesthesia {line.procedure} has none of AA, AD, QK, QX, QY and QZ."
        yield Hit(at=line.procedure, message=message, line=line)
    elif len({field.strip().upper() for field in found}) > 1:
        message = f"Line {line.index}: {line.procedure} has two anesthesia modifiers ({', '.join(found)})."
        to_do = "Remove all but one of AA, AD, QK, QX, QY and QZ from SV101-3 to SV101-6."
        yield Hit(at=found[1], message=message, line=line, to_do=to_do)
