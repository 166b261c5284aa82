"""Giving up on a job, and dropping its file again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from scrubber.errors import SpoolError
from scrubber.spool.durable import copy_hashed, sync_folder, write_whole
from scrubber.spool.jobs.intake import Job, clear
from scrubber.spool.jobs.job_files import CLAIM, WHY, Failure, Taken
from scrubber.spool.layout import Spool, is_job_id, now, retry_name, retry_part
from scrubber.spool.ledger.ledger import JobRow, Ledger

_ORIGINAL = Path("archive") / "original.837"


def fail(spool: Spool, job: Job, ledger: Ledger, why: str) -> None:
    """Move a job with the sender's file to ``failed/``; can be restarted at any point."""
    if job.input.exists():
        clear(job)  # half an output next to it would only mislead
    failure = Failure(job.id, now(), why)
    write_whole(job.folder / WHY, failure.to_json())
    ledger.record_failure(failure)
    job.folder.rename(spool.failed / job.id)
    sync_folder(spool.failed)
    sync_folder(spool.work)


def retry(spool: Spool, job: str, ledger: Ledger) -> None:
    """Drop a job's file into ``in/`` again. Raise SpoolError if that is unwise."""
    if not is_job_id(job):
        raise SpoolError(f"{job}: not a job ID; `scrubber spool status` lists them")
    folder = spool.failed / job
    if folder.is_dir():
        source = folder / "input" if (folder / "input").exists() else folder / _ORIGINAL
        try:
            name = Taken.from_json((folder / CLAIM).read_bytes()).name
        except (FileNotFoundError, ValueError):
            name = "unknown.837"
        _drop(spool, job, name, source)
        ledger.mark_retried(job)
        shutil.rmtree(folder)
        return
    row = next((row for row in ledger.jobs() if row.job == job), None)
    if row is None:
        raise SpoolError(f"{job}: no failed or finished job has this ID")
    if row.sent:
        raise SpoolError(
            f"{job}: claims of this file were put into out/; to send them again, drop the file yourself"
        )
    source = archived(spool, row) / "original.837"
    if row.pruned or not source.exists():
        raise SpoolError(f"{job}: its file is no longer in the archive")
    _drop(spool, job, f"{row.stem}.837", source)
    ledger.mark_retried(job)


def failure_of(folder: Path) -> Failure:
    """Return the failure in a folder of ``failed/``, in words without anything from a claim."""
    if folder.name.endswith("_late"):
        return Failure(folder.name.removesuffix("_late"), "", "the sender wrote to it after it was taken")
    try:
        return Failure.from_json((folder / WHY).read_bytes())
    except (OSError, ValueError):
        return Failure(folder.name, "", "reason unknown")


def archived(spool: Spool, row: JobRow) -> Path:
    """Return a job's folder in the archive."""
    return spool.archive / row.day.isoformat() / row.label


def _drop(spool: Spool, job: str, name: str, source: Path) -> None:
    """Put a copy of a file into ``in/``. It is made in ``work/``, where no sender could have left a link."""
    if not source.is_file():
        raise SpoolError(f"{job}: what the sender left in place of the file is not one")
    part = spool.work / retry_part(job)
    try:
        with source.open("rb") as stream:
            copy_hashed(stream, part)
        put_into_inbox(spool, part, retry_name(job, name))
    except FileExistsError as error:
        raise SpoolError(f"{job}: its file is already in in/") from error
    finally:
        part.unlink(missing_ok=True)


def put_into_inbox(spool: Spool, part: Path, name: str) -> None:
    """Put a complete file of ``work/`` into ``in/``, durably. Raise FileExistsError if the name is taken."""
    # A link fails then; a rename would replace.
    os.link(part, spool.inbox / name)
    part.unlink()
    sync_folder(spool.inbox)
