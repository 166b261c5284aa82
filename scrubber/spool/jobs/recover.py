"""What a dead predecessor left in ``work/``: decided jobs go forward, others begin anew."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Protocol

from scrubber.spool.durable import write_whole
from scrubber.spool.jobs.intake import Job, clear, discard, give_back
from scrubber.spool.jobs.publish import read_decision
from scrubber.spool.jobs.records import CLAIM, TRIES, JobDecision, Taken, Tries
from scrubber.spool.layout import Spool, is_job_id

MOST_INTERRUPTIONS = 10
"""A file under which we die so often is taken to be the reason."""


class JobFinisher(Protocol):
    """Who ends jobs, and counts them."""

    def hand_on(self, job: Job, decision: JobDecision) -> None:
        """Publish what was decided on a job."""

    def give_up(self, job: Job, why: str) -> None:
        """Put a job into ``failed/``."""


def recover(spool: Spool, settles: JobFinisher) -> list[Job]:
    """Finish what was decided, and give the jobs that must begin anew. Call it as the owner only."""
    again = []
    for folder in sorted(spool.work.iterdir()):
        if is_job_id(folder.name) and folder.is_dir():
            job = _recover_one(spool, folder, settles)
            if job:
                again.append(job)
    return again


def _recover_one(spool: Spool, folder: Path, settles: JobFinisher) -> Job | None:
    decision = read_decision(folder)
    if decision:
        settles.hand_on(Job(folder, decision.taken), decision)
        return None
    job = Job(folder, read_taken(folder), read_tries(folder))
    if not os.path.lexists(job.input):
        if job.original.exists():
            # Somebody took the sender's file away. Its copy is all there is: keep it where a person sees it.
            settles.give_up(job, "the file was removed while it was being worked on")
        else:
            discard(folder)  # it was never taken, or all is done
        return None
    if _is_given_back(spool, job):
        discard(folder)
        return None
    if not stat.S_ISREG(job.input.lstat().st_mode):
        give_back(spool, job)  # we died before we saw what the rename had found
        return None
    clear(job)
    tries = replace(job.tries, interrupted=job.tries.interrupted + 1)
    if tries.interrupted >= MOST_INTERRUPTIONS:
        settles.give_up(job, f"the scrubber was interrupted {tries.interrupted} times while working on it")
        return None
    write_whole(folder / TRIES, tries.to_json())
    return replace(job, tries=tries)


def _is_given_back(spool: Spool, job: Job) -> bool:
    """Whether the sender's file stands in ``in/`` again, and only its job was still to be forgotten."""
    status = job.input.lstat()
    if status.st_nlink == 1:
        return False
    with os.scandir(spool.inbox) as entries:
        return any(entry.inode() == status.st_ino for entry in entries)


def read_taken(folder: Path) -> Taken:
    """What is known of a job's file; little, where the record is damaged."""
    try:
        return Taken.from_json((folder / CLAIM).read_bytes())
    except (FileNotFoundError, ValueError):
        source = folder / "input"
        arrived = source.lstat().st_mtime_ns if source.exists() else 0
        day = folder.name[:8]
        return Taken(folder.name, "unknown.837", arrived, date(int(day[:4]), int(day[4:6]), int(day[6:8])))


def read_tries(folder: Path) -> Tries:
    """How often a job was begun."""
    try:
        return Tries.from_json((folder / TRIES).read_bytes())
    except (FileNotFoundError, ValueError):
        return Tries()
