"""A segment is unexpected at its position.

What is wrong
    The segment, with this ID and qualifier, does not belong in this loop, or it follows segments that it
    must precede.

Why it is refused
    A receiver that validates against the implementation guide (TR3) rejects the transaction set (999),
    because it cannot tell what the segment is about.

How to correct it
    Regenerate the file from the practice management system. If your own program writes it, compare the order
    of segments with the TR3; often a qualifier (the first element) was mistyped.
"""

import re

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import place_of, reports

edit = Edit(
    id="GUIDE-02",
    title="Unexpected segment",
    snip=2,
    severity="reject",
    to_do="Regenerate the file from the practice management system, without the unexpected segment.",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    yields=True,
    needs=("faults",),
)

_QUALIFIED = frozenset({"AMT", "DTP", "NM1", "REF"})
_DIAGNOSES = ("ABF", "BF")
_QUALIFIER = re.compile("[A-Z0-9]{1,3}", re.ASCII)


def _to_do(fault: Fault) -> str:
    """Return what to correct; nothing more specific than the edit says where the segment is unknown."""
    if fault.kind is FaultKind.OUT_OF_ORDER:
        return f"Move the {fault.segment.id} segment up to its position in the TR3's segment order."
    name = _name(fault)
    if fault.segment.id == "DTP":
        return f"Move {name} to its loop (2300 for a date of the claim, 2400 of a line), or remove it."
    if _is_second_hi(fault):
        return "Move its diagnoses into the first HI (HI02 to HI12), and remove this one."
    if fault.element:
        return f"Correct the qualifier in {place_of(fault).name}, or remove the {fault.segment.id} segment."
    if fault.segment.id == "NM1":
        return f"Remove {name} and its N3, N4, REF and PER from this loop, or correct NM101."
    return ""


def _is_second_hi(fault: Fault) -> bool:
    """Return True for further diagnoses: what is wrong in the first HI is told of its codes."""
    return fault.segment.id == "HI" and fault.segment.component(1, 1) in _DIAGNOSES


def _name(fault: Fault) -> str:
    """Return the segment with its qualifier, if that may be one."""
    name, qualifier = fault.segment.id, fault.segment.get(1)
    return f"{name}*{qualifier}" if name in _QUALIFIED and _QUALIFIER.fullmatch(qualifier) else name


@reports(edit, FaultKind.UNEXPECTED, FaultKind.OUT_OF_ORDER, to_do=_to_do)
def message(fault: Fault) -> str:
    if _is_second_hi(fault):
        return "Second HI segment with diagnoses: all diagnoses of a claim are in one."
    if fault.kind is FaultKind.OUT_OF_ORDER:
        return f"{fault.segment.id} segment is out of order: it comes too late in loop {fault.loop}."
    if fault.element:
        qualifier = fault.segment.component(fault.element, fault.component or 1)
        code = f" ({qualifier})" if _QUALIFIER.fullmatch(qualifier) else ""
        reason = f"the qualifier in {place_of(fault).name}{code} is not valid there"
        return f"{fault.segment.id} is an unexpected segment in loop {fault.loop}: {reason}."
    return f"{_name(fault)} is an unexpected segment in or after loop {fault.loop}."
