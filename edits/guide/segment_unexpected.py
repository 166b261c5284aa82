"""A segment stands where the guide has none.

What is wrong
    The segment, with this id and qualifier, does not belong in this loop, or it comes behind others that it
    must precede.

Why it is refused
    A receiver that checks the guide (999) rejects the transaction, since it cannot tell what the segment is
    about.

How to correct it
    Have the file produced again. If it comes from a program of your own, compare the order of segments with
    the guide; often a qualifier (the first element) was mistyped.
"""

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import place_of, reports

edit = Edit(
    id="GUIDE-02",
    title="Segment where the guide has none",
    snip=2,
    severity="reject",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    yields=True,
    needs=("faults",),
)


@reports(edit, FaultKind.UNEXPECTED, FaultKind.OUT_OF_ORDER)
def message(fault: Fault) -> str:
    if fault.kind is FaultKind.OUT_OF_ORDER:
        return f"The segment {fault.segment.id} comes too late in loop {fault.loop}."
    if fault.element:
        return (
            f"With this qualifier ({place_of(fault).name}) {fault.segment.id} has no place in {fault.loop}."
        )
    return f"The segment {fault.segment.id} is not expected in or behind loop {fault.loop}."
