"""The ledger's file: its tables, how it is opened, and the translation of SQLite's errors."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scrubber.errors import SpoolError

_VERSION = 4
_BUSY_SECONDS = 30.0
# Totals by day cost a lookup for each decision and make every later query cheap: the page is written after
# each round. The details of a single job's payers and edits are in its manifest.
_SCHEMA = """
CREATE TABLE jobs (
    job TEXT PRIMARY KEY, sequence INTEGER UNIQUE, day TEXT, stem TEXT, arrived INTEGER, decided TEXT,
    verdict TEXT, size INTEGER, sha256 TEXT, claims INTEGER, accepted INTEGER, lines INTEGER,
    cents INTEGER, held_cents INTEGER, sent INTEGER, retry_of TEXT, manifest TEXT, pruned TEXT
);
CREATE TABLE identities (kind TEXT, value TEXT, job TEXT, PRIMARY KEY (kind, value, job)) WITHOUT ROWID;
CREATE TABLE payers (
    day TEXT, payer TEXT, files INTEGER, claims INTEGER, accepted INTEGER, cents INTEGER, held_cents INTEGER,
    PRIMARY KEY (day, payer)
) WITHOUT ROWID;
CREATE TABLE edits (
    severity TEXT, day TEXT, edit TEXT, findings INTEGER, claims INTEGER, cents INTEGER,
    PRIMARY KEY (severity, day, edit)
) WITHOUT ROWID;
CREATE TABLE failures (job TEXT PRIMARY KEY, at TEXT, why TEXT, retried INTEGER DEFAULT 0);
CREATE TABLE audit (
    number INTEGER PRIMARY KEY, at TEXT, event TEXT, job TEXT, detail TEXT, previous TEXT, hash TEXT
);
CREATE TABLE work (
    claim INTEGER PRIMARY KEY, id TEXT, state TEXT, owner TEXT, since TEXT, note_job TEXT, note INTEGER,
    notes INTEGER, changes INTEGER, job TEXT, ordinal INTEGER, position INTEGER, cents INTEGER, payer TEXT,
    edits TEXT, number BLOB, npi TEXT, tax_id TEXT, member BLOB, name BLOB, first_name BLOB, service TEXT,
    doubts TEXT
);
CREATE TABLE occurrences (
    job TEXT, ordinal INTEGER, claim INTEGER, held INTEGER, PRIMARY KEY (job, ordinal)
) WITHOUT ROWID;
CREATE TABLE events (
    job TEXT, number INTEGER, claim INTEGER, at TEXT, after TEXT, user TEXT, event TEXT, owner TEXT,
    hash TEXT, PRIMARY KEY (job, number)
) WITHOUT ROWID;
CREATE INDEX work_by_number ON work (number);
CREATE INDEX work_by_state ON work (state);
CREATE INDEX occurrences_by_claim ON occurrences (claim);
CREATE INDEX events_by_claim ON events (claim);
CREATE INDEX jobs_by_day ON jobs (day, verdict, claims, accepted, cents, held_cents);
"""


def make(path: Path) -> None:
    """Create an empty ledger where there is none. Raise OSError, SpoolError."""
    with translated_errors(path):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        connection = _connect(path)
        connection.executescript(f"BEGIN;{_SCHEMA}PRAGMA user_version = {_VERSION};COMMIT;")
        connection.close()


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Open an existing ledger. Raise OSError, SpoolError."""
    with translated_errors(path):
        connection = _open(path)
        # Rollback journal: no shared memory, nothing that a fork could corrupt.
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = FULL")
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open a ledger read-only. Raise OSError, SpoolError."""
    with translated_errors(path):
        connection = _open(path)
        connection.execute("PRAGMA query_only = 1")
    return connection


def _open(path: Path) -> sqlite3.Connection:
    """Open a ledger. A missing one is never created empty here: then no duplicate would be found."""
    if not path.exists():
        raise SpoolError(f"{path}: the ledger is missing; `scrubber spool rebuild` recreates it")
    connection = _connect(path)
    if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
        connection.close()
        raise SpoolError(f"{path}: not a ledger of this version; `scrubber spool rebuild` recreates it")
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)


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
def translated_errors(path: Path) -> Iterator[None]:
    """Translate SQLite's errors to disk trouble (OSError) or a damaged file (SpoolError)."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the other bits are the extended code
        if code in _OF_DISK:
            number = _OF_DISK[code]
            raise OSError(number, os.strerror(number), str(path)) from error
        raise SpoolError(f"{path}: the ledger is damaged; `scrubber spool rebuild` recreates it") from error
