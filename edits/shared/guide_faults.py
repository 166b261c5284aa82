"""Shared by the GUIDE edits: turn a fault that the recognizer found into a hit."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

from scrubber.claim.field import Field
from scrubber.claim.model import Claim, ServiceLine
from scrubber.engine.context import Context
from scrubber.engine.edit import Edit
from scrubber.engine.finding import CheckResult, Hit
from scrubber.envelopes.scan import Envelope
from scrubber.guide.fault import Fault, FaultKind

FaultText = Callable[[Fault], str]


def reports(
    edit: Edit, *kinds: FaultKind, to_do: FaultText | None = None
) -> Callable[[FaultText], FaultText]:
    """Make the edit report faults of these kinds, in claims and in headers.

    The decorated function returns the message of a fault, ``to_do`` what to change; where that is empty, the
    edit's own ``to_do`` applies.
    """

    def register(message: FaultText) -> FaultText:
        def hits(faults: Iterable[Fault], claim: Claim | None) -> Iterator[CheckResult]:
            found = [fault for fault in faults if fault.kind in kinds]
            lines = _LinesBySegment(claim) if found and claim else None
            for fault in found:
                yield _hit(fault, message(fault), to_do(fault) if to_do else "", lines)

        @edit.claim
        def check_claim(claim: Claim, context: Context) -> Iterator[CheckResult]:
            return hits(context.faults, claim)

        @edit.envelope
        def check_header(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
            return hits(envelope.faults, None)

        return message

    return register


def _hit(fault: Fault, message: str, to_do: str, lines: _LinesBySegment | None) -> Hit:
    """Return the hit for a fault; ``lines`` are those of the claim that the fault is in or above, if any."""
    line = lines.of(fault) if lines else None
    if line:
        message = f"Line {line.index}: {message}"
    if fault.kind is FaultKind.MISALIGNED:
        return Hit(place_of(fault), message, line, to_do=to_do, explains=True)
    if fault.missing:
        return Hit(fault.segment, message, line, element=fault.missing, loop=fault.loop, to_do=to_do)
    if not fault.element:
        return Hit(fault.segment, message, line, loop=fault.loop, to_do=to_do)
    return Hit(place_of(fault), message, line, to_do=to_do)


def place_of(fault: Fault) -> Field:
    """Return the element or component that a fault is about."""
    return Field.of(fault.segment, fault.element, fault.component, fault.loop)


class _LinesBySegment:
    """The service lines of a claim, found by the number of a segment in them."""

    def __init__(self, claim: Claim) -> None:
        self._lines = claim.lines
        self._begin = [(line.number.segment or line.segment).number for line in claim.lines]

    def of(self, fault: Fault) -> ServiceLine | None:
        """Return the service line that a fault is in: the last one that begins at or before it."""
        if not fault.loop.startswith("24"):
            return None
        at = bisect_right(self._begin, fault.segment.number)
        return self._lines[at - 1] if at else None
