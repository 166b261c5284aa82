"""A segment or loop comes more often than the guide allows.

What is wrong
    The guide limits how often a segment or a loop may stand at one place; this one is too many.

Why it is refused
    A receiver that checks the guide (999) rejects the transaction; one that does not may take the first or
    the last of them, and nobody knows which.

How to correct it
    Remove the one that is not wanted. A claim of more than 50 service lines has to be split into two.
"""

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import reports

edit = Edit(
    id="GUIDE-03",
    title="Segment or loop comes too often",
    snip=2,
    severity="reject",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    yields=True,
    needs=("faults",),
)


@reports(edit, FaultKind.TOO_MANY_SEGMENTS, FaultKind.TOO_MANY_LOOPS)
def message(fault: Fault) -> str:
    what = "loop" if fault.kind is FaultKind.TOO_MANY_LOOPS else "segment"
    return f"This {what} {fault.segment.id} is one too many in loop {fault.loop}: {fault.expected}."
