"""The folders of a spool, and what is called how in them."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath

from scrubber.errors import SpoolError

_PRIVATE = 0o700
_ROOT = 0o710
"""The folder's group may pass through to ``in/``, and cannot list what is here."""
_INBOX = 0o2770
"""Senders of the folder's group may write into ``in/``, and what they make belongs to that group."""

_JOB = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{8}")
_RETRY = re.compile(rf"retry-({_JOB.pattern})_(.+)", re.DOTALL)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_STEM = 60
_LONGEST_NAME = 255  # bytes, on every file system of Linux


@dataclass(frozen=True, slots=True)
class Spool:
    """A spool by its root folder. ``in/`` belongs to the senders: we only take files out of it."""

    root: Path

    @property
    def inbox(self) -> Path:
        """Where senders drop files."""
        return self.root / "in"

    @property
    def work(self) -> Path:
        """A folder for each job that is not finished."""
        return self.root / "work"

    @property
    def out(self) -> Path:
        """Cleaned files, ready to be sent; an uploader takes them from here."""
        return self.root / "out"

    @property
    def held(self) -> Path:
        """What must not be sent as it is."""
        return self.root / "held"

    @property
    def reports(self) -> Path:
        """A folder for each day, in it one for each job, and the day's summary."""
        return self.root / "reports"

    @property
    def archive(self) -> Path:
        """A folder for each day, in it one for each job: the file as it came and its manifest."""
        return self.root / "archive"

    @property
    def failed(self) -> Path:
        """A folder for each job that could not be done, and late bytes of those that were."""
        return self.root / "failed"

    @property
    def state(self) -> Path:
        """The lock and the ledger."""
        return self.root / "state"

    @property
    def ledger(self) -> Path:
        """The SQLite file that indexes what the archive says."""
        return self.state / "ledger.db"

    @property
    def waiting(self) -> Path:
        """What the last run saw in ``in/`` and did not take."""
        return self.state / "waiting.json"

    def folders(self) -> tuple[Path, ...]:
        """All of them, ``in/`` first."""
        return (
            self.inbox,
            self.work,
            self.out,
            self.held,
            self.reports,
            self.archive,
            self.failed,
            self.state,
        )

    def create(self) -> None:
        """Make what is missing; what is there keeps its owner and its mode. Raises OSError."""
        for folder in (self.root, *self.folders()):
            if not folder.is_dir():
                folder.mkdir(mode=_PRIVATE, parents=folder == self.root)
                # mkdir's own mode is cut by the umask.
                folder.chmod({self.root: _ROOT, self.inbox: _INBOX}.get(folder, _PRIVATE))

    def require(self) -> None:
        """Raise SpoolError unless this is a spool already; for commands that only look."""
        if not (self.inbox.is_dir() and self.state.is_dir()):
            raise SpoolError(f"{self.root}: no spool; the first `scrubber watch` makes it")


def new_job_id(now: datetime) -> str:
    """A name for a job: when it was taken, and eight random digits, so that no clock can repeat it."""
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"


def is_job_id(name: str) -> bool:
    """Whether a folder of ``work/`` can be ours."""
    return _JOB.fullmatch(name) is not None


def safe_stem(name: str) -> str:
    """What a person recognises of a sender's file name, in characters that are harmless everywhere.

    No path, no leading dot or dash, ASCII only, at most 60 characters, never empty.
    """
    stem = PurePath(name).stem or name
    text = _UNSAFE.sub("_", os.fsencode(stem).decode("ascii", "replace").replace("�", "_"))
    return text.lstrip("._-")[:_LONGEST_STEM].rstrip("._") or "claims"


def prefixed(prefix: str, name: str) -> str:
    """A file name with something before it, cut to what a file system takes."""
    return os.fsdecode(os.fsencode(f"{prefix}_{name}")[:_LONGEST_NAME])


def retry_name(job: str, name: str) -> str:
    """What a job's file is called in ``in/`` when it is dropped again."""
    return prefixed(f"retry-{job}", name)


def parse_retry(name: str) -> tuple[str, str]:
    """The job that a dropped file is a retry of (or nothing), and the sender's own name for it."""
    match = _RETRY.fullmatch(name)
    return (match[1], match[2]) if match else ("", name)


def now() -> str:
    """Return the time as the spool writes it, in UTC to the second: ``2026-06-30T07:15:00Z``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
