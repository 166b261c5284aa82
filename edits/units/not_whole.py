"""The units of a drug or an administration are not a whole number.

What is wrong
    The units (SV104) of a line that bills a drug or its administration have a fraction. Zero decimal places,
    as in 1.0, are only a matter of format.

Why it is refused
    Drugs are billed in whole units of the amount that their code is for: any remainder rounds up to the next
    unit. Payers deny a fraction, or truncate it.

How to correct it
    For a fraction, recalculate the units: the dose divided by the amount of one billing unit, rounded up.
    Half an injection cannot be billed. A safe fix removes zero decimal places.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.claim.pairing import is_administration, is_drug
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked, safe

edit = Edit(
    id="UNIT-01",
    title="Units are not a whole number",
    snip=7,
    severity="warn",
    to_do=(
        "Enter whole units in SV104: for a drug, the dose divided by the amount of one billing unit, "
        "rounded up."
    ),
    variants={"form": "info"},
    sources=("S-RAC0074", "S-MBCM-NDC"),
    denials=("CO-16", "M53"),
    claim_status=("A7:476",),
    needs=("several units",),
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if "." not in line.units or line.unit_code != "UN" or not _is_counted(line, context):
        return
    number = line.units.decimal
    if number is None:
        yield Unchecked("the units of a line are not a number")
    elif number != int(number):
        message = (
            f"Line {line.index}: units must be a whole number ({line.units} billed for {line.procedure})."
        )
        yield Hit(at=line.units, message=message, line=line)
    elif number > 0:
        whole = str(int(number))
        message = (
            f"Line {line.index}: units must be entered without decimal places "
            f"({line.units} billed for {line.procedure})."
        )
        fix, to_do = safe((line.units, whole)), f"Enter {whole} in SV104, without decimal places."
        yield Hit(at=line.units, message=message, line=line, fix=fix, variant="form", to_do=to_do)


def _is_counted(line: ServiceLine, context: Context) -> bool:
    return is_drug(line, context.codes) or is_administration(line, context.codes)
