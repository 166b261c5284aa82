"""The size limit of a page: a browser opens 15 MB at once, but fails at 250 MB.

Everything written while claims arrive takes space from the budget; what does not fit is summarized or only
counted. There is no lookahead: what comes first is shown first.
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
"""The maximum size of a page in bytes."""
_END = 700_000
"""Bytes reserved for what is written last, which grows with edits and packs, not with claims."""


class Share(Enum):
    """A kind of content: how full the page may get with it, and how much of the page all of it may take."""

    CARD = (0.84, 1.0)
    SHORT = (0.93, 1.0)
    NOTE = (0.96, 0.07)
    FIXED = (0.97, 0.035)
    FILE = (1.0, 0.1)


@dataclass(slots=True)
class SizeBudget:
    """The space of one page. A share that is full stays full, so that checking again costs nothing."""

    _limit: int = field(default_factory=lambda: LIMIT)
    _used: int = 0
    _taken: Counter[Share] = field(default_factory=Counter)
    _closed: set[Share] = field(default_factory=set)

    @property
    def rest(self) -> int:
        """Return how many bytes may still be written, including those reserved for the end."""
        return self._limit - self._used

    def is_open(self, share: Share) -> bool:
        """Return True if there may be space for one more."""
        return share not in self._closed

    def take(self, share: Share, *texts: str) -> bool:
        """Take space for all of the texts; return False if there is not enough."""
        size, whole = sum(map(size_of, texts)), self._limit - _END
        page_limit, share_limit = share.value
        full = self._used + size > page_limit * whole or self._taken[share] + size > share_limit * whole
        if full or share in self._closed:
            self._closed.add(share)
            return False
        self._used += size
        self._taken[share] += size
        return True

    def spend(self, *texts: str) -> None:
        """Count texts that are written in any case."""
        self._used += sum(map(size_of, texts))

    def copy(self) -> SizeBudget:
        """Return a copy of the current state, to restore later."""
        return replace(self, _taken=self._taken.copy(), _closed=self._closed.copy())


class Spill:
    """Content of one share that waits on disk, as much as fits the budget; the rest is counted."""

    def __init__(self, budget: SizeBudget, share: Share) -> None:
        self._budget = budget
        self._share = share
        self._text = temporary_text()
        self.shown = self.counted = 0

    def add(self, make: Callable[[], Element]) -> None:
        """Keep one more element, which is made only if there may be space for it."""
        if self._budget.is_open(self._share):
            text = render(make()) + "\n"
            if self._budget.take(self._share, text):
                self._text.write(text)
                self.shown += 1
                return
        self.counted += 1

    def pour(self, out: IO[str]) -> None:
        """Write out what was kept, and discard it."""
        pour(self._text, out)

    def close(self) -> None:
        """Close and discard the temporary file."""
        self._text.close()


def size_of(text: str) -> int:
    """Return the size of a text in bytes."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
