"""The units of a line are missing or zero, or are minutes of a drug.

What is wrong
    SV104 is empty, zero or less; or a drug or injection is billed in minutes (MJ in SV103), which are only
    for anesthesia.

Why it is refused
    A service billed zero times cannot be paid. Medicare requires at least 1 and treats a line without units
    as unprocessable.

How to correct it
    Enter how many times the service was done; for a drug, the dose divided by the amount of one billing unit,
    rounded up, with UN in SV103. There is no automatic fix, because the claim does not show how much was
    given.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.claim.pairing import is_administration, is_drug
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="UNIT-02",
    title="Units are missing or zero",
    snip=2,
    severity="reject",
    to_do=(
        "Enter the units in SV104, at least 1; for a drug, the dose divided by the amount of one billing "
        "unit, rounded up."
    ),
    variants={"zero": "warn", "minutes": "warn"},
    sources=("X12-837P", "S-MCPM26"),
    denials=("CO-16", "M53"),
    claim_status=("A7:476",),
)

_NO_MINUTES = (
    "Change SV103 from MJ to UN, and enter the units of the service or drug in SV104 instead of minutes."
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    number = line.units.decimal
    if number is None:
        # Text that is not a number is reported by STR-05, a missing SV1 by the GUIDE edits.
        if line.units.segment and not line.units:
            message = f"Line {line.index}: units (SV104) are missing."
            yield Hit(at=line.units, message=message, line=line)
    elif number <= 0:
        message = f"Line {line.index}: units must be greater than zero ({line.units} billed)."
        yield Hit(at=line.units, message=message, line=line, variant="zero")
    if line.unit_code == "MJ" and _is_counted(line, context):
        message = f"Line {line.index}: {line.procedure} must not be billed in minutes (MJ)."
        yield Hit(at=line.unit_code, message=message, line=line, variant="minutes", to_do=_NO_MINUTES)


def _is_counted(line: ServiceLine, context: Context) -> bool:
    return is_drug(line, context.codes) or is_administration(line, context.codes)
