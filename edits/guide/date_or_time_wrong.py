"""A date or time is invalid.

What is wrong
    A date is not in the form CCYYMMDD or is not on the calendar, a date range is not two such dates, or a
    time is not in the form HHMM.

Why it is refused
    A receiver that validates against the implementation guide (TR3) rejects the transaction set (999).

How to correct it
    Correct the date or the time.
"""

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import place_of, reports

edit = Edit(
    id="GUIDE-09",
    title="Invalid date or time",
    snip=1,
    severity="reject",
    to_do="Correct the date (CCYYMMDD), date range (CCYYMMDD-CCYYMMDD) or time (HHMM) in the element.",
    sources=("X12-837P",),
    claim_status=("A7:187",),
    yields=True,
    needs=("faults",),
)


@reports(
    edit,
    FaultKind.BAD_DATE,
    FaultKind.BAD_TIME,
    to_do=lambda fault: f"Correct {place_of(fault).name}: enter {fault.expected}.",
)
def message(fault: Fault) -> str:
    return f"{place_of(fault).name} is not {fault.expected}."
