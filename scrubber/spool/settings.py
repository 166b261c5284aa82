"""The settings of a watch; periods in seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from scrubber.spool.work.limits import Limits


@dataclass(frozen=True, slots=True)
class Settings:
    """``jobs`` files are processed at a time; a file whose worker fails is tried ``1 + len(pauses)`` times.

    ``interval`` is the time between two looks into ``in/``, ``quiet`` how long a file must stay unchanged
    there, ``truncated_after`` how long to wait for the end of a file without one.
    """

    jobs: int = 1
    interval: float = 5.0
    quiet: float = 2.0
    truncated_after: float = 900.0
    pauses: tuple[float, ...] = (5.0, 60.0)
    limits: Limits = field(default_factory=Limits)


@dataclass(slots=True)
class Totals:
    """The totals of a run of the watch; none of it is patient data.

    ``would_be_held`` files have claims that a report-only watch sends on, ``sent_on`` counts these claims;
    ``held_cents`` includes their charges.
    """

    clean: int = 0
    would_be_held: int = 0
    held: int = 0
    unreadable: int = 0
    failed: int = 0
    late: int = 0
    changed: int = 0
    claims: int = 0
    accepted: int = 0
    sent_on: int = 0
    cents: int = 0
    held_cents: int = 0
    left: int = 0
    skipped: int = 0
    edit_errors: int = 0
    """Files on which an edit failed."""
    answers: int = 0
    """Files of answers that were imported."""
    answers_refused: int = 0

    @property
    def files(self) -> int:
        """The number of finished files, whatever the outcome."""
        return self.clean + self.would_be_held + self.held + self.unreadable + self.failed

    @property
    def needs_a_person(self) -> bool:
        """True if something needs a person's attention."""
        return bool(self.held or self.unreadable or self.failed or self.late or self.answers_refused)


DoneCallback = Callable[[str, str], None]
"""Called with each finished job's ID and outcome."""
