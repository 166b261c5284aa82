"""Separators or blanks stand at the end for nothing.

What is wrong
    A segment or a composite ends in separators with nothing behind them, or a value ends in blanks.

Why it is refused
    X12 wants them left out. Nearly all receivers overlook them; a strict one answers with an error (999).

How to correct it
    Have the program that writes the file leave them out. The claim is not held for it.
"""

from scrubber.edit import Edit
from scrubber.edit.guide import place_of, reports
from scrubber.guide.fault import Fault, Kind

edit = Edit(
    id="GUIDE-10",
    title="Separators or blanks at the end",
    snip=1,
    severity="info",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    gives_way=True,
    needs=("faults",),
)


@reports(edit, Kind.TRAILING_SEPARATOR, Kind.TRAILING_BLANK)
def message(fault: Fault) -> str:
    if fault.kind is Kind.TRAILING_BLANK:
        return f"{place_of(fault).name} ends in blanks."
    return f"{fault.segment.id} has separators at its end or at that of a composite."
