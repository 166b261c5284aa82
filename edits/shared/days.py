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
    return same_provider(claim, one, two) is False


def by_provider_and_day(claim: Claim, lines: Sequence[ServiceLine]) -> list[list[ServiceLine]]:
    """Return the lines by rendering provider and first date of service, in the order of the lines.

    An unknown provider is not assumed to be that of another line. Lines without a date are together.
    """
    together: dict[tuple[object, date | None], list[ServiceLine]] = {}
    for line in lines:
        provider = claim.rendering[line.index - 1]
        # Which day it is does not matter where all lines are of the same one.
        day = None if claim.single_day else day_of(line)
        key: object = f"line {line.index}" if provider is None else provider
        together.setdefault((key, day), []).append(line)
    return list(together.values())


def years_between(born: date, day: date) -> int:
    """Return the age on a day in whole years; negative before birth."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
