"""A date or time does not exist.

What is wrong
    A date is not CCYYMMDD or there is no such day, a span is not two such dates, or a time is not HHMM.

Why it is refused
    A receiver that checks the guide (999) rejects the transaction.

How to correct it
    Correct the date or the time.
"""

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import place_of, reports

edit = Edit(
    id="GUIDE-09",
    title="Date or time that does not exist",
    snip=1,
    severity="reject",
    sources=("X12-837P",),
    claim_status=("A7:187",),
    yields=True,
    needs=("faults",),
)


@reports(edit, FaultKind.BAD_DATE, FaultKind.BAD_TIME)
def message(fault: Fault) -> str:
    return f"{place_of(fault).name} is not {fault.expected}."
