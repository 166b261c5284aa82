"""How large a page may become: a browser opens fifteen megabytes at once, and dies of two hundred and fifty.

What is written while claims come takes its room here; what there is no room for is shown in short or only
counted. Nothing is looked ahead for: who comes first is shown first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import IO

from scrubber.html.tags import Element, render
from scrubber.text import pour, temporary_text

LIMIT = 15_000_000
"""No page is larger, in bytes."""
_END = 700_000
"""Kept free for what is written last, which grows with edits and packs and not with claims."""


class Share(Enum):
    """What takes room: how full the page may be with it, and how much of the page all of it may be."""

    CARD = (0.84, 1.0)
    SHORT = (0.93, 1.0)
    NOTE = (0.96, 0.07)
    REPAIR = (0.97, 0.035)
    FILE = (1.0, 0.1)


@dataclass(slots=True)
class SizeBudget:
    """The room of one page. A kind that was refused stays refused, so that asking again costs nothing."""

    _limit: int = field(default_factory=lambda: LIMIT)
    _used: int = 0
    _taken: Counter[Share] = field(default_factory=Counter)
    _closed: set[Share] = field(default_factory=set)

    @property
    def rest(self) -> int:
        """So many bytes may still be written, those for the end among them."""
        return self._limit - self._used

    def is_open(self, kind: Share) -> bool:
        """Whether there may be room for one more."""
        return kind not in self._closed

    def take(self, kind: Share, *texts: str) -> bool:
        """Take room for all of the texts; ``False`` where there is none."""
        size, whole = sum(map(size_of, texts)), self._limit - _END
        until, share = kind.value
        full = self._used + size > until * whole or self._taken[kind] + size > share * whole
        if full or kind in self._closed:
            self._closed.add(kind)
            return False
        self._used += size
        self._taken[kind] += size
        return True

    def spend(self, *texts: str) -> None:
        """Count what is written in any case."""
        self._used += sum(map(size_of, texts))

    def copy(self) -> SizeBudget:
        """The room as it is now, to go back to."""
        return replace(self, _taken=self._taken.copy(), _closed=self._closed.copy())


class Spill:
    """Pieces of one kind that wait on disk, as many as there is room for; the others are counted."""

    def __init__(self, room: SizeBudget, kind: Share) -> None:
        self._room = room
        self._kind = kind
        self._text = temporary_text()
        self.shown = self.counted = 0

    def add(self, make: Callable[[], Element]) -> None:
        """Keep one more, which is made only where there may be room for it."""
        if self._room.is_open(self._kind):
            text = render(make()) + "\n"
            if self._room.take(self._kind, text):
                self._text.write(text)
                self.shown += 1
                return
        self.counted += 1

    def pour(self, out: IO[str]) -> None:
        """Write out what was kept, and forget it."""
        pour(self._text, out)

    def close(self) -> None:
        """Forget it."""
        self._text.close()


def size_of(text: str) -> int:
    """How many bytes a text is in the page."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
