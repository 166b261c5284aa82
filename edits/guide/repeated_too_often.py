"""A segment or loop exceeds its maximum use.

What is wrong
    The implementation guide (TR3) limits how often a segment or loop may be repeated in one place; this one
    is over the limit.

Why it is refused
    A receiver that validates against the TR3 rejects the transaction set (999); one that does not may take
    the first or the last of them, and no one knows which.

How to correct it
    Remove the extra one. Split a claim with more than 50 service lines into two.
"""

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import reports

edit = Edit(
    id="GUIDE-03",
    title="Segment or loop exceeds maximum use",
    snip=2,
    severity="reject",
    to_do="Remove the extra segment or loop, so that no more remain than the TR3 allows.",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    yields=True,
    needs=("faults",),
)


def _to_do(fault: Fault) -> str:
    """Return what to remove; extra service lines are moved to a second claim."""
    if fault.kind is FaultKind.TOO_MANY_SEGMENTS:
        return f"Remove the extra {fault.segment.id} segment from loop {fault.loop} ({fault.expected})."
    if fault.loop == "2400":
        return f"Split the claim into two: report {fault.expected} service lines (loop 2400) on each."
    return f"Remove the extra loop {fault.loop} ({fault.expected})."


@reports(edit, FaultKind.TOO_MANY_SEGMENTS, FaultKind.TOO_MANY_LOOPS, to_do=_to_do)
def message(fault: Fault) -> str:
    if fault.kind is FaultKind.TOO_MANY_LOOPS:
        return f"{fault.segment.id} loop {fault.loop} exceeds maximum use: {fault.expected}."
    return f"{fault.segment.id} segment exceeds maximum use in loop {fault.loop}: {fault.expected}."
