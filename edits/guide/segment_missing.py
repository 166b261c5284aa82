"""A segment that the guide requires is missing.

What is wrong
    The implementation guide demands a segment at this place, and it is not there.

Why it is refused
    A receiver that checks the guide (999) rejects the transaction: it lacks something that every claim of
    this kind must say, such as a date of service, a diagnosis or an address.

How to correct it
    Look in the practice-management system for the field behind the segment; usually it was left empty. A
    claim whose service lines are missing has lost them on the way; export it again.
"""

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import reports

edit = Edit(
    id="GUIDE-01",
    title="Required segment is missing",
    snip=2,
    severity="reject",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    yields=True,
    needs=("faults",),
)


@reports(edit, FaultKind.MISSING_SEGMENT)
def message(fault: Fault) -> str:
    which = f" ({fault.expected})" if fault.expected else ""
    return f"The segment {fault.missing}{which} of loop {fault.loop} is missing."
