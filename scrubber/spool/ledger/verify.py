"""Verification that everything is still as it was decided: a single flipped bit is found."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from scrubber.spool.durable import hash_of
from scrubber.spool.jobs.failing import archived
from scrubber.spool.jobs.job_files import MANIFEST, PRUNED, JobDecision, JobOutput
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.audit import AuditRow
from scrubber.spool.ledger.ledger import JobRow, Ledger
from scrubber.spool.worklist.event_files import EVENTS_FILE, is_chained, read_events


def verify(spool: Spool, ledger: Ledger) -> Iterator[str]:
    """Yield a sentence for each discrepancy, also while a watch goes on working.

    Files that an uploader took from ``out/``, or a person from ``held/``, are not missed; those still there
    must be unchanged.
    """
    # What is archived before the ledger is read is in the ledger, or its job is still in work/.
    archive = sorted(folder.name for folder in spool.archive.glob("*/*"))
    with ledger.snapshot():
        audit, jobs = list(ledger.audit()), list(ledger.jobs())
        events = ledger.event_hashes()
    yield from _audit(audit)
    decided = {row.job for row in audit if row.event == "decided"}
    before: set[str] = set()
    for row in jobs:
        if row.job not in decided:
            yield f"audit log: the entry for {row.job} is missing"
        if not row.pruned:
            yield from _job(spool, row, before, events.get(row.job, {}))
        before.add(row.manifest)
    known = {row.label for row in jobs}
    for label in archive:
        job = label.partition("_")[0]
        if label not in known and not (spool.work / job).exists() and not ledger.knows(job):
            yield f"{job}: in the archive but not in the ledger; `scrubber spool rebuild` adds it"


def _audit(rows: list[AuditRow]) -> Iterator[str]:
    previous, number = "", 0
    for row in rows:
        if not row.is_sound:
            yield f"audit log: entry {row.number} was changed"
        if row.previous != previous or row.number != number + 1:
            yield f"audit log: an entry before entry {row.number} is missing or was changed"
        previous, number = row.hash, row.number


def _job(spool: Spool, row: JobRow, before: set[str], known: Mapping[int, str]) -> Iterator[str]:
    """Check a job; ``before`` are the hashes of the manifests that the ledger has before it.

    ``known`` are the hashes of the events of its claims.
    """
    folder = archived(spool, row)
    try:
        raw = (folder / MANIFEST).read_bytes()
    except OSError:
        yield f"{row.job}: its manifest is missing from the archive"
        return
    if hashlib.sha256(raw).hexdigest() != row.manifest:
        yield f"{row.job}: its manifest was changed"
        return
    decision = JobDecision.from_json(raw)
    verdict = decision.verdict
    recorded = (row.verdict, row.sha256, row.sent)
    # A ledger of several chains gives some decisions higher numbers than their own.
    if recorded != (verdict.verdict, verdict.sha256, verdict.sends) or row.sequence < decision.sequence:
        yield f"{row.job}: the ledger differs from its manifest"
    if before and decision.previous and decision.previous not in before:
        yield f"{row.job}: the decision before it is missing"
    yield from _events(folder, row, known)
    for output in verdict.files:
        sound = _is_sound(_path(spool, row, folder, output), output.sha256)
        if sound is None:
            # A prune that is running, or was interrupted, has left its mark first.
            if output.place in ("archive", "reports") and not (folder / PRUNED).exists():
                yield f"{row.job}: {output.place}: a file is missing"
        elif not sound:
            yield f"{row.job}: {output.place}: a file was changed"


def _events(folder: Path, row: JobRow, known: Mapping[int, str]) -> Iterator[str]:
    """Check the events of a job's claims. Its file may have more than the ledger: one is being written."""
    try:
        events = read_events(folder)
    except ValueError:
        yield f"{row.job}: {EVENTS_FILE} was changed"
        return
    found = {event.line.number: event.hash for event in events}
    is_sound = is_chained(events, row.manifest) and all(found.get(at) == known[at] for at in known)
    # A prune that is running, or was interrupted, has left its mark first.
    if not is_sound and not (folder / PRUNED).exists():
        yield f"{row.job}: {EVENTS_FILE} was changed, or events are missing"


def _is_sound(path: Path, sha256: str) -> bool | None:
    """Return whether a file is unchanged; ``None`` if it is not there.

    Others may put anything in its place: links are not followed, and a pipe is not waited for.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):
            return False
        raise
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        return False
    with os.fdopen(handle, "rb") as stream:
        return hash_of(stream) == sha256


def _path(spool: Spool, row: JobRow, folder: Path, output: JobOutput) -> Path:
    if output.place == "archive":
        return folder / output.name
    if output.place == "reports":
        return spool.reports / row.day.isoformat() / row.label / output.name
    return (spool.out if output.place == "out" else spool.held) / output.name
