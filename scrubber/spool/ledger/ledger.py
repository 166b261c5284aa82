"""The index of a spool: its jobs, the identities by which files are recognized, totals by day.

The archive is the source of truth. Everything here can be recreated from its manifests (see `rebuild`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, Self

from scrubber.engine.history import Earlier
from scrubber.envelopes.scan import Identity
from scrubber.spool.jobs.job_files import Failure, JobDecision, JobVerdict
from scrubber.spool.ledger import database
from scrubber.spool.ledger.audit import AuditRow, note
from scrubber.spool.ledger.database import translated_errors

_MOST_DOLLARS = Decimal(10**11)
_MOST = (1 << 63) - 1
_ADD_PAYER = (
    "INSERT INTO payers VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (day, payer) DO UPDATE SET"
    " files = files + excluded.files, claims = claims + excluded.claims,"
    " accepted = accepted + excluded.accepted, cents = cents + excluded.cents,"
    " held_cents = held_cents + excluded.held_cents"
)
_ADD_EDIT = (
    "INSERT INTO edits VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (severity, day, edit) DO UPDATE SET"
    " findings = findings + excluded.findings, claims = claims + excluded.claims,"
    " cents = cents + excluded.cents"
)


class JobRow(NamedTuple):
    """A decided job as the ledger has it. ``manifest`` is the SHA-256 of its manifest."""

    job: str
    sequence: int
    day: date
    stem: str
    verdict: str
    sha256: str
    sent: bool
    manifest: str
    pruned: str

    @property
    def label(self) -> str:
        """The name of its files and folders."""
        return f"{self.job}_{self.stem}"


@dataclass(slots=True)
class Ledger:
    """An open ledger. Every method is one transaction. Raises OSError and SpoolError."""

    connection: sqlite3.Connection
    path: Path

    @classmethod
    def writing(cls, path: Path) -> Self:
        """Open a ledger."""
        return cls(database.open_for_writing(path), path)

    @classmethod
    def making(cls, path: Path) -> Self:
        """Create an empty ledger where there is none."""
        database.make(path)
        return cls.writing(path)

    @classmethod
    def reading(cls, path: Path) -> Self:
        """Open a ledger read-only."""
        return cls(database.open_for_reading(path), path)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def record(self, decision: JobDecision, manifest: str, sequence: int | None = None) -> None:
        """Record a decided job; an existing record stays as it is.

        ``sequence`` is its number in this ledger where that is not the decision's own.
        """
        verdict, taken = decision.verdict, decision.taken
        number = decision.sequence if sequence is None else sequence
        arrived = max(-_MOST, min(_MOST, taken.arrived))  # file times may lie in the year 2400
        with self._transaction() as run:
            known = run.execute("SELECT 1 FROM jobs WHERE job = ?", (decision.job,)).fetchone()
            if known:
                return
            run.execute(
                "INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
                (
                    decision.job, number, taken.day.isoformat(), decision.stem, arrived,
                    decision.decided, verdict.verdict, verdict.size, verdict.sha256, verdict.claims,
                    verdict.accepted, verdict.lines, cents(verdict.charges), cents(verdict.held_charges),
                    verdict.sends, taken.retry_of, manifest,
                ),
            )  # fmt: skip
            run.executemany(
                "INSERT OR IGNORE INTO identities VALUES (?, ?, ?)",
                [(kind, value, decision.job) for kind, value in verdict.identities],
            )
            day = taken.day.isoformat()
            run.executemany(_ADD_PAYER, [(day, *sums) for sums in _sums_of_payers(verdict)])
            run.executemany(
                _ADD_EDIT,
                [
                    (entry.severity, day, entry.edit, entry.findings, entry.claims, cents(entry.charges))
                    for entry in verdict.edits
                ],
            )
            note(run, "decided", decision.job, verdict=verdict.verdict, manifest=manifest)

    def record_failure(self, failure: Failure) -> None:
        """Record a failed job."""
        with self._transaction() as run:
            done = run.execute(
                "INSERT OR IGNORE INTO failures (job, at, why) VALUES (?, ?, ?)",
                (failure.job, failure.when, failure.why),
            )
            if done.rowcount:
                note(run, "failed", failure.job, why=failure.why)

    def mark_retried(self, job: str) -> None:
        """Record that a job's file was dropped again."""
        with self._transaction() as run:
            run.execute("UPDATE failures SET retried = 1 WHERE job = ?", (job,))
            note(run, "retried", job)

    def mark_pruned(self, job: str, at: str) -> None:
        """Record that a job's patient data was removed."""
        with self._transaction() as run:
            run.execute("UPDATE jobs SET pruned = ? WHERE job = ?", (at, job))
            note(run, "pruned", job)

    def note(self, event: str, job: str = "", **detail: str | int) -> None:
        """Add to the audit log; details contain nothing from a claim."""
        with self._transaction() as run:
            note(run, event, job, **detail)

    def last(self) -> tuple[int, str]:
        """Return the sequence and manifest hash of the last decision; 0 and an empty string at first."""
        with translated_errors(self.path):
            row = self.connection.execute(
                "SELECT sequence, manifest FROM jobs ORDER BY sequence DESC LIMIT 1"
            ).fetchone()
        return (row[0], row[1]) if row else (0, "")

    def earlier(self, identity: Identity, apart_from: str) -> Earlier | None:
        """Return a job with this identity: the first that put a file into ``out/``, else the first."""
        with translated_errors(self.path):
            row = self.connection.execute(
                "SELECT jobs.job, jobs.day, jobs.sent FROM identities JOIN jobs USING (job)"
                " WHERE kind = ? AND value = ? AND jobs.job <> ? ORDER BY sent DESC, sequence LIMIT 1",
                (*identity, apart_from),
            ).fetchone()
        return Earlier(row[0], date.fromisoformat(row[1]), sent=bool(row[2])) if row else None

    def knows(self, job: str) -> bool:
        """Return True if this job is recorded as decided."""
        return bool(self.rows("SELECT 1 FROM jobs WHERE job = ?", (job,)))

    def jobs(self, until: date | None = None) -> Iterator[JobRow]:
        """Yield all decided jobs in the order of decision, or those of days before ``until``."""
        with translated_errors(self.path):
            rows = self.connection.execute(
                "SELECT job, sequence, day, stem, verdict, sha256, sent, manifest, pruned FROM jobs"
                " WHERE day < ? ORDER BY sequence",
                ((until or date.max).isoformat(),),
            ).fetchall()
        for job, sequence, day, stem, verdict, sha256, sent, manifest, pruned in rows:
            yield JobRow(
                job, sequence, date.fromisoformat(day), stem, verdict, sha256, bool(sent), manifest, pruned
            )

    def audit(self) -> Iterator[AuditRow]:
        """Yield the audit log in its order."""
        for row in self.rows("SELECT * FROM audit ORDER BY number"):
            yield AuditRow(*row)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read within the context what belongs together; short, since writers wait in the meantime."""
        with translated_errors(self.path):
            self.connection.execute("BEGIN")
        try:
            yield
        finally:
            with translated_errors(self.path):
                self.connection.execute("COMMIT")

    def rows(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query with a fixed text."""
        return list(self.each(query, values))

    def each(self, query: str, values: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query with a fixed text one by one; a day may have many thousands."""
        with translated_errors(self.path):
            yield from self.connection.execute(query, values)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with translated_errors(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
            except BaseException:
                if self.connection.in_transaction:  # a full disk ends it by itself
                    self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")


def cents(dollars: Decimal) -> int:
    """Return dollars as a whole number of cents, so that totals are exact.

    Absurd amounts are capped so that SQLite can add up a hundred thousand of them.
    """
    return int((max(-_MOST_DOLLARS, min(_MOST_DOLLARS, dollars)) * 100).to_integral_value())


def _sums_of_payers(verdict: JobVerdict) -> Iterator[tuple[str | int, ...]]:
    """Yield payer, files, claims, accepted, cents and held cents.

    A file counts once for each payer, however many packs applied.
    """
    known = set()
    for entry in verdict.payers:
        files = int(entry.payer not in known)
        known.add(entry.payer)
        yield (
            entry.payer, files, entry.claims, entry.accepted,
            cents(entry.charges), cents(entry.held_charges),
        )  # fmt: skip
