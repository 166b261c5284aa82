"""A drug that stimulates blood formation lacks what Medicare wants to know.

What is wrong
    The drug (darbepoetin J0881, epoetin J0885, epoetin biosimilar Q5106; not for dialysis) needs exactly one
    of the modifiers EA, EB and EC on its line, and the last hemoglobin or hematocrit (MEA segment of the
    line: TR, then R1 for hemoglobin or R2 for hematocrit, then the value). Something of this is missing, or
    there are two of the modifiers.

Why it is refused
    Medicare covers these drugs only for certain anemias and below certain blood values. Since 2008 it
    returns lines without one modifier and one value as unprocessable.

How to correct it
    Take the cause of the anemia from the record: EA chemotherapy, EB radiotherapy, EC neither. Where the
    drug was given for two causes, bill two lines. Enter the most recent value before the injection.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

edit = Edit(
    id="MOD-11",
    title="Anemia drug without its modifier or blood value",
    snip=7,
    severity="warn",
    sources=("S-CMS5818", "S-PALMETTO-ESA"),
    denials=("CO-16", "CO-4", "N822", "MA130"),
    claim_status=("A7:453",),
    needs=("esa",),
    parameters={
        "modifiers": Parameter(("EA", "EB", "EC"), "of these a line has exactly one"),
        "since": Parameter(date(2008, 1, 1), "first day of service of the rule"),
        "excluded": Parameter(("GY", "GZ", "JW"), "lines with these are not billed for a dose given"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        if not context.codes.is_in("esa", line.hcpcs) or is_supplied_elsewhere(line):
            continue
        modifiers = line.modifier_codes
        day = line.service.start if line.service else None
        if modifiers & set(context["excluded"]):
            continue
        if day is None:
            yield Unchecked("the date of service of a drug line is missing or unreadable")
        elif day >= context["since"]:
            yield from _incomplete(line, len(modifiers & set(context["modifiers"])), context)


def _incomplete(line: ServiceLine, causes: int, context: Context) -> Iterator[CheckResult]:
    names = ", ".join(context["modifiers"])
    wrong = []
    if causes != 1:
        wrong.append(f"{'none' if not causes else 'more than one'} of {names}")
    if not any(
        entry.reference == "TR" and entry.qualifier in ("R1", "R2") and entry.value
        for entry in line.measurements
    ):
        wrong.append("no hemoglobin or hematocrit (MEA)")
    if wrong:
        place = line.procedure if causes != 1 else line.segment
        message = f"{line.procedure} on line {line.index} has {' and '.join(wrong)}."
        element = "" if causes != 1 else "MEA03"
        yield Hit(at=place, message=message, line=line, element=element)
