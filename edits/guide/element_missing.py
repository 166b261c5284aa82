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


_REASONS = range(2, 18, 3)
"""The elements of CAS with a reason, each followed by its amount."""


def _has_no_amount(fault: Fault) -> bool:
    return fault.kind is FaultKind.CONDITION and fault.segment.id == "CAS" and fault.element - 1 in _REASONS


def _to_do(fault: Fault) -> str:
    """Return what to enter."""
    name = place_of(fault).name
    if _has_no_amount(fault):
        return f"Enter the amount of this reason in {name} as on the remittance advice, or remove the reason."
    return f"Enter {name} in its field in the practice management system."


@reports(edit, FaultKind.MISSING_ELEMENT, FaultKind.CONDITION, to_do=_to_do)
def message(fault: Fault) -> str:
    if _has_no_amount(fault):
        reason = fault.segment.get(fault.element - 1)
        return (
            f"adjustment reason {reason} (CAS{fault.element - 1:02d}) has no amount ({place_of(fault).name})."
        )
    if fault.kind is FaultKind.CONDITION:
        return f"{place_of(fault).name} is missing: {fault.expected}."
    return f"{place_of(fault).name} is missing; the TR3 requires it."
