"""The modifiers of a service line, as a payer reads them."""

from __future__ import annotations

from scrubber.claim.model import ServiceLine


def modifiers_of(line: ServiceLine) -> frozenset[str]:
    """The line's modifiers without blanks and in capitals; how they are written is another matter."""
    return frozenset(modifier.strip().upper() for modifier in line.modifiers)
