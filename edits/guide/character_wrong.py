"""A value holds characters that do not belong in it.

What is wrong
    A number holds something else than digits, a simple value holds a delimiter, or a text holds characters
    outside of X12's character sets (accents, tabs, control characters).

Why it is refused
    A receiver that checks the guide (999) rejects the transaction; others drop the character or show another.

How to correct it
    Type the value anew with plain letters, digits and common punctuation.
"""

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import place_of, reports

edit = Edit(
    id="GUIDE-07",
    title="Value holds what does not belong in it",
    snip=1,
    severity="reject",
    sources=("X12-837P",),
    claim_status=("A7:511",),
    yields=True,
    needs=("faults",),
)


@reports(edit, FaultKind.BAD_CHARACTER)
def message(fault: Fault) -> str:
    return f"{place_of(fault).name} holds something else than {fault.expected}."
