"""The folders of a spool, and the naming of their content."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePath

from scrubber.errors import SpoolError
from scrubber.spool.access import INBOX, PRIVATE, Access, Rule, looking, root_mode, taking

_JOB = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{8}")
_RETRY = re.compile(rf"retry-({_JOB.pattern})_(.+)", re.DOTALL)
_GIVEN_BACK = re.compile(rf"{_JOB.pattern}_(.+)", re.DOTALL)
_RETRY_PART = "retry-"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_STEM = 60
_LONGEST_NAME = 255  # bytes, on every file system of Linux


@dataclass(frozen=True, slots=True)
class Spool:
    """A spool by its root folder, and who may open its folders.

    ``in/`` is for the senders: the watch only takes files out of it.
    """

    root: Path
    access: Access = field(default_factory=Access)

    @property
    def inbox(self) -> Path:
        """Where senders drop files."""
        return self.root / "in"

    @property
    def work(self) -> Path:
        """A folder for each unfinished job."""
        return self.root / "work"

    @property
    def out(self) -> Path:
        """Clean files, ready to be sent; an uploader takes them from here."""
        return self.root / "out"

    @property
    def held(self) -> Path:
        """Files that must not be sent as they are."""
        return self.root / "held"

    @property
    def reports(self) -> Path:
        """A folder for each day, in it one for each job, and the day's summary."""
        return self.root / "reports"

    @property
    def archive(self) -> Path:
        """A folder for each day, in it one for each job: the file as received and its manifest."""
        return self.root / "archive"

    @property
    def failed(self) -> Path:
        """A folder for each job that failed, and late bytes of those that did not."""
        return self.root / "failed"

    @property
    def tables_in(self) -> Path:
        """Where the owner drops official files to be imported as tables."""
        return self.root / "tables-in"

    @property
    def feedback_in(self) -> Path:
        """Where the answers of payers and clearinghouses are dropped."""
        return self.root / "feedback-in"

    @property
    def feedback_store(self) -> Path:
        """The store of the feedback, which is made from the archive and the answers."""
        return self.state / "feedback.db"

    @property
    def state(self) -> Path:
        """The lock and the ledger."""
        return self.root / "state"

    @property
    def ledger(self) -> Path:
        """The SQLite file that indexes the archive."""
        return self.state / "ledger.db"

    @property
    def waiting(self) -> Path:
        """What the last run saw in ``in/`` and did not take."""
        return self.state / "waiting.json"

    @property
    def waiting_answers(self) -> Path:
        """What the last run saw in ``feedback-in/`` and did not take."""
        return self.state / "waiting-answers.json"

    def late(self, job: str) -> Path:
        """Return the folder of ``failed/`` for bytes that came after a job's file was taken."""
        return self.failed / f"{job}_late"

    def folders(self) -> tuple[Path, ...]:
        """Return all folders, ``in/`` first."""
        return (
            self.inbox,
            self.work,
            self.out,
            self.held,
            self.reports,
            self.archive,
            self.failed,
            self.tables_in,
            self.feedback_in,
            self.state,
        )

    def create(self) -> None:
        """Create missing folders; existing ones stay as they are. Raise OSError."""
        rules = [Rule(self.root, root_mode(shared=self.access.is_shared)), *self.rules()]
        for rule in rules:
            if not rule.folder.is_dir():
                rule.folder.mkdir(mode=PRIVATE, parents=rule.folder == self.root)
                rule.apply()  # the umask restricts mkdir's own mode

    def rules(self) -> tuple[Rule, ...]:
        """Return how the folders must be: each open to its own group, or to none."""
        return (
            Rule(self.inbox, INBOX, self.access.senders),
            taking(self.out, self.access.uploader),
            taking(self.held, self.access.billers),
            looking(self.reports, self.access.billers),
            *(
                Rule(folder, PRIVATE)
                for folder in (
                    self.work,
                    self.archive,
                    self.failed,
                    self.tables_in,
                    self.feedback_in,
                    self.state,
                )
            ),
        )

    def require(self) -> None:
        """Raise SpoolError unless this is already a spool; for commands that only read."""
        if not (self.inbox.is_dir() and self.state.is_dir()):
            raise SpoolError(f"{self.root}: not a spool; `scrubber watch` creates one")


def new_job_id(now: datetime) -> str:
    """Return a job ID: the time of intake and eight random digits, so that no clock can repeat it."""
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"


def is_job_id(name: str) -> bool:
    """Return True if a folder name in ``work/`` can be a job's."""
    return _JOB.fullmatch(name) is not None


def safe_stem(name: str) -> str:
    """Return the recognizable part of a sender's file name, in characters that are safe everywhere.

    No path, no leading dot or dash, ASCII only, at most 60 characters, never empty.
    """
    stem = PurePath(name).stem or name
    text = _UNSAFE.sub("_", os.fsencode(stem).decode("ascii", "replace").replace("�", "_"))
    return text.lstrip("._-")[:_LONGEST_STEM].rstrip("._") or "claims"


def given_back_name(job: str, name: str) -> str:
    """Return a new name in ``in/`` for a file whose own is taken; one given back before is renamed."""
    match = _GIVEN_BACK.fullmatch(name)
    return _prefixed(job, match[1] if match else name)


def _prefixed(prefix: str, name: str) -> str:
    """Return a file name with a prefix, truncated to what a file system allows."""
    return os.fsdecode(os.fsencode(f"{prefix}_{name}")[:_LONGEST_NAME])


def retry_name(job: str, name: str) -> str:
    """Return the name of a job's file in ``in/`` when it is dropped again."""
    return _prefixed(f"retry-{job}", name)


def retry_part(job: str) -> str:
    """Return a new name in ``work/`` for a file of a job that is on its way back into ``in/``."""
    return f"{_RETRY_PART}{job}-{secrets.token_hex(4)}"


def is_retry_part(name: str) -> bool:
    """Return True if a file in ``work/`` is on its way back into ``in/``."""
    return name.startswith(_RETRY_PART)


def parse_retry(name: str) -> tuple[str, str]:
    """Return the job that a dropped file retries (or an empty string), and the sender's own file name."""
    match = _RETRY.fullmatch(name)
    return (match[1], match[2]) if match else ("", name)


def now() -> str:
    """Return the time as the spool writes it, in UTC to the second: ``2026-06-30T07:15:00Z``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
