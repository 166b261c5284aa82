"""The index of a spool: which jobs there were, by which numbers receivers know them, and the audit log.

The archive is the truth. What stands here can be made again from its manifests (`scrubber.spool.rebuilding`).
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, Self

from scrubber.edit.history import Earlier
from scrubber.errors import SpoolError
from scrubber.spool.records import Decision, Failure
from scrubber.survey import Identity

_VERSION = 1
_BUSY_SECONDS = 30.0
_MOST_CENTS = Decimal(10**13)
_MOST = (1 << 63) - 1
_SCHEMA = """
CREATE TABLE jobs (
    job TEXT PRIMARY KEY, sequence INTEGER UNIQUE, day TEXT, stem TEXT, arrived INTEGER, decided TEXT,
    verdict TEXT, size INTEGER, sha256 TEXT, claims INTEGER, accepted INTEGER, lines INTEGER,
    cents INTEGER, held_cents INTEGER, sent INTEGER, retry_of TEXT, manifest TEXT, pruned TEXT
);
CREATE TABLE identities (kind TEXT, value TEXT, job TEXT, PRIMARY KEY (kind, value, job)) WITHOUT ROWID;
CREATE TABLE payers (
    job TEXT, payer TEXT, pack TEXT, claims INTEGER, accepted INTEGER, cents INTEGER, held_cents INTEGER,
    PRIMARY KEY (job, payer, pack)
) WITHOUT ROWID;
CREATE TABLE edits (
    job TEXT, edit TEXT, severity TEXT, payer TEXT, findings INTEGER, claims INTEGER, cents INTEGER,
    PRIMARY KEY (job, edit, severity, payer)
) WITHOUT ROWID;
CREATE TABLE failures (job TEXT PRIMARY KEY, at TEXT, why TEXT, retried INTEGER DEFAULT 0);
CREATE TABLE audit (
    number INTEGER PRIMARY KEY, at TEXT, event TEXT, job TEXT, detail TEXT, previous TEXT, hash TEXT
);
CREATE INDEX jobs_by_day ON jobs (day);
"""


class JobRow(NamedTuple):
    """A decided job as the ledger knows it. ``manifest`` is the SHA-256 of its manifest."""

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
        """What its files and folders are called."""
        return f"{self.job}_{self.stem}"


class AuditRow(NamedTuple):
    """One entry of the audit log."""

    number: int
    at: str
    event: str
    job: str
    detail: str
    previous: str
    hash: str

    @property
    def is_sound(self) -> bool:
        """Whether its hash is that of what it says."""
        return self.hash == chained(self.previous, self.at, self.event, self.job, self.detail)


@dataclass(slots=True)
class Ledger:
    """An open ledger. Every method is one transaction. Raises OSError and SpoolError."""

    connection: sqlite3.Connection
    path: Path

    @classmethod
    def writing(cls, path: Path) -> Self:
        """Open it. One that is gone is never made empty here: then every duplicate would be the first."""
        with _spoken(path):
            _refuse_missing(path)
            connection = _connect(path)
            # Rollback journal: no shared memory, nothing that a fork could disturb.
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("PRAGMA synchronous = FULL")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version != _VERSION:
                raise SpoolError(f"{path}: no ledger of this version; `scrubber spool rebuild` makes it anew")
        return cls(connection, path)

    @classmethod
    def making(cls, path: Path) -> Self:
        """Make an empty one, where none is."""
        with _spoken(path):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            connection = _connect(path)
            connection.executescript(f"BEGIN;{_SCHEMA}PRAGMA user_version = {_VERSION};COMMIT;")
            connection.close()
        return cls.writing(path)

    @classmethod
    def reading(cls, path: Path) -> Self:
        """Open it for looking only."""
        with _spoken(path):
            _refuse_missing(path)
            connection = _connect(path)
            connection.execute("PRAGMA query_only = 1")
            connection.execute("SELECT count(*) FROM jobs")
        return cls(connection, path)

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def record(self, decision: Decision, manifest: str) -> None:
        """Take a decided job; one that is there already stays as it is."""
        verdict, taken = decision.verdict, decision.taken
        arrived = max(-_MOST, min(_MOST, taken.arrived))  # files may have a time of the year 2400
        with self._transaction() as run:
            known = run.execute("SELECT 1 FROM jobs WHERE job = ?", (decision.job,)).fetchone()
            if known:
                return
            run.execute(
                "INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
                (
                    decision.job, decision.sequence, taken.day.isoformat(), decision.stem, arrived,
                    decision.decided, verdict.verdict, verdict.size, verdict.sha256, verdict.claims,
                    verdict.accepted, verdict.lines, cents(verdict.charges), cents(verdict.held_charges),
                    verdict.sends, taken.retry_of, manifest,
                ),
            )  # fmt: skip
            run.executemany(
                "INSERT OR IGNORE INTO identities VALUES (?, ?, ?)",
                [(kind, value, decision.job) for kind, value in verdict.identities],
            )
            run.executemany(
                "INSERT INTO payers VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (decision.job, entry.payer, entry.pack, entry.claims, entry.accepted,
                     cents(entry.charges), cents(entry.held_charges))
                    for entry in verdict.payers
                ],
            )  # fmt: skip
            run.executemany(
                "INSERT INTO edits VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (decision.job, entry.edit, entry.severity, entry.payer, entry.findings, entry.claims,
                     cents(entry.charges))
                    for entry in verdict.edits
                ],
            )  # fmt: skip
            _note(run, "decided", decision.job, verdict=verdict.verdict, manifest=manifest)

    def record_failure(self, failure: Failure) -> None:
        """Take a job that is given up."""
        with self._transaction() as run:
            done = run.execute(
                "INSERT OR IGNORE INTO failures (job, at, why) VALUES (?, ?, ?)",
                (failure.job, failure.when, failure.why),
            )
            if done.rowcount:
                _note(run, "failed", failure.job, why=failure.why)

    def mark_retried(self, job: str) -> None:
        """A job's file was dropped again."""
        with self._transaction() as run:
            run.execute("UPDATE failures SET retried = 1 WHERE job = ?", (job,))
            _note(run, "retried", job)

    def mark_pruned(self, job: str, at: str) -> None:
        """What patient data there was of a job is removed."""
        with self._transaction() as run:
            run.execute("UPDATE jobs SET pruned = ? WHERE job = ?", (at, job))
            _note(run, "pruned", job)

    def note(self, event: str, job: str = "", **detail: str | int) -> None:
        """Add to the audit log; details hold nothing from a claim."""
        with self._transaction() as run:
            _note(run, event, job, **detail)

    def last(self) -> tuple[int, str]:
        """The sequence number of the last decision, and the hash of its manifest; 0 and nothing at first."""
        with _spoken(self.path):
            row = self.connection.execute(
                "SELECT sequence, manifest FROM jobs ORDER BY sequence DESC LIMIT 1"
            ).fetchone()
        return (row[0], row[1]) if row else (0, "")

    def earlier(self, identity: Identity, apart_from: str) -> Earlier | None:
        """A job in which this number was seen: the first of which something went out, else the first."""
        with _spoken(self.path):
            row = self.connection.execute(
                "SELECT jobs.job, jobs.day, jobs.sent FROM identities JOIN jobs USING (job)"
                " WHERE kind = ? AND value = ? AND jobs.job <> ? ORDER BY sent DESC, sequence LIMIT 1",
                (*identity, apart_from),
            ).fetchone()
        return Earlier(row[0], date.fromisoformat(row[1]), sent=bool(row[2])) if row else None

    def jobs(self, until: date | None = None) -> Iterator[JobRow]:
        """All decided jobs in the order of decision, or those of days before ``until``."""
        with _spoken(self.path):
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
        """The audit log in its order."""
        with _spoken(self.path):
            for row in self.connection.execute("SELECT * FROM audit ORDER BY number"):
                yield AuditRow(*row)

    def rows(self, query: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """The rows of a query of our own text."""
        with _spoken(self.path):
            return self.connection.execute(query, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with _spoken(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
            except BaseException:
                if self.connection.in_transaction:  # a full disk ends it by itself
                    self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")


def cents(dollars: Decimal) -> int:
    """Dollars as a whole number of cents, so that sums are exact.

    Absurd amounts count as the largest of which SQLite can add up a hundred thousand.
    """
    return int(max(-_MOST_CENTS, min(_MOST_CENTS, (dollars * 100).to_integral_value())))


def chained(previous: str, *texts: str) -> str:
    """The hash of an entry of the audit log, which holds that of the entry before."""
    return hashlib.sha256(json.dumps([previous, *texts]).encode("ascii")).hexdigest()


def now() -> str:
    """The time in UTC, to the second, as the ledger writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _refuse_missing(path: Path) -> None:
    if not path.exists():
        raise SpoolError(f"{path}: there is no ledger; `scrubber spool rebuild` makes it")


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)


def _note(run: sqlite3.Connection, event: str, job: str, **detail: str | int) -> None:
    row = run.execute("SELECT hash FROM audit ORDER BY number DESC LIMIT 1").fetchone()
    previous = row[0] if row else ""
    at, text = now(), json.dumps(detail, sort_keys=True)
    run.execute(
        "INSERT INTO audit (at, event, job, detail, previous, hash) VALUES (?, ?, ?, ?, ?, ?)",
        (at, event, job, text, previous, chained(previous, at, event, job, text)),
    )


_OF_DISK = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_BUSY: errno.EAGAIN,
    sqlite3.SQLITE_LOCKED: errno.EAGAIN,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
    sqlite3.SQLITE_READONLY: errno.EACCES,
    sqlite3.SQLITE_PERM: errno.EACCES,
}


@contextmanager
def _spoken(path: Path) -> Iterator[None]:
    """SQLite's errors as what they are: troubles of the disk, or a damaged file."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest is the extended code
        if code in _OF_DISK:
            number = _OF_DISK[code]
            raise OSError(number, os.strerror(number), str(path)) from error
        raise SpoolError(f"{path}: the ledger is damaged; `scrubber spool rebuild` makes it anew") from error
