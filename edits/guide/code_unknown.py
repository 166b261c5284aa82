"""A code is not one of those that the guide lists.

What is wrong
    The guide lists the codes that may stand in this element, and this is none of them.

Why it is refused
    A receiver that checks the guide (999) rejects the transaction: it does not know what is meant.

How to correct it
    Choose one of the codes that the guide lists; small letters are not the same as capitals.
"""

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import place_of, reports

edit = Edit(
    id="GUIDE-08",
    title="Code that the guide does not list",
    snip=2,
    severity="reject",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    yields=True,
    needs=("faults",),
)


@reports(edit, FaultKind.BAD_CODE)
def message(fault: Fault) -> str:
    return f"{place_of(fault).name} is none of the codes that may stand there: {fault.expected}."
