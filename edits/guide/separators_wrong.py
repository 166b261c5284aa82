"""The separators of a segment are wrong, so that its values are in the wrong places.

What is wrong
    An element separator is missing or is there once too often, so that the values after it are in the wrong
    elements; or the components of a composite are separated by another character than the one that ISA16
    declares. With the separators corrected the segment is valid.

Why it is refused
    A receiver reads each value as something else. One that validates against the implementation guide (TR3)
    rejects the transaction set (999), often with several errors for the one fault.

How to correct it
    Correct the program or the template that writes the segment: each value belongs in the element that the
    TR3 defines for it, and components are separated by the character in ISA16.
"""

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import reports

edit = Edit(
    id="GUIDE-23",
    title="Separator missing, extra or wrong in a segment",
    snip=1,
    severity="reject",
    to_do="Correct the separators of the segment, in the program that writes the file.",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    needs=("faults",),
)


@reports(
    edit,
    FaultKind.MISALIGNED,
    to_do=lambda fault: f"Correct the separators of {fault.segment.id}, in the program that writes the file.",
)
def message(fault: Fault) -> str:
    return f"{fault.segment.id} segment: {fault.expected}."
