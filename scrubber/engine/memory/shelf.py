"""What was decided before, found again by the parts that were looked at."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import date
from typing import Any

from scrubber.claim.watched import Looked, PartName

Parts = Mapping[Any, Hashable]
"""The content of a claim by the names of its parts; what it lacks is empty."""


class _Spans:
    """The decisions for the same values of the same parts, each with the days for which it holds."""

    __slots__ = ("by_day", "spans")

    def __init__(self) -> None:
        self.spans: list[tuple[date, date, Any]] = []
        self.by_day: dict[date | None, Any] = {}

    def on(self, day: date | None) -> Any:  # noqa: ANN401 - whatever is remembered
        found = self.by_day.get(day)
        if found is None and day is not None:
            for first, last, decision in self.spans:
                if first <= day <= last:
                    self.by_day[day] = decision
                    return decision
        return found


class Shelf:
    """The decisions on one content of a subject: the parts looked at, and what was decided for their values.

    Different values may lead to looks at different parts, so there may be several drawers.
    """

    __slots__ = ("_drawers",)

    def __init__(self) -> None:
        self._drawers: list[tuple[tuple[PartName, ...], dict[tuple[Hashable, ...], _Spans]]] = []

    def find(self, parts: Parts, day: date | None) -> Any:  # noqa: ANN401 - whatever is remembered
        """Return what was decided for a claim with these parts and this day of service, or ``None``."""
        for names, drawer in self._drawers:
            spans = drawer.get(tuple([parts[name] for name in names]))
            if spans is not None:
                found = spans.on(day)
                if found is not None:
                    return found
        return None

    def keep(self, parts: Parts, looked: Looked, day: date | None, decision: object) -> int:
        """Remember a decision; return by how many entries that grows the memory."""
        names = tuple(looked.parts)
        drawer = next((drawer for known, drawer in self._drawers if known == names), None)
        size = 1
        if drawer is None:
            drawer = {}
            self._drawers.append((names, drawer))
            size += 1
        spans = drawer.setdefault(tuple([parts[name] for name in names]), _Spans())
        if day is not None:
            spans.spans.append((looked.span.first, looked.span.last, decision))
        spans.by_day[day] = decision
        return size
