"""A data element is reported where the TR3 allows none.

What is wrong
    The implementation guide (TR3) marks the element as not used, the segment has more elements or components
    than the TR3 defines, or two elements are reported that exclude each other.

Why it is refused
    A receiver that validates against the TR3 rejects the transaction set (999); most others ignore the
    element.

How to correct it
    Leave the element empty, in the program that writes the file.
"""

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import place_of, reports

edit = Edit(
    id="GUIDE-05",
    title="Data element not used in the TR3",
    snip=2,
    severity="reject",
    to_do="Remove the element that the TR3 does not use, in the program that writes the file.",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    yields=True,
    needs=("faults",),
)


def _to_do(fault: Fault) -> str:
    """Return what to remove: the element, or what it has too much of."""
    name = place_of(fault).name
    if fault.kind is FaultKind.TOO_MANY_COMPONENTS:
        return f"Remove the extra components of {name}: the TR3 allows at most {fault.expected}."
    if fault.kind is FaultKind.TOO_MANY_ELEMENTS:
        return f"Remove {name} and all elements after it from the {fault.segment.id} segment."
    return f"Remove {name}, in the program that writes the file."


@reports(
    edit,
    FaultKind.NOT_USED,
    FaultKind.TOO_MANY_ELEMENTS,
    FaultKind.TOO_MANY_COMPONENTS,
    FaultKind.EXCLUSION,
    to_do=_to_do,
)
def message(fault: Fault) -> str:
    name = place_of(fault).name
    if fault.kind is FaultKind.NOT_USED:
        return f"{name} is not used in the TR3 and must be empty."
    if fault.kind is FaultKind.EXCLUSION:
        return f"{name} must be empty: {fault.expected}."
    if fault.kind is FaultKind.TOO_MANY_COMPONENTS:
        return f"{name} has too many components: the TR3 allows at most {fault.expected}."
    return f"{name} is not in the TR3: {fault.segment.id} has at most {fault.expected} elements."
