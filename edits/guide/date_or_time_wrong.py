"""A date or time does not exist.

What is wrong
    A date is not CCYYMMDD or there is no such day, a span is not two such dates, or a time is not HHMM.

Why it is refused
    A receiver that checks the guide (999) rejects the transaction.

How to correct it
    Correct the date or the time.
"""

from scrubber.edit import Edit
from scrubber.edit.guide import place_of, reports
from scrubber.guide.fault import Fault, Kind

edit = Edit(
    id="GUIDE-09",
    title="Date or time that does not exist",
    snip=1,
    severity="reject",
    sources=("X12-837P",),
    claim_status=("A7:187",),
    gives_way=True,
    needs=("faults",),
)


@reports(edit, Kind.BAD_DATE, Kind.BAD_TIME)
def message(fault: Fault) -> str:
    return f"{place_of(fault).name} is not {fault.expected}."
