"""A segment that the TR3 requires is missing.

What is wrong
    The implementation guide (TR3) requires a segment in this place, and it is missing.

Why it is refused
    A receiver that validates against the TR3 rejects the transaction set (999): something is missing that
    every claim of this kind must report, such as a date of service, a diagnosis or an address.

How to correct it
    Find the field for this segment in the practice management system; usually it was left empty. A claim
    without service lines lost them on the way; export it again.
"""

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import reports

edit = Edit(
    id="GUIDE-01",
    title="Required segment missing",
    snip=2,
    severity="reject",
    to_do="Enter the data of the missing segment in its fields in the practice management system.",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    yields=True,
    needs=("faults",),
)


def _to_do(fault: Fault) -> str:
    """Return which segment to enter; one that opens a loop of service lines has no field of its own."""
    if fault.missing == "LX":
        return "Regenerate the claim with its service lines: the LX segment (loop 2400) was lost."
    return f"Enter the data of the {_segment(fault)} of loop {fault.loop} in the practice management system."


@reports(edit, FaultKind.MISSING_SEGMENT, to_do=_to_do)
def message(fault: Fault) -> str:
    return f"{_segment(fault)} is missing in loop {fault.loop}; the TR3 requires it."


def _segment(fault: Fault) -> str:
    """Return the name of the missing segment, with its qualifier where the TR3 has more than one of them."""
    return f"{fault.missing} segment" + (f" (qualifier {fault.expected})" if fault.expected else "")
