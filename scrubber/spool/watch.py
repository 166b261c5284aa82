"""The watch: once for cron, or as a daemon until it is told to stop."""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from types import FrameType
from typing import Any

import structlog

from scrubber.errors import SpoolError
from scrubber.spool.access import enforce, require_own
from scrubber.spool.answers.folder import AnswersIn
from scrubber.spool.daily_csv import write_day
from scrubber.spool.filesystem import is_forgetful, refuse_unfit
from scrubber.spool.hooks import WAKE, Hooks
from scrubber.spool.jobs.arrivals import Arrivals, Candidate, uptime
from scrubber.spool.jobs.intake import Job, UnmovableError, accept_file
from scrubber.spool.jobs.recover import recover
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.ledger.rebuild import rebuild_if_missing
from scrubber.spool.lock import owned
from scrubber.spool.page.page import write_page
from scrubber.spool.settings import DoneCallback, Settings, Totals
from scrubber.spool.work.foreman import Foreman, TroubleError
from scrubber.spool.work.worker import Decide, prepare
from scrubber.spool.worklist.worklist import Worklist
from scrubber.tables.status import TableStatus

_WAKE = 0.5
"""Seconds after which a waiting watch checks whether it should stop."""
_LONGEST_PAUSE = 300.0


@dataclass(slots=True)
class Watch:
    """A watch on a spool, the function that decides on its files, and the totals so far.

    ``progress`` is called, in a single run, with the number of files to process; ``titles`` are the titles of
    the edits. ``renew`` is called before each look: it takes up new tables, and returns True if there are
    some. ``tables`` returns the state of all tables, for the page. ``answers`` imports what payers answered.
    """

    spool: Spool
    decide: Decide
    settings: Settings
    done: DoneCallback = lambda _job, _outcome: None
    progress: Callable[[int], None] = lambda _count: None
    titles: Mapping[str, str] = field(default_factory=dict)
    hooks: Hooks = field(default_factory=Hooks)
    renew: Callable[[], bool] = lambda: False
    tables: Callable[[], Sequence[TableStatus]] = lambda: ()
    answers: AnswersIn | None = None
    totals: Totals = field(default_factory=Totals)
    _stopping: bool = False
    _days: set[str] = field(default_factory=set)
    _page_day: date | None = None
    _has_new_tables: bool = False
    _skipped: dict[str, int] = field(default_factory=dict)
    _log: Any = field(default_factory=structlog.get_logger)

    def once(self) -> None:
        """Process everything in the spool and return; files that arrive meanwhile are left for the next run.

        Raise SpoolBusyError, SpoolError, TableError; raise TroubleError and OSError if the disk is at fault.
        """
        with self._opened() as (foreman, arrivals):
            self._has_new_tables |= self.renew()
            arrivals.look()
            if self.answers:
                self.answers.note()
            began = time.monotonic()
            if arrivals.waiting:
                self._sleep(self.settings.quiet)
            candidates = arrivals.look()
            self.progress(len(candidates))
            self.totals.left = arrivals.waiting - len(candidates)
            self._work_off(foreman, arrivals, candidates)
            if arrivals.unasked and not self._stopping:
                self._sleep(began + arrivals.longer_quiet - time.monotonic())
                self._work_off(foreman, arrivals, self._again(arrivals))
            self._finish(foreman)
            if self.answers and not self._stopping:
                self.answers.finish(self._sleep)
                self.totals.answers, self.totals.answers_refused = self.answers.imported, self.answers.refused
            self._finish_hooks()
            self.totals.left += foreman.not_begun
            self.totals.skipped = sum(arrivals.skipped.values())
            self._report_skipped(arrivals)

    def _work_off(self, foreman: Foreman, arrivals: Arrivals, found: list[Candidate]) -> None:
        candidates = deque(found)
        while not self._stopping:
            self._claim(foreman, arrivals, candidates)
            if foreman.is_idle and not candidates:
                break
            self._advance(foreman)
        self.totals.left += len(candidates)

    def _again(self, arrivals: Arrivals) -> list[Candidate]:
        """Return the files whose writers are unknown, if they have been quiet in the meantime."""
        names, skipped = arrivals.unasked, arrivals.skipped
        found = [candidate for candidate in arrivals.look() if candidate.name in names]
        arrivals.skipped |= skipped
        self.totals.left -= len(found)
        return found

    def forever(self) -> None:
        """Look, work and wait until a signal arrives; disk trouble is waited out.

        Raise SpoolBusyError, SpoolError and TableError, which waiting would not fix.
        """
        pause = self.settings.interval
        while not self._stopping:
            began = time.monotonic()
            try:
                with self._opened() as (foreman, arrivals):
                    self._log.info("watching")
                    self._look_and_work(foreman, arrivals)
            except (TroubleError, OSError) as error:
                self._log.error("trouble with the disk", error=type(error).__name__, errno=_number_of(error))
                if time.monotonic() - began > _LONGEST_PAUSE:
                    pause = self.settings.interval
                self._sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    @property
    def was_stopped(self) -> bool:
        """True if a signal ended the run before everything was done."""
        return self._stopping and self.totals.left > 0

    def stop(self, number: int = 0, _frame: FrameType | None = None) -> None:
        """Take no more files and end when the workers are done; on a second request, end at once."""
        if self._stopping and number:
            raise KeyboardInterrupt
        self._stopping = True

    def _look_and_work(self, foreman: Foreman, arrivals: Arrivals) -> None:
        candidates: deque[Candidate] = deque()
        next_look = 0.0
        while not self._stopping:
            if time.monotonic() >= next_look:
                self._enforce_access()
                self._has_new_tables |= self.renew()
                candidates = deque(arrivals.look())
                if self.answers:
                    self.answers.look()
                next_look = time.monotonic() + self.settings.interval
            self._claim(foreman, arrivals, candidates)
            if not candidates:
                self._report_skipped(arrivals)
            if not foreman.is_idle:
                self._advance(foreman)
            else:
                self._write_days(foreman.ledger)
                self._sleep(next_look - time.monotonic())
        self._finish(foreman)
        self._finish_hooks()

    @contextmanager
    def _opened(self) -> Iterator[tuple[Foreman, Arrivals]]:
        """Own the spool, finish what a predecessor left, and yield the objects that work on it."""
        self.spool.create()
        refuse_unfit(self.spool)
        require_own(self.spool.state)
        # Checking for writers of a file may raise this signal, which would end the process.
        signal.signal(signal.SIGIO, signal.SIG_IGN)
        os.umask(0o077)
        with owned(self.spool):
            self._enforce_access()
            if is_forgetful(self.spool):
                self._log.error("the spool lies in memory: a power cut loses everything in it")
            rebuild_if_missing(self.spool)
            ledger = Ledger.writing(self.spool.ledger)
            try:
                foreman = Foreman(
                    self.spool, ledger, self.decide, self.settings, self.totals, self._done, self.hooks.tell
                )
                arrivals = Arrivals(
                    self.spool.inbox, uptime, self.settings.quiet, self.settings.truncated_after
                )
                arrivals.recall(self.spool.waiting)
                try:
                    for job in recover(self.spool, foreman):
                        foreman.accept(job)
                    prepare()
                    if self.answers:
                        self.answers.open()
                    yield foreman, arrivals
                    self._write_days(ledger)
                    arrivals.remember(self.spool.waiting)
                    if self.answers:
                        self.answers.remember()
                finally:
                    foreman.abandon()
                    if self.answers:
                        self.answers.close()
            finally:
                ledger.close()

    def _enforce_access(self) -> None:
        """Give folders back the modes and groups that somebody has changed, and say so."""
        for folder in enforce(self.spool.root, self.spool.rules(), shared=self.spool.access.is_shared):
            self._log.error("mode or group of a folder set", why=folder)

    def _claim(self, foreman: Foreman, arrivals: Arrivals, candidates: deque[Candidate]) -> None:
        while candidates and foreman.has_room and not self._stopping:
            candidate = candidates.popleft()
            if not arrivals.is_whole(candidate):
                self.totals.left += 1
                continue
            try:
                job = accept_file(self.spool, candidate, datetime.now().astimezone())
            except UnmovableError:
                arrivals.skipped["cannot be moved out of in/"] += 1
                continue
            if job:
                foreman.accept(job)

    def _finish(self, foreman: Foreman) -> None:
        """Let the workers finish after a stop request. The other jobs are safe in ``work/``."""
        foreman.is_closing = True
        while foreman.is_working:
            self._advance(foreman)

    def _advance(self, foreman: Foreman) -> None:
        self.hooks.advance()
        foreman.advance(WAKE if self.hooks.is_busy else _WAKE)

    def _finish_hooks(self) -> None:
        """Let hooks end, each within its time; after a stop request only those that run already."""
        while self.hooks.is_busy:
            if self._stopping:
                self.hooks.leave_out()
            self.hooks.advance()
            time.sleep(WAKE)

    def _done(self, job: Job, outcome: str) -> None:
        self._days.add(job.taken.day.isoformat())
        self._log.info("file done", job=job.id, verdict=outcome)
        self.done(job.id, outcome)

    def _write_days(self, ledger: Ledger) -> None:
        """Update the summaries of the days, when there is time for it."""
        with suppress(SpoolError):  # of damaged events, which `spool verify` names: they stop no claims
            Worklist(self.spool, ledger).note_sent()
        today = date.today()  # noqa: DTZ011 - the user's own calendar day
        # On a new day tables may have expired, and the periods of the page are others.
        is_old = self._page_day is not None and today != self._page_day
        if self._days or self._has_new_tables or is_old:
            write_page(self.spool, ledger, today, self.titles, self.tables())
            self._page_day, self._has_new_tables = today, False
        while self._days:
            write_day(self.spool, ledger, self._days.pop())

    def _report_skipped(self, arrivals: Arrivals) -> None:
        """Report entries that are left alone, once for each change; never their names."""
        if arrivals.skipped != self._skipped:
            self._skipped = dict(arrivals.skipped)
            for why, count in sorted(self._skipped.items()):
                self._log.error("left alone in in/", why=why, files=count)

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stopping and (left := until - time.monotonic()) > 0:
            self.hooks.advance()
            time.sleep(min(left, WAKE if self.hooks.is_busy else _WAKE))


def _number_of(error: Exception) -> int:
    return (error.errno or 0) if isinstance(error, OSError) else 0
