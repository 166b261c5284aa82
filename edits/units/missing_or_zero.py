"""The units of a line are missing, zero or minutes of a drug.

What is wrong
    SV104 is empty, zero or less; or a drug or injection is counted in minutes (MJ in SV103), which are only
    for anesthesia.

Why it is refused
    What was not done once cannot be paid. Medicare wants at least 1 and treats a line without units as
    unprocessable.

How to correct it
    Enter how often the service was done; for a drug the dose divided by the amount of one unit, rounded up,
    with UN before it. Nothing is filled in here, since how much was given cannot be known.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import is_administration, is_drug
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="UNIT-02",
    title="Units are missing or zero",
    snip=2,
    severity="reject",
    variants={"zero": "warn", "minutes": "warn"},
    sources=("X12-837P", "S-MCPM26"),
    denials=("CO-16", "M53"),
    claim_status=("A7:476",),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        number = line.units.decimal
        if number is None:
            # What is no number is STR-05's; where the whole SV1 is missing the guide says so.
            if line.units.segment and not line.units:
                yield Hit(at=line.units, message=f"The units of line {line.index} are missing.", line=line)
        elif number <= 0:
            message = f"Line {line.index} bills {line.units} units."
            yield Hit(at=line.units, message=message, line=line, variant="zero")
        if line.unit_code == "MJ" and _is_counted(line, context):
            message = f"Line {line.index} counts {line.procedure} in minutes (MJ)."
            yield Hit(at=line.unit_code, message=message, line=line, variant="minutes")


def _is_counted(line: ServiceLine, context: Context) -> bool:
    return is_drug(line, context.codes) or is_administration(line, context.codes)
