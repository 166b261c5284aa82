"""The units of a line are missing or zero.

What is wrong
    SV104 is empty, zero or less.

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
    variants={"zero": "warn"},
    sources=("X12-837P", "S-MCPM26"),
    denials=("CO-16", "M53"),
    claim_status=("A7:476",),
)


@edit.line
def check(line: ServiceLine, _context: Context) -> Iterator[CheckResult]:
    number = line.units.decimal
    if number is None:
        # Text that is not a number is reported by STR-05, a missing SV1 by the GUIDE edits.
        if line.units.segment and not line.units:
            message = f"Line {line.index}: units (SV104) are missing."
            yield Hit(at=line.units, message=message, line=line)
    elif number <= 0:
        message = f"Line {line.index}: units must be greater than zero ({line.units} billed)."
        yield Hit(at=line.units, message=message, line=line, variant="" if number < 0 else "zero")
