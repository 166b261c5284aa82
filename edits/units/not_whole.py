"""The units of a drug or an injection are not a whole number.

What is wrong
    The units (SV104) of a line that bills a drug, or giving one, have a fraction. Zeros behind the point, as
    in 1.0, are only a matter of form.

Why it is refused
    Drugs are billed in whole units of the amount that their code stands for: what is left over rounds up to
    the next unit. Payers deny a fraction, or cut it off.

How to correct it
    Zeros behind the point are taken off. For a real fraction compute the units anew: the dose divided by the
    amount of one unit, rounded up. Half an injection cannot be billed.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import is_administration, is_drug
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked, safe

edit = Edit(
    id="UNIT-01",
    title="Units are not a whole number",
    snip=7,
    severity="warn",
    variants={"form": "info"},
    sources=("S-RAC0074", "S-MBCM-NDC"),
    denials=("CO-16", "M53"),
    claim_status=("A7:476",),
    needs=("several units",),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        if "." not in line.units or line.unit_code != "UN" or not _is_counted(line, context):
            continue
        number = line.units.decimal
        if number is None:
            yield Unchecked("the units of a line are no number")
        elif number == int(number):
            if number > 0:
                message = f"The units of line {line.index}, {line.units}, are written with a fraction."
                fix = safe((line.units, str(int(number))))
                yield Hit(at=line.units, message=message, line=line, fix=fix, variant="form")
        else:
            message = f"Line {line.index} bills {line.units} units of {line.procedure}."
            yield Hit(at=line.units, message=message, line=line)


def _is_counted(line: ServiceLine, context: Context) -> bool:
    return is_drug(line, context.codes) or is_administration(line, context.codes)
