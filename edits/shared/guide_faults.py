"""What the edits of the guide family share: from a fault of the recogniser to a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from scrubber.claim.field import Field
from scrubber.claim.model import Claim, ServiceLine
from scrubber.engine.context import Context
from scrubber.engine.edit import Edit
from scrubber.engine.finding import CheckResult, Hit
from scrubber.envelopes.scan import Envelope
from scrubber.guide.fault import Fault, FaultKind

Message = Callable[[Fault], str]


def reports(edit: Edit, *kinds: FaultKind) -> Callable[[Message], Message]:
    """Decorator: the edit reports faults of these kinds, in claims and in headers, with this message."""

    def register(message: Message) -> Message:
        def find(faults: Iterable[Fault], claim: Claim | None) -> Iterator[CheckResult]:
            return (_found(fault, message(fault), claim) for fault in faults if fault.kind in kinds)

        @edit.claim
        def check_claim(claim: Claim, context: Context) -> Iterator[CheckResult]:
            return find(context.faults, claim)

        @edit.envelope
        def check_header(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
            return find(envelope.faults, None)

        return message

    return register


def _found(fault: Fault, message: str, claim: Claim | None) -> Hit:
    """The finding for a fault; ``claim`` is the one that it lies in or above, if any."""
    line = _line_of(claim, fault) if claim else None
    if fault.missing:
        return Hit(fault.segment, message, line, element=fault.missing, loop=fault.loop)
    if not fault.element:
        return Hit(fault.segment, message, line, loop=fault.loop)
    return Hit(place_of(fault), message, line)


def place_of(fault: Fault) -> Field:
    """The element or component that a fault is about."""
    return Field.of(fault.segment, fault.element, fault.component, fault.loop)


def _line_of(claim: Claim, fault: Fault) -> ServiceLine | None:
    """The service line that a fault lies in: the last one that begins at or before it."""
    if not fault.loop.startswith("24"):
        return None
    number = fault.segment.number
    begun = [line for line in claim.lines if (line.number.segment or line.segment).number <= number]
    return begun[-1] if begun else None
