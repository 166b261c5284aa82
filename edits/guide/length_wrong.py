"""A value is longer or shorter than the TR3 allows.

What is wrong
    The element has fewer or more characters (digits, in a number) than the implementation guide (TR3) allows.

Why it is refused
    A receiver that validates against the TR3 rejects the transaction set (999); others truncate the value,
    and a truncated identifier matches no one.

How to correct it
    Shorten or complete the value in the practice management system.
"""

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import place_of, reports

edit = Edit(
    id="GUIDE-06",
    title="Data element too long or too short",
    snip=2,
    severity="reject",
    to_do="Correct the length of the element in the practice management system: shorten or complete it.",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    yields=True,
    needs=("faults",),
)


@reports(
    edit,
    FaultKind.TOO_SHORT,
    FaultKind.TOO_LONG,
    to_do=lambda fault: f"Correct {place_of(fault).name}: enter {fault.expected}.",
)
def message(fault: Fault) -> str:
    wrong = "too long" if fault.kind is FaultKind.TOO_LONG else "too short"
    return f"{place_of(fault).name} is {wrong}: the TR3 calls for {fault.expected}."
