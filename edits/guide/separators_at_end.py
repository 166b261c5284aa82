"""Separators or blanks stand at the end for nothing.

What is wrong
    A segment or a composite ends in separators with nothing behind them, or a value ends in blanks.

Why it is refused
    X12 wants them left out. Nearly all receivers overlook them; a strict one answers with an error (999).

How to correct it
    Have the program that writes the file leave them out. The claim is not held for it.
"""

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import place_of, reports

edit = Edit(
    id="GUIDE-10",
    title="Separators or blanks at the end",
    snip=1,
    severity="info",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    yields=True,
    needs=("faults",),
)


@reports(edit, FaultKind.TRAILING_SEPARATOR, FaultKind.TRAILING_BLANK)
def message(fault: Fault) -> str:
    if fault.kind is FaultKind.TRAILING_BLANK:
        return f"{place_of(fault).name} ends in blanks."
    return f"{fault.segment.id} has separators at its end or at that of a composite."
