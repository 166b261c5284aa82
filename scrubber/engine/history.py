"""What was received before, as far as somebody keeps account of it (the watch folder does)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from scrubber.envelopes.scan import Identity


@dataclass(frozen=True, slots=True)
class Earlier:
    """Where a number was seen before: in a job of a day, or without these in the same file.

    ``sent`` tells that claims of that job have gone out.
    """

    job: str = ""
    day: date | None = None
    sent: bool = False

    @property
    def is_here(self) -> bool:
        """Whether it was earlier in the same file."""
        return not self.job


class History(Protocol):
    """Answers whether the numbers by which a receiver knows a file were seen before."""

    @property
    def content(self) -> Earlier | None:
        """Where the very same bytes were received before."""

    def of(self, identity: Identity) -> Earlier | None:
        """Where this number was seen before."""


class NoHistory:
    """Nobody keeps account: every file is the first."""

    content: Earlier | None = None

    def of(self, _identity: Identity) -> Earlier | None:
        """Nothing was seen before."""
        return None


NO_HISTORY = NoHistory()


class InFile:
    """What a history says, and what was seen earlier in the file that is being read.

    ``identities`` are those of the file so far, at most as many as a file can reasonably have.
    """

    _MOST = 10_000

    def __init__(self, history: History) -> None:
        self.identities: dict[Identity, None] = {}
        self._history = history

    @property
    def content(self) -> Earlier | None:
        """Of the whole file."""
        return self._history.content

    def of(self, identity: Identity) -> Earlier | None:
        """In an earlier job, or in the file before; ask before `add`."""
        return self._history.of(identity) or (Earlier() if identity in self.identities else None)

    def add(self, identity: Identity) -> None:
        """An envelope with this number has been judged."""
        if len(self.identities) < self._MOST:
            self.identities[identity] = None
