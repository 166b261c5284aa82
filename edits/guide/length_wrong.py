"""A value is longer or shorter than the guide allows.

What is wrong
    The element has fewer or more characters (digits, in a number) than the guide allows.

Why it is refused
    A receiver that checks the guide (999) rejects the transaction; others cut the value off, and an id that
    is cut off finds nobody.

How to correct it
    Shorten or complete the value in the practice-management system.
"""

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import place_of, reports

edit = Edit(
    id="GUIDE-06",
    title="Value is too long or too short",
    snip=2,
    severity="reject",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    yields=True,
    needs=("faults",),
)


@reports(edit, FaultKind.TOO_SHORT, FaultKind.TOO_LONG)
def message(fault: Fault) -> str:
    return f"The length of {place_of(fault).name} is not right: {fault.expected} characters."
