"""What was decided before, found again by the parts that were looked at."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from operator import itemgetter
from typing import Any

from scrubber.claim.watched import Looked, PartName

Parts = Mapping[Any, Hashable]
"""The content of a claim by the names of its parts; what it lacks is empty."""
Spans = tuple[tuple[date, date, Any], ...]
"""The decisions for the same values of the same parts, each with the first and last day that it holds for."""


class Shelf:
    """The decisions on one content of a subject: the parts looked at, and what was decided for their values.

    Different values may lead to looks at different parts: those are on ``other`` shelves.
    """

    __slots__ = ("by_values", "names", "other", "spans", "values_in")

    def __init__(self, names: tuple[PartName, ...]) -> None:
        self.names = names
        self.values_in: Callable[[Parts], Hashable] | None = itemgetter(*names) if names else None
        self.spans: Spans = ()  # where no part was looked at
        self.by_values: dict[Hashable, Spans] = {}
        self.other: Shelf | None = None

    def find(self, parts: Parts, day: date) -> Any:  # noqa: ANN401 - whatever is remembered
        """Return what was decided for a claim with these parts and this day of service, or ``None``."""
        shelf: Shelf | None = self
        while shelf is not None:
            values_in = shelf.values_in
            spans = shelf.by_values.get(values_in(parts)) if values_in else shelf.spans
            if spans is not None:
                for first, last, decision in spans:
                    if first <= day <= last:
                        return decision
            shelf = shelf.other
        return None

    def keep(self, parts: Parts, looked: Looked, decision: object) -> None:
        """Remember a decision."""
        names, shelf = tuple(looked.parts), self
        while shelf.names != names:
            if shelf.other is None:
                shelf.other = Shelf(names)
            shelf = shelf.other
        span = (looked.span.first, looked.span.last, decision)
        if shelf.values_in is None:
            shelf.spans = (*shelf.spans, span)
        else:
            key = shelf.values_in(parts)
            shelf.by_values[key] = (*shelf.by_values.get(key, ()), span)
