"""A code is not in the TR3's list for its element.

What is wrong
    The implementation guide (TR3) lists the codes that may be reported in this element, and this code is
    not one of them.

Why it is refused
    A receiver that validates against the TR3 rejects the transaction set (999): it cannot tell what the
    code means.

How to correct it
    Choose a code from the TR3's list. Codes are case-sensitive: lowercase is not the same as uppercase.
"""

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import place_of, reports

edit = Edit(
    id="GUIDE-08",
    title="Invalid code value",
    snip=2,
    severity="reject",
    to_do="Enter a code that the TR3 lists for the element; codes are case-sensitive.",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    yields=True,
    needs=("faults",),
)


_LISTED = "a code in"
"""How the expectation begins where the codes are too many to list."""


def _to_do(fault: Fault) -> str:
    """Return what to enter: one of the codes if they are few."""
    name = place_of(fault).name
    if fault.expected.startswith(_LISTED):
        return f"Enter a code that the TR3 lists for {name} (case-sensitive)."
    return f"Enter {fault.expected} in {name}; codes are case-sensitive."


@reports(edit, FaultKind.BAD_CODE, to_do=_to_do)
def message(fault: Fault) -> str:
    return f"{place_of(fault).name} contains an invalid code value; expected {fault.expected}."
