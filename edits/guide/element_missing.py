"""A data element that the TR3 requires is missing.

What is wrong
    The segment is missing an element or a component that is always required, or one that is required because
    another element of the segment is reported.

Why it is refused
    A receiver that validates against the implementation guide (TR3) rejects the transaction set (999).

How to correct it
    Fill in the field for this element in the practice management system.
"""

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import place_of, reports

edit = Edit(
    id="GUIDE-04",
    title="Required data element missing",
    snip=2,
    severity="reject",
    to_do="Enter the missing element in its field in the practice management system.",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    yields=True,
    needs=("faults",),
)


@reports(
    edit,
    FaultKind.MISSING_ELEMENT,
    FaultKind.CONDITION,
    to_do=lambda fault: f"Enter {place_of(fault).name} in its field in the practice management system.",
)
def message(fault: Fault) -> str:
    if fault.kind is FaultKind.CONDITION:
        return f"{place_of(fault).name} is missing: {fault.expected}."
    return f"{place_of(fault).name} is missing; the TR3 requires it."
