"""From a verdict to the folders of the spool: one commit point, then renames that can be repeated."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

from scrubber.spool.access import admit
from scrubber.spool.durable import hash_file, sync_folder, write_whole
from scrubber.spool.jobs.intake import Job, discard
from scrubber.spool.jobs.job_files import (
    DECISION,
    DECISION_SCHEMA,
    MANIFEST,
    VERDICT,
    JobDecision,
    JobVerdict,
)
from scrubber.spool.layout import Spool, now, safe_stem
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.worklist.claims import read_claims


def read_verdict(job: Job) -> JobVerdict | None:
    """Return the worker's verdict, if it is complete and about this copy."""
    try:
        verdict = JobVerdict.from_json((job.folder / VERDICT).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return verdict if verdict.sha256 == job.sha256 else None


def read_decision(folder: Path) -> JobDecision | None:
    """Return the decision in a job's folder, if there is one."""
    try:
        return JobDecision.from_json((folder / DECISION).read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def commit(job: Job, verdict: JobVerdict, ledger: Ledger) -> JobDecision:
    """Commit the decision: from here on the job is rolled forward, whatever happens."""
    sequence, previous = ledger.last()
    decision = JobDecision(
        DECISION_SCHEMA, sequence + 1, previous, now(), safe_stem(job.taken.name), job.taken, verdict
    )
    raw = decision.to_json()
    write_whole(job.archive / MANIFEST, raw)
    write_whole(job.folder / DECISION, raw)
    return decision


def publish(spool: Spool, job: Job, decision: JobDecision, ledger: Ledger) -> bool:
    """Move all outputs to their folders, the clean file last; can be restarted at any point.

    Return False if the sender wrote to the file after intake. A rename whose source is gone was done before.
    Folders are synced in any case: the process that renamed may have died before doing so.
    """
    day = decision.taken.day
    _admit(spool, job)
    archived = _day_folder(spool.archive, day) / decision.label
    _rename(job.archive, archived)
    reports = _day_folder(spool.reports, day)
    if spool.access.billers is not None:
        admit(reports, spool.access.billers, within=False)
    _rename(job.reports, reports / decision.label)
    # Another version may have written it, and would not write these very bytes.
    manifest = hash_file(archived / MANIFEST)
    ledger.record(decision, manifest, claims=read_claims(archived))
    _rename(job.held, spool.held / f"{decision.label}.held.837")
    in_time = _keep_late_bytes(spool, job, decision, ledger)
    _rename(job.clean, spool.out / f"{decision.label}.clean.837")
    discard(job.folder)
    return in_time


def _admit(spool: Spool, job: Job) -> None:
    """Let the groups read what is about to be moved to their folders."""
    access = spool.access
    for path, group in (
        (job.reports, access.billers),
        (job.held, access.billers),
        (job.clean, access.uploader),
    ):
        if group is not None:
            admit(path, group)


def _rename(source: Path, target: Path) -> None:
    with suppress(FileNotFoundError):
        source.rename(target)
    sync_folder(target.parent)


def _day_folder(parent: Path, day: date) -> Path:
    folder = parent / day.isoformat()
    if not folder.is_dir():
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(parent)
    return folder


def _keep_late_bytes(spool: Spool, job: Job, decision: JobDecision, ledger: Ledger) -> bool:
    """Keep the sender's file if it is no longer what was scrubbed; return True if it still is.

    One that its owner lets no one read any more may hold anything, so it is kept, too.
    """
    with suppress(PermissionError):
        if not job.input.exists() or hash_file(job.input) == decision.verdict.sha256:
            return True
    folder = spool.late(job.id)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(spool.failed)
    ledger.note(
        "late bytes", job.id
    )  # before they are moved: after a crash it may be recorded twice, but never omitted
    _rename(job.input, folder / "late-bytes.837")
    return False
