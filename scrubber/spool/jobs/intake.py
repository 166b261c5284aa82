"""Taking a file out of ``in/``: it becomes a job with a private copy, or stays where it is."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from scrubber.envelopes.scan import Identity
from scrubber.errors import ScrubberError
from scrubber.spool.durable import copy_hashed, hash_of, sync_folder, write_whole
from scrubber.spool.jobs.arrivals import PADDING, Candidate, Signature, reason_to_skip
from scrubber.spool.jobs.job_files import CLAIM, DECISION, TRIES, WHY, Failure, Taken, Tries
from scrubber.spool.layout import Spool, given_back_name, new_job_id, parse_retry
from scrubber.spool.layout import now as now_in_utc
from scrubber.x12 import Segment, find_delimiters
from scrubber.x12.delimiters import LONGEST_ISA


@dataclass(frozen=True, slots=True)
class Job:
    """A taken file in its folder of ``work/``.

    ``sha256`` and ``size`` are those of its private copy, empty until that is made; ``interchange`` is the
    identity of its first interchange, if it has one.
    """

    folder: Path
    taken: Taken
    tries: Tries = field(default_factory=Tries)
    sha256: str = ""
    size: int = 0
    interchange: Identity | None = None

    @property
    def id(self) -> str:
        """The job's ID."""
        return self.taken.job

    @property
    def order(self) -> tuple[int, str]:
        """The sort key of jobs: the arrival of their files."""
        return self.taken.arrived, self.taken.name

    @property
    def input(self) -> Path:
        """The sender's own file, renamed and otherwise untouched."""
        return self.folder / "input"

    @property
    def archive(self) -> Path:
        """The folder that will become the job's folder of the archive."""
        return self.folder / "archive"

    @property
    def original(self) -> Path:
        """The private copy, to which no one else can write."""
        return self.archive / "original.837"

    @property
    def reports(self) -> Path:
        """The folder that will become the job's folder of reports."""
        return self.folder / "reports"

    @property
    def clean(self) -> Path:
        """The clean 837, if there is one."""
        return self.folder / "clean.837"

    @property
    def held(self) -> Path:
        """The held 837, if there is one."""
        return self.folder / "held.837"


class UnmovableError(ScrubberError):
    """A file cannot be moved out of ``in/``, for example because it is immutable; others can."""


def accept_file(spool: Spool, candidate: Candidate, now: datetime) -> Job | None:
    """Make a file a job by renaming it; return ``None`` if it changed or disappeared in the meantime.

    What the rename found is checked again: if it is not the candidate, it goes back. Raise UnmovableError if
    this file cannot be moved. After any other error the job's folder remains for recovery, which alone can
    tell whether the file is in it.
    """
    job = new_job_id(now)
    folder = spool.work / job
    folder.mkdir(mode=0o700)
    retried, name = parse_retry(candidate.name)
    taken = Taken(job, name, candidate.signature.modified, now.date(), retried)
    write_whole(folder / CLAIM, taken.to_json())
    sync_folder(spool.work)
    try:
        (spool.inbox / candidate.name).rename(folder / "input")
    except FileNotFoundError:
        discard(folder)
        return None
    except PermissionError as error:
        discard(folder)
        raise UnmovableError from error
    sync_folder(folder)
    sync_folder(spool.inbox)
    accepted = Job(folder, taken)
    status = accepted.input.lstat()
    # A rename updates the change time (ctime), nothing else.
    seen = Signature.of(status)._replace(changed=candidate.signature.changed)
    if seen != candidate.signature or reason_to_skip("input", status):
        give_back(spool, accepted)
        return None
    return accepted


def copy(job: Job) -> Job | None:
    """Make the private copy; return ``None`` if the sender changed the file, or its mode, in the meantime."""
    clear(job)
    job.archive.mkdir(mode=0o700)
    try:
        handle = os.open(job.input, os.O_RDONLY | os.O_NOFOLLOW)
    except PermissionError:
        return None
    with os.fdopen(handle, "rb") as stream:
        digest, size = copy_hashed(stream, job.original)
        sync_folder(job.archive)
        # A process that opened the file before it was taken can still write to it.
        stream.seek(0)
        if hash_of(stream) != digest:
            return None
    return replace(job, sha256=digest, size=size, interchange=_first_interchange(job.original))


def give_back(spool: Spool, job: Job) -> None:
    """Put a job's file back into ``in/`` and discard the job. Nothing there is replaced."""
    try:
        # A link fails if the name is taken; a rename would replace.
        os.link(job.input, spool.inbox / job.taken.name, follow_symlinks=False)
    except (FileExistsError, PermissionError):
        # No folder can have a second link, nor another account's file that we may not write to. A rename
        # to a name with the job's random digits replaces nothing, either.
        try:
            job.input.rename(spool.inbox / given_back_name(job.id, job.taken.name))
        except PermissionError:
            _set_aside(spool, job)
            return
    sync_folder(spool.inbox)
    discard(job.folder)


def _set_aside(spool: Spool, job: Job) -> None:
    """Move a job that cannot be given back to ``failed/``: another account's folder in place of its file."""
    write_whole(job.folder / WHY, Failure(job.id, now_in_utc(), "it could not be given back").to_json())
    job.folder.rename(spool.failed / job.id)
    sync_folder(spool.failed)
    sync_folder(spool.work)


def clear(job: Job) -> None:
    """Remove everything that an earlier try left; the sender's file and the records about it stay."""
    for path in job.folder.iterdir():
        if path.name in (CLAIM, TRIES, "input"):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def discard(folder: Path) -> None:
    """Remove a job's folder: the sender's file first, the decision last, so that recovery can tell."""
    for name in ("input", CLAIM, TRIES):
        (folder / name).unlink(missing_ok=True)
    for path in sorted(folder.iterdir(), key=lambda path: path.name == DECISION):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    folder.rmdir()
    sync_folder(folder.parent)


def _first_interchange(path: Path) -> Identity | None:
    with path.open("rb") as stream:
        head = stream.read(LONGEST_ISA).lstrip(PADDING)
    delimiters = find_delimiters(head)
    if delimiters is None:
        return None
    return Identity.of_interchange(Segment(head.split(delimiters.terminator)[0], 1, 0, delimiters))
