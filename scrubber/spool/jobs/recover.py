"""Recovery of the jobs that a dead predecessor left in ``work/``: decided ones go forward, others restart."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Protocol

from scrubber.spool.durable import write_whole
from scrubber.spool.jobs.intake import Job, clear, discard, give_back
from scrubber.spool.jobs.job_files import CLAIM, TRIES, JobDecision, Taken, Tries
from scrubber.spool.jobs.publish import read_decision
from scrubber.spool.layout import Spool, is_job_id, is_retry_part

MOST_INTERRUPTIONS = 10
"""A file during which the watch dies this often is considered the cause."""


class JobFinisher(Protocol):
    """The interface that finishes jobs and counts them."""

    def hand_on(self, job: Job, decision: JobDecision) -> None:
        """Publish a job's decision."""

    def give_up(self, job: Job, why: str) -> None:
        """Move a job to ``failed/``."""


def recover(spool: Spool, finisher: JobFinisher) -> list[Job]:
    """Finish decided jobs and return those that must restart. Call this only as the owner of the spool."""
    again = []
    for folder in sorted(spool.work.iterdir()):
        if is_retry_part(folder.name):
            # A retry or correction that died. One that is still running fails, and can be run again.
            folder.unlink(missing_ok=True)
        elif is_job_id(folder.name) and folder.is_dir():
            job = _recover_one(spool, folder, finisher)
            if job:
                again.append(job)
    return again


def _recover_one(spool: Spool, folder: Path, finisher: JobFinisher) -> Job | None:
    decision = read_decision(folder)
    if decision:
        finisher.hand_on(Job(folder, decision.taken), decision)
        return None
    job = Job(folder, read_taken(folder), read_tries(folder))
    if not os.path.lexists(job.input):
        if job.original.exists():
            # Someone removed the sender's file. Its copy is all there is: keep it where a person sees it.
            finisher.give_up(job, "the file was removed while it was being processed")
        else:
            discard(folder)  # it was never taken, or it is finished
        return None
    if _is_given_back(spool, job):
        discard(folder)
        return None
    if not stat.S_ISREG(job.input.lstat().st_mode):
        give_back(spool, job)  # the watch died before checking what the rename had found
        return None
    clear(job)
    tries = replace(job.tries, interrupted=job.tries.interrupted + 1)
    if tries.interrupted >= MOST_INTERRUPTIONS:
        finisher.give_up(job, f"the scrubber was interrupted {tries.interrupted} times while processing it")
        return None
    write_whole(folder / TRIES, tries.to_json())
    return replace(job, tries=tries)


def _is_given_back(spool: Spool, job: Job) -> bool:
    """Return True if the sender's file is back in ``in/`` and only its job remained to be discarded."""
    status = job.input.lstat()
    if status.st_nlink == 1:
        return False
    with os.scandir(spool.inbox) as entries:
        return any(entry.inode() == status.st_ino for entry in entries)


def read_taken(folder: Path) -> Taken:
    """Return the record of a job's file; a minimal one if the record is damaged."""
    try:
        return Taken.from_json((folder / CLAIM).read_bytes())
    except (FileNotFoundError, ValueError):
        source = folder / "input"
        arrived = source.lstat().st_mtime_ns if source.exists() else 0
        day = folder.name[:8]
        return Taken(folder.name, "unknown.837", arrived, date(int(day[:4]), int(day[4:6]), int(day[6:8])))


def read_tries(folder: Path) -> Tries:
    """Return how often a job was started."""
    try:
        return Tries.from_json((folder / TRIES).read_bytes())
    except (FileNotFoundError, ValueError):
        return Tries()
