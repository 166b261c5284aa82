"""What a dead predecessor left in ``work/``: decided jobs go forward, others begin anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from scrubber.spool.claiming import Job, clear, discard
from scrubber.spool.durable import write_whole
from scrubber.spool.failing import fail
from scrubber.spool.layout import Spool, is_job_id
from scrubber.spool.ledger import Ledger
from scrubber.spool.publish import publish, read_decision
from scrubber.spool.records import CLAIM, TRIES, Taken, Tries

MOST_INTERRUPTIONS = 10
"""A file under which we die so often is taken to be the reason."""


def recover(spool: Spool, ledger: Ledger) -> list[Job]:
    """Finish what was decided, and give the jobs that must begin anew. Call it as the owner only."""
    again = []
    for folder in sorted(spool.work.iterdir()):
        if is_job_id(folder.name) and folder.is_dir():
            job = _recover_one(spool, folder, ledger)
            if job:
                again.append(job)
    return again


def _recover_one(spool: Spool, folder: Path, ledger: Ledger) -> Job | None:
    decision = read_decision(folder)
    if decision:
        publish(spool, Job(folder, decision.taken), decision, ledger)
        return None
    job = Job(folder, read_taken(folder), read_tries(folder))
    if not job.input.exists():
        if job.original.exists():
            # Somebody took the sender's file away. Its copy is all there is: keep it where a person sees it.
            fail(spool, job, ledger, "the file was removed while it was being worked on")
        else:
            discard(folder)  # it was never taken, or all is done
        return None
    if job.input.lstat().st_nlink > 1:
        # It was being given back: it stands in in/ again.
        discard(folder)
        return None
    clear(job)
    tries = replace(job.tries, interrupted=job.tries.interrupted + 1)
    if tries.interrupted >= MOST_INTERRUPTIONS:
        fail(
            spool, job, ledger, f"the scrubber was interrupted {tries.interrupted} times while working on it"
        )
        return None
    write_whole(folder / TRIES, tries.to_json())
    return replace(job, tries=tries)


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
