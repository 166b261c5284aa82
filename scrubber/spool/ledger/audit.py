"""The ledger's audit log: each entry holds the hash of the previous one, so that no change goes unnoticed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from typing import NamedTuple

from scrubber.spool.layout import now

VIEWED = "viewed"
"""The event that a person was shown patients; nothing else remembers it."""


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
        """True if the stored hash matches the content."""
        return self.hash == chained(self.previous, self.at, self.event, self.job, self.detail)


def chained(previous: str, *texts: str) -> str:
    """Return the hash of an entry, which includes that of the previous entry."""
    return hashlib.sha256(json.dumps([previous, *texts]).encode("ascii")).hexdigest()


def note(run: sqlite3.Connection, event: str, job: str, **detail: str | int) -> None:
    """Add an entry within the transaction that it documents. Raise sqlite3.Error."""
    _add(run, now(), event, job, json.dumps(detail, sort_keys=True))


def carry_over(run: sqlite3.Connection, row: AuditRow) -> None:
    """Add an entry of an earlier ledger, with its time. Raise sqlite3.Error."""
    _add(run, row.at, row.event, row.job, row.detail)


def _add(run: sqlite3.Connection, at: str, event: str, job: str, text: str) -> None:
    row = run.execute("SELECT hash FROM audit ORDER BY number DESC LIMIT 1").fetchone()
    previous = row[0] if row else ""
    run.execute(
        "INSERT INTO audit (at, event, job, detail, previous, hash) VALUES (?, ?, ?, ?, ?, ?)",
        (at, event, job, text, previous, chained(previous, at, event, job, text)),
    )
