"""An erythropoiesis-stimulating agent (ESA) is billed without its modifier or lab value.

What is wrong
    The drug (darbepoetin J0881, epoetin J0885, epoetin biosimilar Q5106; not for dialysis) needs exactly one
    of the modifiers EA, EB and EC on its line, and the most recent hemoglobin or hematocrit (MEA segment of
    the line: TR, then R1 for hemoglobin or R2 for hematocrit, then the value). One of these is missing, or
    the line has more than one of the modifiers, or the value is one that no patient has, such as a hemoglobin
    of 94 for 9.4.

Why it is refused
    Medicare covers these drugs only for certain anemias and below certain lab values. Since 2008 it returns
    lines without one modifier and one value as unprocessable.

How to correct it
    Check the chart for the cause of the anemia: EA chemotherapy, EB radiotherapy, EC neither. If the drug
    was given for two causes, bill two lines. Report the most recent value before the injection. Epoetin beta
    (J0888) is not checked: the MACs' pages name the other three only.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

from ..shared.ask_last import unless_supplied

edit = Edit(
    id="MOD-11",
    title="ESA without EA/EB/EC modifier or hemoglobin/hematocrit",
    snip=7,
    severity="warn",
    to_do=(
        "Report exactly one of EA, EB and EC on the line, and the latest hemoglobin (R1) or hematocrit (R2) "
        "in its MEA segment."
    ),
    sources=("S-CMS5818", "S-PALMETTO-ESA"),
    denials=("CO-16", "CO-4", "N822", "MA130"),
    claim_status=("A7:453",),
    needs=("esa",),
    parameters={
        "modifiers": Parameter(("EA", "EB", "EC"), "modifiers of which the line must have exactly one"),
        "since": Parameter(date(2008, 1, 1), "first date of service the rule applies to"),
        "excluded": Parameter(("GY", "GZ", "JW"), "modifiers of lines that do not bill a dose given"),
    },
)

_ADD_VALUE = (
    "Report the latest hemoglobin (R1) or hematocrit (R2) before the injection in the line's MEA segment."
)
_CORRECT_VALUE = (
    "Enter the value of the laboratory report in MEA03 with its decimal point: R1 hemoglobin, R2 hematocrit."
)
_POSSIBLE = {"R1": (2, 25), "R2": (6, 75)}
"""The least and the greatest hemoglobin (g/dL) and hematocrit (%) that a patient can have."""


@edit.line
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    modifiers = line.modifier_codes
    if not line.is_in("esa", context.codes) or modifiers & set(context["excluded"]):
        return
    day = line.service.start if line.service else None
    if day is None:
        yield Unchecked("the date of service of a drug line is missing or unreadable")
    elif day >= context["since"]:
        yield from _incomplete(line, len(modifiers & set(context["modifiers"])), context)


def _incomplete(line: ServiceLine, causes: int, context: Context) -> Iterator[CheckResult]:
    names = ", ".join(context["modifiers"])
    wrong = []
    if causes != 1:
        wrong.append(f"{'more than one' if causes else 'none'} of the modifiers {names}")
    values = [
        entry for entry in line.measurements if entry.reference == "TR" and entry.qualifier in _POSSIBLE
    ]
    if not any(entry.value for entry in values):
        wrong.append("no hemoglobin or hematocrit (MEA)")
    for entry in values:
        least, most = _POSSIBLE[entry.qualifier]
        number = entry.value.decimal
        if number is not None and not least <= number <= most:
            message = (
                f"Line {line.index}: {entry.value} (MEA03) is no possible "
                f"{'hemoglobin (g/dL)' if entry.qualifier == 'R1' else 'hematocrit (%)'}."
            )
            yield Hit(at=entry.value, message=message, line=line, to_do=_CORRECT_VALUE)
    if wrong:
        place = line.procedure if causes != 1 else line.segment
        message = f"Line {line.index}: {line.procedure} has {' and '.join(wrong)}."
        element = "" if causes != 1 else "MEA03"
        to_do = "" if causes != 1 else _ADD_VALUE
        yield Hit(at=place, message=message, line=line, element=element, to_do=to_do)
