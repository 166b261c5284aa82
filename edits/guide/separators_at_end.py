"""A segment, composite or value has trailing delimiters or spaces.

What is wrong
    A segment or composite ends in delimiters with nothing after them, or a value ends in spaces.

Why it is refused
    X12 requires that they be left out. Nearly all receivers ignore them; a strict one reports an error (999).

How to correct it
    Leave them out, in the program that writes the file. The claim is not held because of it.
"""

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import place_of, reports

edit = Edit(
    id="GUIDE-10",
    title="Trailing delimiters or spaces",
    snip=1,
    severity="info",
    to_do="Remove the trailing delimiters or spaces, in the program that writes the file.",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    yields=True,
    needs=("faults",),
)


def _to_do(fault: Fault) -> str:
    """Return what to remove, and from where."""
    if fault.kind is FaultKind.TRAILING_BLANK:
        return f"Remove the spaces at the end of {place_of(fault).name}."
    if fault.element:
        return f"Remove the component separators at the end of {place_of(fault).name}."
    return f"Remove the element separators at the end of {fault.segment.id}, in the program that writes it."


@reports(edit, FaultKind.TRAILING_SEPARATOR, FaultKind.TRAILING_BLANK, to_do=_to_do)
def message(fault: Fault) -> str:
    if fault.kind is FaultKind.TRAILING_BLANK:
        return f"{place_of(fault).name} ends in spaces."
    if fault.element:
        return f"{place_of(fault).name} has trailing component separators."
    return f"{fault.segment.id} segment has trailing element separators."
