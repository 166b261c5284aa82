"""A day that notes for which other days whatever is decided by looking at it would be the same."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, SupportsIndex

_DAY = timedelta(1)


class Span:
    """The days from ``first`` to ``last``, both included, which looking at a day narrows."""

    __slots__ = ("first", "last")

    def __init__(self, first: date = date.min, last: date = date.max) -> None:
        self.first = first
        self.last = last

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def narrow(self, first: date, last: date) -> None:
        """Leave only the days that are also from ``first`` to ``last``."""
        self.first = max(self.first, first)
        self.last = min(self.last, last)


class WatchedDay(date):
    """A date that behaves as the plain one, and narrows its span by everything that is asked of it.

    A comparison leaves the days that compare alike: after ``day > limit``, all days beyond the limit or all
    up to it. The year leaves its days. Anything else (text, arithmetic, hash) leaves this day alone. `plain`
    is for what narrows the span itself, such as a table that knows how long its answer holds.
    """

    __slots__ = ("plain", "span")
    plain: date
    span: Span

    @classmethod
    def of(cls, day: date, span: Span) -> WatchedDay:
        """Return the watched form of a day."""
        self = date.__new__(cls, day.year, day.month, day.day)
        self.plain = day
        self.span = span
        return self

    def exactly(self) -> date:
        """Return the plain date, leaving this day alone in the span."""
        self.span.narrow(self.plain, self.plain)
        return self.plain

    def _is_before(self, other: date) -> bool:
        """Return True if this day is before another one, leaving the days of which that is as true."""
        if other is self:
            return False
        limit, day = plain(other), self.plain
        if isinstance(other, WatchedDay):
            other.exactly()
            self.exactly()
        elif day < limit:
            self.span.narrow(date.min, limit - _DAY)
        else:
            self.span.narrow(limit, date.max)
        return day < limit

    def _is_after(self, other: date) -> bool:
        if other is self:
            return False
        limit, day = plain(other), self.plain
        if isinstance(other, WatchedDay):
            other.exactly()
            self.exactly()
        elif day > limit:
            self.span.narrow(limit + _DAY, date.max)
        else:
            self.span.narrow(date.min, limit)
        return day > limit

    def __lt__(self, other: date, /) -> bool:
        return self._is_before(other) if isinstance(other, date) else NotImplemented

    def __gt__(self, other: date, /) -> bool:
        return self._is_after(other) if isinstance(other, date) else NotImplemented

    def __le__(self, other: date, /) -> bool:
        return not self._is_after(other) if isinstance(other, date) else NotImplemented

    def __ge__(self, other: date, /) -> bool:
        return not self._is_before(other) if isinstance(other, date) else NotImplemented

    def __eq__(self, other: object) -> bool:
        if other is self:
            return True
        if not isinstance(other, date) or isinstance(other, datetime):
            return NotImplemented
        return not self._is_before(other) and not self._is_after(other)

    def __ne__(self, other: object) -> bool:
        same = self.__eq__(other)
        return same if same is NotImplemented else not same

    def __hash__(self) -> int:
        return hash(self.exactly())

    def __add__(self, other: timedelta) -> Any:  # noqa: ANN401 - the plain date, not one of this class
        return self.exactly() + other

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:  # noqa: ANN401 - a date or a timedelta
        return self.exactly() - (plain(other) if isinstance(other, date) else other)

    def __rsub__(self, other: date) -> timedelta:
        return plain(other) - self.exactly()

    def __str__(self) -> str:
        return str(self.exactly())

    def __repr__(self) -> str:
        return repr(self.exactly())

    def __format__(self, form: str) -> str:
        return format(self.exactly(), form)

    def __reduce__(self) -> tuple[object, ...]:
        return self.exactly().__reduce__()  # type: ignore[return-value] # as date does

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[object, ...]:
        return self.exactly().__reduce_ex__(protocol)  # type: ignore[return-value] # as date does

    @property
    def year(self) -> int:
        """The year."""
        year = self.plain.year
        self.span.narrow(date(year, 1, 1), date(year, 12, 31))
        return year

    @property
    def month(self) -> int:
        """The month."""
        return self.exactly().month

    @property
    def day(self) -> int:
        """The day of the month."""
        return self.exactly().day

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - whatever a date has
        # What is not defined here is answered by the plain date, which is then the only day left.
        if name in _OWN or name.startswith("__"):
            return object.__getattribute__(self, name)
        return getattr(object.__getattribute__(self, "exactly")(), name)


_OWN = frozenset(name for name in vars(WatchedDay) if not name.startswith("__"))


def plain(day: date) -> date:
    """Return a day as a plain date that notes nothing."""
    return day.plain if isinstance(day, WatchedDay) else day
