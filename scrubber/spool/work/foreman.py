"""Scheduling jobs on workers: in order of arrival, a limited number at a time, with retries."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

from scrubber.errors import SpoolError, TableError
from scrubber.spool.durable import write_whole
from scrubber.spool.hooks import Event
from scrubber.spool.jobs.failing import fail
from scrubber.spool.jobs.intake import Job, copy, give_back
from scrubber.spool.jobs.job_files import TRIES, JobDecision, JobVerdict
from scrubber.spool.jobs.publish import commit, publish, read_verdict
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger, cents
from scrubber.spool.settings import Settings, Totals
from scrubber.spool.work.worker import Decide, Exit, explain, start

Clock = Callable[[], float]


class TroubleError(SpoolError):
    """The disk, not a file, is at fault: everything waits."""


@dataclass(slots=True)
class _RunningJob:
    job: Job
    process: BaseProcess
    deadline: float


@dataclass(slots=True)
class Foreman:
    """The owner of the jobs in ``work/``.

    ``done`` is called with each job and its outcome, ``tell`` with each event of its files.
    """

    spool: Spool
    ledger: Ledger
    decide: Decide
    settings: Settings
    totals: Totals
    done: Callable[[Job, str], None]
    tell: Callable[[Event], None] = lambda _event: None
    clock: Clock = time.monotonic
    is_closing: bool = False
    """Set to start nothing more."""
    _ready: list[Job] = field(default_factory=list)
    _paused: list[tuple[float, Job]] = field(default_factory=list)
    _running: dict[str, _RunningJob] = field(default_factory=dict)

    @property
    def is_idle(self) -> bool:
        """True if there are no jobs, not even one waiting for its next try."""
        return not (self._ready or self._paused or self._running)

    @property
    def is_working(self) -> bool:
        """True if a worker is busy."""
        return bool(self._running)

    @property
    def not_begun(self) -> int:
        """The number of jobs waiting for a worker, or for their next try."""
        return len(self._ready) + len(self._paused)

    @property
    def has_room(self) -> bool:
        """True if another file should be taken; the others are as safe where they are."""
        return len(self._ready) + len(self._running) < 2 * self.settings.jobs

    def accept(self, job: Job) -> None:
        """Accept a job: make its private copy."""
        copied = copy(job)
        if copied is None:
            give_back(self.spool, job)
            self.totals.changed += 1
            return
        self._ready.append(copied)
        self._ready.sort(key=lambda entry: entry.order)

    def advance(self, timeout: float) -> None:
        """Start what can start, wait at most ``timeout`` seconds for a worker, process what is finished.

        Raise TroubleError, TableError, OSError; then `abandon` and recover.
        """
        if not self.is_closing:
            self._resume()
            self._start()
        events = [running.deadline for running in self._running.values()]
        events += [at for at, _ in self._paused]
        sentinels = [running.process.sentinel for running in self._running.values()]
        wait(sentinels, timeout=max(0.0, min([timeout, *(at - self.clock() for at in events)])))
        for running in list(self._running.values()):
            if self.clock() >= running.deadline:
                running.process.kill()
                running.process.join()
            if running.process.exitcode is not None:
                del self._running[running.job.id]
                self._finish(running.job, running.process.exitcode)
                running.process.close()

    def hand_on(self, job: Job, decision: JobDecision) -> None:
        """Publish a job's decision and count it."""
        in_time = publish(self.spool, job, decision, self.ledger)
        self.totals.late += not in_time
        self._count(decision.verdict)
        self._tell(job, decision, in_time=in_time)
        self.done(job, decision.verdict.verdict)

    def give_up(self, job: Job, why: str) -> None:
        """Move a job to ``failed/`` and count it."""
        fail(self.spool, job, self.ledger, why)
        self.totals.failed += 1
        self.tell(Event("failed", job.id, self.spool.failed / job.id))
        self.done(job, "failed")

    def _tell(self, job: Job, decision: JobDecision, *, in_time: bool) -> None:
        reports = self.spool.reports / decision.taken.day.isoformat() / decision.label
        folders = {"held": self.spool.held, "out": self.spool.out}
        for output in decision.verdict.files:
            if output.place in folders:
                path = folders[output.place] / output.name
                self.tell(Event(output.place, job.id, path, reports))
        if not in_time:
            self.tell(Event("failed", job.id, self.spool.late(job.id), reports))

    def abandon(self) -> None:
        """Stop all workers; their jobs stay in ``work/`` and restart after recovery."""
        for running in self._running.values():
            running.process.kill()
        for running in self._running.values():
            running.process.join()
            running.process.close()
        self._running.clear()
        self._ready.clear()
        self._paused.clear()

    def _resume(self) -> None:
        due = [job for at, job in self._paused if at <= self.clock()]
        self._paused = [(at, job) for at, job in self._paused if at > self.clock()]
        for job in due:
            self.accept(job)

    def _start(self) -> None:
        for job in list(self._ready):
            if len(self._running) >= self.settings.jobs:
                return
            if not self._must_wait(job):
                self._ready.remove(job)
                limits = self.settings.limits
                process = start(job, self.decide, self.spool.ledger, limits)
                self._running[job.id] = _RunningJob(job, process, self.clock() + limits.wall(job.size))

    def _must_wait(self, job: Job) -> bool:
        """Return True if an earlier file may be the same one: then that one is decided first.

        A job waiting for its next try holds back only its own copies: its control number must not block a
        sender whose software always writes the same one.
        """
        before = [running.job for running in self._running.values()]
        before += self._ready[: self._ready.index(job)]
        numbered = job.interchange is not None and any(
            other.interchange == job.interchange for other in before
        )
        return numbered or any(
            other.sha256 == job.sha256 for other in (*before, *(paused for _, paused in self._paused))
        )

    def _finish(self, job: Job, code: int) -> None:
        if code == Exit.LATER:
            raise TroubleError("the disk is full or failing; nothing is lost")
        if code == Exit.TABLES:
            raise TableError("the tables cannot be read; `scrubber tables list` says which")
        verdict = read_verdict(job) if code == Exit.DONE else None
        if verdict is None:
            self._try_again(job, "it left no verdict" if code == Exit.DONE else explain(code))
        elif set(self._earlier(job, verdict)) != set(verdict.earlier):
            self.accept(job)  # a file that shares a number with it has been decided in the meantime
        else:
            self.hand_on(job, commit(job, verdict, self.ledger))

    def _earlier(self, job: Job, verdict: JobVerdict) -> list[str]:
        found = (self.ledger.earlier(identity, job.id) for identity in verdict.identities)
        return [earlier.job for earlier in found if earlier]

    def _try_again(self, job: Job, why: str) -> None:
        tries = replace(job.tries, failed=job.tries.failed + 1, why=why)
        if tries.failed > len(self.settings.pauses):
            self.give_up(job, f"tried {tries.failed} times: {why}")
            return
        write_whole(job.folder / TRIES, tries.to_json())
        pause = self.settings.pauses[tries.failed - 1]
        self._paused.append((self.clock() + pause, replace(job, tries=tries)))

    def _count(self, verdict: JobVerdict) -> None:
        totals = self.totals
        totals.clean += verdict.verdict == "clean"
        totals.held += verdict.verdict in ("held", "partly_held")
        totals.would_be_held += verdict.verdict == "would_be_held"
        totals.unreadable += verdict.verdict == "unreadable"
        totals.edit_errors += bool(verdict.edit_errors)
        totals.claims += verdict.claims
        totals.accepted += verdict.accepted
        totals.sent_on += verdict.would_be_held
        totals.cents += cents(verdict.charges)
        totals.held_cents += cents(verdict.held_charges)
