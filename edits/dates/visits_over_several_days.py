"""The units of a daily visit do not match the days of its date range.

What is wrong
    A visit that is billed once a day (office, hospital, nursing facility, home) has a range of dates in
    DTP*472, and not as many units as days.

Why it is refused
    A range of dates is for the same service on each day of it, with the number of days as units. The
    payer cannot tell on which days the patient was seen, and returns the line.

How to correct it
    Enter the number of days as units (SV104) if the patient was seen on each day; otherwise bill one line
    for each day with its date.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.days import days_in

edit = Edit(
    id="DATE-12",
    title="Units of a daily visit do not match its date range",
    snip=7,
    severity="warn",
    to_do="Enter one unit for each day of DTP*472 in SV104, or bill one line for each day.",
    sources=("S-MCPM26",),
    denials=("CO-16", "M53", "N345"),
    claim_status=("A7:476",),
    needs=("daily_visit", "several days"),
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.is_in("daily_visit", context.codes):
        return
    days, units = days_in(line), line.units.decimal
    if days > 1 and units is not None and units != days and line.service and not context.claim.is_void:
        some = f"{units:f} unit{'' if units == 1 else 's'}"
        message = f"Line {line.index}: {line.procedure} is billed with {some} for {days} days."
        yield Hit(at=line.service.value, message=message, line=line)
