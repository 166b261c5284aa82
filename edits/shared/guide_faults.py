"""Shared by the GUIDE edits: turn a fault that the recognizer found into a hit."""

from __future__ import annotations

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
            for fault in faults:
                if fault.kind in kinds:
                    yield _hit(fault, message(fault), to_do(fault) if to_do else "", claim)

        @edit.claim
        def check_claim(claim: Claim, context: Context) -> Iterator[CheckResult]:
            return hits(context.faults, claim)

        @edit.envelope
        def check_header(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
            return hits(envelope.faults, None)

        return message

    return register


def _hit(fault: Fault, message: str, to_do: str, claim: Claim | None) -> Hit:
    """Return the hit for a fault; ``claim`` is the claim that the fault is in or above, if any."""
    line = _line_of(claim, fault) if claim else None
    if line:
        message = f"Line {line.index}: {message}"
    if fault.missing:
        return Hit(fault.segment, message, line, element=fault.missing, loop=fault.loop, to_do=to_do)
    if not fault.element:
        return Hit(fault.segment, message, line, loop=fault.loop, to_do=to_do)
    return Hit(place_of(fault), message, line, to_do=to_do)


def place_of(fault: Fault) -> Field:
    """Return the element or component that a fault is about."""
    return Field.of(fault.segment, fault.element, fault.component, fault.loop)


def _line_of(claim: Claim, fault: Fault) -> ServiceLine | None:
    """Return the service line that a fault is in: the last one that begins at or before it."""
    if not fault.loop.startswith("24"):
        return None
    number = fault.segment.number
    begun = [line for line in claim.lines if (line.number.segment or line.segment).number <= number]
    return begun[-1] if begun else None
