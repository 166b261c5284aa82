"""The audit log of a ledger: each entry holds the hash of the one before, so that no change is unnoticed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from typing import NamedTuple

from scrubber.spool.layout import now


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


def chained(previous: str, *texts: str) -> str:
    """The hash of an entry, which holds that of the entry before."""
    return hashlib.sha256(json.dumps([previous, *texts]).encode("ascii")).hexdigest()


def note(run: sqlite3.Connection, event: str, job: str, **detail: str | int) -> None:
    """Add an entry, inside the transaction of what it tells of. Raises sqlite3.Error."""
    row = run.execute("SELECT hash FROM audit ORDER BY number DESC LIMIT 1").fetchone()
    previous = row[0] if row else ""
    at, text = now(), json.dumps(detail, sort_keys=True)
    run.execute(
        "INSERT INTO audit (at, event, job, detail, previous, hash) VALUES (?, ?, ?, ?, ?, ?)",
        (at, event, job, text, previous, chained(previous, at, event, job, text)),
    )
