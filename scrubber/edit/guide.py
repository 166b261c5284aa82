"""What the edits of the guide family share: from a fault of the recogniser to a finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scrubber.claim.field import Field
from scrubber.claim.model import Claim, ServiceLine
from scrubber.edit.finding import Fix, Found
from scrubber.guide.fault import Fault, Kind


def faults_of(faults: Iterable[Fault], *kinds: Kind) -> Iterator[Fault]:
    """The faults of these kinds."""
    return (fault for fault in faults if fault.kind in kinds)


def found(fault: Fault, message: str, claim: Claim | None = None, fix: Fix | None = None) -> Found:
    """The finding for a fault; ``claim`` is the one that it lies in or above, if any."""
    line = line_of(claim, fault) if claim else None
    if fault.missing:
        return Found(fault.segment, message, line, fix, element=fault.missing, loop=fault.loop)
    if not fault.element:
        return Found(fault.segment, message, line, fix, loop=fault.loop)
    return Found(place_of(fault), message, line, fix)


def place_of(fault: Fault) -> Field:
    """The element or component that a fault is about."""
    return Field.of(fault.segment, fault.element, fault.component, fault.loop)


def line_of(claim: Claim, fault: Fault) -> ServiceLine | None:
    """The service line that a fault lies in: the last one that begins at or before it."""
    if not fault.loop.startswith("24"):
        return None
    number = fault.segment.number
    begun = [line for line in claim.lines if (line.number.segment or line.segment).number <= number]
    return begun[-1] if begun else None
