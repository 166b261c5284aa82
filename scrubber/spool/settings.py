"""How a watch works: periods in seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from scrubber.spool.work.limits import Limits


@dataclass(frozen=True, slots=True)
class Settings:
    """``jobs`` files at a time; a file whose worker fails is tried ``1 + len(pauses)`` times in all.

    ``interval`` lies between two looks into ``in/``, ``quiet`` is how long a file must stay unchanged there,
    ``truncated_after`` how long one without its end is waited for.
    """

    jobs: int = 1
    interval: float = 5.0
    quiet: float = 2.0
    truncated_after: float = 900.0
    pauses: tuple[float, ...] = (5.0, 60.0)
    limits: Limits = field(default_factory=Limits)


@dataclass(slots=True)
class Totals:
    """What a run of the watch has done so far; nothing in it is of a patient."""

    clean: int = 0
    held: int = 0
    unreadable: int = 0
    failed: int = 0
    late: int = 0
    changed: int = 0
    claims: int = 0
    accepted: int = 0
    cents: int = 0
    held_cents: int = 0
    left: int = 0
    skipped: int = 0
    edit_errors: int = 0
    """Files on which an edit failed."""

    @property
    def files(self) -> int:
        """How many are done with, one way or the other."""
        return self.clean + self.held + self.unreadable + self.failed

    @property
    def needs_a_person(self) -> bool:
        """Whether something must be looked at."""
        return bool(self.held or self.unreadable or self.failed or self.late)


DoneCallback = Callable[[str, str], None]
"""Told of each job that is done with: its id and what came of it."""
