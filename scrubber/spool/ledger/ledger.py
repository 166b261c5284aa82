"""The index of a spool: its jobs, the identities by which files are recognized, totals by day.

The archive is the source of truth. Everything here can be recreated from its manifests (see `rebuild`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from scrubber.engine.history import Earlier
from scrubber.envelopes.scan import Identity
from scrubber.spool.jobs.job_files import Failure, JobDecision, JobVerdict
from scrubber.spool.ledger import database
from scrubber.spool.ledger.audit import AuditRow, carry_over, note
from scrubber.spool.ledger.database import translated_errors
from scrubber.spool.ledger.work_rows import (
    WORK_COLUMNS,
    RecordAt,
    WorkRow,
    forget_claims,
    happenings_of,
    hashed_number,
    record_claims,
    record_events,
    row_of,
)

if TYPE_CHECKING:
    from scrubber.spool.worklist.claims import ClaimRecord
    from scrubber.spool.worklist.event_files import Recorded
    from scrubber.spool.worklist.states import Happening

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


_JOBS = "SELECT job, sequence, day, stem, verdict, sha256, sent, manifest, pruned FROM jobs"


def _job_row(row: tuple[Any, ...]) -> JobRow:
    job, sequence, day, stem, verdict, sha256, sent, manifest, pruned = row
    return JobRow(job, sequence, date.fromisoformat(day), stem, verdict, sha256, bool(sent), manifest, pruned)


@dataclass(slots=True)
class Ledger:
    """An open ledger. Every method is one transaction. Raises OSError and SpoolError."""

    connection: sqlite3.Connection
    path: Path
    inode: int = 0

    @classmethod
    def writing(cls, path: Path) -> Self:
        """Open a ledger."""
        connection = database.open_for_writing(path)
        return cls(connection, path, path.stat().st_ino)

    @property
    def is_in_place(self) -> bool:
        """True unless the ledger was rebuilt since it was opened for writing: then this one is aside."""
        return self.path.exists() and self.path.stat().st_ino == self.inode

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

    def record(
        self,
        decision: JobDecision,
        manifest: str,
        sequence: int | None = None,
        claims: Iterable[tuple[ClaimRecord, int]] = (),
    ) -> None:
        """Record a decided job and its claims; an existing record stays as it is.

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
            record_claims(run, decision.job, claims)
            mode = {"report_only": 1} if verdict.report_only else {}
            note(run, "decided", decision.job, verdict=verdict.verdict, manifest=manifest, **mode)

    def record_events(self, job: str, events: Sequence[Recorded], record_at: RecordAt) -> None:
        """Record events of a job's claims; known ones stay as they are. The audit log has their hashes.

        ``record_at`` has what the job's file says of a claim, by its ordinal.
        """
        with self._transaction() as run:
            for event in record_events(run, job, events, record_at):
                note(run, "work", job, number=event.line.number, hash=event.hash)

    def work(self, states: Iterable[str] = ()) -> list[WorkRow]:
        """Return the claims of the work list in these states, or in all, those with most at stake first."""
        wanted = tuple(states)
        where = f"WHERE state IN ({', '.join('?' * len(wanted))})" if wanted else ""
        query = f"SELECT {WORK_COLUMNS} FROM work {where} ORDER BY cents DESC, since, id"  # noqa: S608 - marks only
        return list(map(WorkRow._make, self.each(query, wanted)))

    def work_named(self, name: str) -> list[WorkRow]:
        """Return the claims with this number (CLM01) or, if there are none, with this ID."""
        query = f"SELECT {WORK_COLUMNS} FROM work WHERE number = ? ORDER BY claim"  # noqa: S608 - fixed names
        found = [WorkRow(*row) for row in self.each(query, (hashed_number(name),))]
        return found or self.work_with_id(name)

    def work_with_id(self, id_: str) -> list[WorkRow]:
        """Return the claim of the work list with this ID, if there is one."""
        query = f"SELECT {WORK_COLUMNS} FROM work WHERE id = ? ORDER BY claim"  # noqa: S608 - fixed names
        return [WorkRow(*row) for row in self.each(query, (id_,))]

    def work_row(self, job: str, record: ClaimRecord) -> WorkRow | None:
        """Return the row of a claim of a job; ``None`` if it is not on the list."""
        with translated_errors(self.path):
            return row_of(self.connection, job, record)

    def last_seen(self, claim: int) -> int:
        """Return the number of the last decision on a file that had a claim."""
        rows = self.rows(
            "SELECT max(jobs.sequence) FROM occurrences JOIN jobs USING (job) WHERE claim = ?", (claim,)
        )
        return int(rows[0][0] or 0)

    def last_refusals(self) -> dict[int, tuple[str, int]]:
        """Return for each claim that was refused the job and number of the last event that says so."""
        rows = self.each(
            "SELECT claim, job, number, max(at) FROM events WHERE event IN ('rejected', 'denied')"
            " GROUP BY claim"
        )
        return {claim: (job, number) for claim, job, number, _ in rows}

    def last_job(self) -> str:
        """Return the job of the last decision; empty at first."""
        rows = self.rows("SELECT job FROM jobs ORDER BY sequence DESC LIMIT 1")
        return str(rows[0][0]) if rows else ""

    def last_clean_jobs(self) -> dict[int, str]:
        """Return for each corrected claim the last job in which it came back clean."""
        # SQLite takes the job from the row with the highest number.
        rows = self.each(
            "SELECT occurrences.claim, jobs.job, max(jobs.sequence) FROM work"
            " JOIN occurrences USING (claim) JOIN jobs ON jobs.job = occurrences.job"
            " WHERE state = 'corrected' AND occurrences.held = 0 GROUP BY occurrences.claim"
        )
        return {claim: job for claim, job, _ in rows}

    def happenings(self, claim: int) -> list[Happening]:
        """Return what happened to a claim, in order."""
        with translated_errors(self.path):
            return sorted(happenings_of(self.connection, claim))

    def event_hashes(self) -> dict[str, dict[int, str]]:
        """Return the hashes of all events, by job and number."""
        found: dict[str, dict[int, str]] = {}
        for job, number, digest in self.each("SELECT job, number, hash FROM events"):
            found.setdefault(job, {})[number] = digest
        return found

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
            forget_claims(run, job)
            note(run, "pruned", job)

    def note(self, event: str, job: str = "", **detail: str | int) -> None:
        """Add to the audit log; details contain nothing from a claim."""
        with self._transaction() as run:
            note(run, event, job, **detail)

    def carry_over(self, rows: Iterable[AuditRow]) -> None:
        """Add entries of an earlier ledger's audit log to this one's."""
        with self._transaction() as run:
            for row in rows:
                carry_over(run, row)

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

    def stems(self, stem: str) -> list[str]:
        """Return the decided jobs whose files had this name, apart from its extension."""
        return [job for (job,) in self.each("SELECT job FROM jobs WHERE stem = ? ORDER BY sequence", (stem,))]

    def jobs(self, until: date | None = None) -> Iterator[JobRow]:
        """Yield all decided jobs in the order of decision, or those of days before ``until``."""
        yield from map(
            _job_row,
            self.rows(f"{_JOBS} WHERE day < ? ORDER BY sequence", ((until or date.max).isoformat(),)),
        )

    def job(self, job: str) -> JobRow | None:
        """Return a decided job."""
        rows = self.rows(f"{_JOBS} WHERE job = ?", (job,))
        return _job_row(rows[0]) if rows else None

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
