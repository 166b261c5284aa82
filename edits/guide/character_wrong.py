"""A data element contains an invalid character.

What is wrong
    A numeric element contains something other than digits, a simple element contains a delimiter, or text
    contains characters outside the X12 character sets (accents, tabs, control characters).

Why it is refused
    A receiver that validates against the implementation guide (TR3) rejects the transaction set (999);
    others drop the character or show a different one.

How to correct it
    Retype the value with plain letters, digits and common punctuation.
"""

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import place_of, reports

edit = Edit(
    id="GUIDE-07",
    title="Invalid character in data element",
    snip=1,
    severity="reject",
    to_do="Retype the value of the element with plain letters, digits and common punctuation.",
    sources=("X12-837P",),
    claim_status=("A7:511",),
    yields=True,
    needs=("faults",),
)


@reports(
    edit,
    FaultKind.BAD_CHARACTER,
    to_do=lambda fault: f"Replace the invalid character in {place_of(fault).name}: enter {fault.expected}.",
)
def message(fault: Fault) -> str:
    return f"{place_of(fault).name} contains an invalid character; expected {fault.expected}."
