"""An element stands where the guide wants none.

What is wrong
    The guide marks the element as not used, the segment has more elements or components than it knows, or two
    elements are there that exclude each other.

Why it is refused
    A receiver that checks the guide (999) rejects the transaction; most others overlook what is in it.

How to correct it
    Have the program that writes the file leave the element empty.
"""

from scrubber.edit import Edit
from scrubber.edit.guide import place_of, reports
from scrubber.guide.fault import Fault, Kind

edit = Edit(
    id="GUIDE-05",
    title="Element that the guide does not use",
    snip=2,
    severity="reject",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    gives_way=True,
    needs=("faults",),
)


@reports(edit, Kind.NOT_USED, Kind.TOO_MANY_ELEMENTS, Kind.TOO_MANY_COMPONENTS, Kind.EXCLUSION)
def message(fault: Fault) -> str:
    name = place_of(fault).name
    if fault.kind is Kind.NOT_USED:
        return f"{name} is not used in this guide."
    if fault.kind is Kind.EXCLUSION:
        return f"{name} may not be there: {fault.expected}."
    return f"There is more in {name} than the guide knows: at most {fault.expected} are used."
