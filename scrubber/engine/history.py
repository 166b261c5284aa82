"""What was received before, if that is tracked (the watch folder tracks it)."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from msgspec import Struct

from scrubber.envelopes.scan import Identity


class Earlier(Struct, frozen=True):
    """Where a number was seen before: in a job on a day or, without these, in the same file.

    ``sent`` is True if claims of that job went out.
    """

    job: str = ""
    day: date | None = None
    sent: bool = False

    @property
    def is_here(self) -> bool:
        """Return True if it was earlier in the same file."""
        return not self.job


class History(Protocol):
    """A record of the numbers that identify files to a receiver."""

    @property
    def content(self) -> Earlier | None:
        """Return where the very same bytes were received before."""

    def of(self, identity: Identity) -> Earlier | None:
        """Return where this number was seen before."""


class NoHistory:
    """No history is kept: every file is the first."""

    content: Earlier | None = None

    def of(self, _identity: Identity) -> Earlier | None:
        """Return ``None``: nothing was seen before."""
        return None


NO_HISTORY = NoHistory()


class InFile:
    """A history, extended by what was seen earlier in the file that is being read.

    ``identities`` are those of the file so far, up to a reasonable limit.
    """

    _MOST = 10_000

    def __init__(self, history: History) -> None:
        self.identities: dict[Identity, None] = {}
        self._history = history

    @property
    def content(self) -> Earlier | None:
        """Return where the very same file was received before."""
        return self._history.content

    def of(self, identity: Identity) -> Earlier | None:
        """Return where this number was seen, in an earlier job or earlier in this file; call before `add`."""
        return self._history.of(identity) or (Earlier() if identity in self.identities else None)

    def add(self, identity: Identity) -> None:
        """Record the number of an envelope that has been evaluated."""
        if len(self.identities) < self._MOST:
            self.identities[identity] = None
