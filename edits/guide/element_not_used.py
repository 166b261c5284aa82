"""An element stands where the guide wants none.

What is wrong
    The guide marks the element as not used, the segment has more elements or components than it knows, or two
    elements are there that exclude each other.

Why it is refused
    A receiver that checks the guide (999) rejects the transaction; most others overlook what is in it.

How to correct it
    Have the program that writes the file leave the element empty.
"""

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import place_of, reports

edit = Edit(
    id="GUIDE-05",
    title="Element that the guide does not use",
    snip=2,
    severity="reject",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    yields=True,
    needs=("faults",),
)


@reports(
    edit, FaultKind.NOT_USED, FaultKind.TOO_MANY_ELEMENTS, FaultKind.TOO_MANY_COMPONENTS, FaultKind.EXCLUSION
)
def message(fault: Fault) -> str:
    name = place_of(fault).name
    if fault.kind is FaultKind.NOT_USED:
        return f"{name} is not used in this guide."
    if fault.kind is FaultKind.EXCLUSION:
        return f"{name} may not be there: {fault.expected}."
    return f"There is more in {name} than the guide knows: at most {fault.expected} are used."
