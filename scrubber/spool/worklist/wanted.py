"""What a person asks of the work list: which claims, and texts that are fit to be entered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from scrubber.spool.worklist.worklist import WorkItem

NO_OWNER = "-"
"""The name by which one asks for claims without an owner; so no owner can have it."""
MOST_LETTERS = 4_000


class Wanted(NamedTuple):
    """Which claims are wanted; ``None`` where any will do.

    ``edit`` is an edit or a family of edits, ``days`` excludes claims that have not been waiting longer,
    ``cents`` those that charge less.
    """

    owner: str | None = None
    edit: str | None = None
    payer: str | None = None
    days: int | None = None
    cents: int | None = None

    def takes(self, item: WorkItem, today: date) -> bool:
        """Return True if a claim is one of them."""
        if self == _ANY:  # as a page asks of thousands
            return True
        row = item.row
        tests: tuple[Callable[[], bool], ...] = (
            lambda: self.owner is None or row.owner == ("" if self.owner == NO_OWNER else self.owner),
            lambda: self.edit is None or any(_is_of(held, self.edit.upper()) for held in row.edits.split()),
            lambda: self.payer is None or row.payer.upper() == self.payer.upper(),
            lambda: self.cents is None or row.cents >= self.cents,
            lambda: self.days is None or item.age(today) > self.days,
        )
        return all(test() for test in tests)


_ANY = Wanted()


def in_one_line(text: str) -> str:
    """Return a text of a person in one line, fit to be entered. Raise ValueError with what is wrong."""
    cleaned = " ".join(text.encode("utf-8", "replace").decode().split())
    if not cleaned:
        raise ValueError("is empty")
    if len(cleaned) > MOST_LETTERS:
        raise ValueError(f"is longer than {MOST_LETTERS:,} characters")
    return cleaned


def owner_named(text: str) -> str:
    """Return the name of an owner. Raise ValueError with what is wrong."""
    owner = in_one_line(text)
    if owner == NO_OWNER:
        raise ValueError("is not a name")
    return owner


def _is_of(edit: str, wanted: str) -> bool:
    """Return True if an edit is the one that is wanted, or of that family."""
    return edit == wanted or edit.rpartition("-")[0] == wanted
