"""Lines of one provider and day, which a payer counts together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from scrubber.claim.model import Claim, ServiceLine
from scrubber.claim.pairing import same_provider


def day_of(line: ServiceLine) -> date | None:
    """Return the first date of service of a line, or ``None`` if it is missing or malformed."""
    return line.service.start if line.service else None


def days_in(line: ServiceLine) -> int:
    """Return how many days a line covers; one if a date is missing or malformed."""
    service = line.service
    if service is None or service.start is None or service.end is None or service.start == service.end:
        return 1
    return (service.end - service.start).days + 1


def is_by_another(claim: Claim, one: ServiceLine, two: ServiceLine) -> bool:
    """Return True if different providers rendered two lines; False if one of them is unknown."""
    # Without a provider on either line, both are the claim's: its id need not be looked at.
    return bool(one.providers or two.providers) and same_provider(claim, one, two) is False


def by_provider_and_day(claim: Claim, lines: Sequence[ServiceLine]) -> list[list[ServiceLine]]:
    """Return the lines by rendering provider and first date of service, in the order of the lines.

    An unknown provider is not assumed to be that of another line. Lines without a date are together.
    """
    if len(lines) < 2:
        return [[line] for line in lines]
    # Days are compared and ids left alone where that is enough: a claim of another day is then like this one.
    day = day_of(lines[0])
    if all(day_of(line) == day and not line.providers for line in lines):
        return [list(lines)] if _provider(claim, lines[0]) else [[line] for line in lines]
    together: dict[tuple[str, date | None], list[ServiceLine]] = {}
    for line in lines:
        provider = _provider(claim, line) or f"line {line.index}"
        together.setdefault((provider, day_of(line)), []).append(line)
    return list(together.values())


def _provider(claim: Claim, line: ServiceLine) -> str:
    party = claim.rendering_of(line)
    return str(party.id) if party else ""
