"""What all pages share: the spool, who is signed in, what was read before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from scrubber.engine.edit import Edit
from scrubber.engine.loading.discovery import shipped_rulebook
from scrubber.log import Logger
from scrubber.serve.names import CodeNames
from scrubber.serve.sessions import Session, Sessions
from scrubber.serve.upload import Arriving
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.audit import VIEWED
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.worklist.worklist import ReadBefore, Worklist


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the user's local date


@dataclass
class Site:
    """One server. ``largest`` is the most bytes of a file that is dropped.

    ``arriving`` are the files that were dropped lately, by their keys.
    """

    spool: Spool
    sessions: Sessions
    log: Logger
    largest: int
    names: CodeNames = field(default_factory=CodeNames)
    today: Callable[[], date] = _today
    arriving: dict[str, Arriving] = field(default_factory=dict)
    known: ReadBefore = field(default_factory=ReadBefore)

    @contextmanager
    def worklist(self) -> Iterator[Worklist]:
        """Open the work list. Raise OSError and SpoolError."""
        ledger = Ledger.writing(self.spool.ledger)
        try:
            yield Worklist(self.spool, ledger, self.known)
        finally:
            ledger.close()

    @cached_property
    def edits(self) -> Mapping[str, Edit]:
        """The shipped edits, which explain what they look for."""
        return shipped_rulebook().edits

    def note_view(self, ledger: Ledger, session: Session, job: str = "", **what: str) -> None:
        """Enter in the audit log that a person is shown patients, before they are. Raise OSError."""
        ledger.note(VIEWED, job, user=session.person.name, **what)
