"""An element that the guide requires is missing.

What is wrong
    The segment lacks an element or a component that must always be there, or one that must be there because
    of another element of the segment.

Why it is refused
    A receiver that checks the guide (999) rejects the transaction.

How to correct it
    Fill in the field behind the element in the practice-management system.
"""

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import place_of, reports

edit = Edit(
    id="GUIDE-04",
    title="Required element is missing",
    snip=2,
    severity="reject",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    yields=True,
    needs=("faults",),
)


@reports(edit, FaultKind.MISSING_ELEMENT, FaultKind.CONDITION)
def message(fault: Fault) -> str:
    if fault.kind is FaultKind.CONDITION:
        return f"{place_of(fault).name} is missing: {fault.expected} must be there."
    return f"{place_of(fault).name} is missing; the guide requires it."
