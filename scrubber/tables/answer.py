"""A table's answer about a key on a date of service: a value, absent, or not covered."""

from __future__ import annotations

from datetime import date
from typing import Generic, NamedTuple, TypeVar

from msgspec import Struct

T = TypeVar("T")


class VintageName(NamedTuple):
    """One vintage of one table, as reports print it. ``sha256`` is that of the files it was read from."""

    table: str
    vintage: str
    sha256: str


class Answer(Struct, Generic[T], frozen=True):
    """What is known about one key on one date of service.

    ``records`` are in effect on the day. ``elsewhen`` holds records of the same key that are in effect on
    other days only. ``uncovered`` is the reason why the day cannot be answered; then there are no records.
    ``carried_over`` names what is missing if the latest list is applied to a later day. ``vintage`` is the
    one that answered.
    """

    records: tuple[T, ...] = ()
    elsewhen: tuple[T, ...] = ()
    uncovered: str = ""
    carried_over: str = ""
    vintage: VintageName | None = None

    @property
    def value(self) -> T | None:
        """The record for the day, the first if there are several."""
        return self.records[0] if self.records else None

    @property
    def older_list(self) -> str:
        """The name of the list that is carried over to the day, such as ``2026-07-01``; else empty."""
        return self.vintage.vintage if self.carried_over and self.vintage else ""

    @property
    def is_absent(self) -> bool:
        """True if the table covers the day and has no record of the key for it."""
        return not self.records and not self.uncovered


class CoveredDays(Struct, frozen=True):
    """Days from first to last, both included."""

    first: date = date.min
    last: date = date.max

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        first = "the beginning" if self.first == date.min else self.first.isoformat()
        return f"from {first} on" if self.last == date.max else f"{first} to {self.last.isoformat()}"
