"""Recreating the ledger from the archive and ``failed/``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from scrubber.errors import SpoolError
from scrubber.spool.durable import sync_folder
from scrubber.spool.jobs.job_files import MANIFEST, PRUNED, WHY, Failure, JobDecision
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger

_ASIDE = ".damaged"
_PART = ".part"


def rebuild_if_missing(spool: Spool) -> None:
    """Recreate a missing ledger from the archive at the start of a watch."""
    if not spool.ledger.exists():
        rebuild(spool)


def rebuild(spool: Spool) -> int:
    """Recreate the ledger, as the spool's owner, and return the number of jobs in it.

    An existing ledger is kept as ``ledger.db.damaged``. What only the ledger had is lost: the audit log's
    entries on tries and retries. Raise SpoolError for an unreadable manifest.
    """
    part = spool.ledger.with_name(spool.ledger.name + _PART)
    for path in (part, part.with_name(part.name + "-journal")):
        path.unlink(missing_ok=True)
    ledger = Ledger.making(part)
    try:
        count = 0
        for decision, digest in sorted(manifests(spool), key=lambda entry: entry[0].sequence):
            ledger.record(decision, digest)
            marker = spool.archive / decision.taken.day.isoformat() / decision.label / PRUNED
            if marker.exists():
                ledger.mark_pruned(decision.job, marker.read_text(encoding="ascii"))
            count += 1
        for failure in _failures(spool):
            ledger.record_failure(failure)
        ledger.note("rebuilt", jobs=count)
    finally:
        ledger.close()
    if spool.ledger.exists():
        spool.ledger.replace(spool.ledger.with_name(spool.ledger.name + _ASIDE))
    # A journal of the old file must not be mistaken for one of the new.
    spool.ledger.with_name(spool.ledger.name + "-journal").unlink(missing_ok=True)
    part.rename(spool.ledger)
    sync_folder(spool.state)
    return count


def manifests(spool: Spool) -> Iterator[tuple[JobDecision, str]]:
    """Yield every manifest of the archive with its hash, in any order."""
    for path in sorted(spool.archive.glob(f"*/*/{MANIFEST}")):
        raw = path.read_bytes()
        try:
            yield JobDecision.from_json(raw), hashlib.sha256(raw).hexdigest()
        except ValueError as error:
            raise SpoolError(f"{_place(path)}: this manifest is damaged; restore it from a backup") from error


def _failures(spool: Spool) -> Iterator[Failure]:
    for path in sorted(spool.failed.glob(f"*/{WHY}")):
        try:
            yield Failure.from_json(path.read_bytes())
        except ValueError as error:
            raise SpoolError(f"{_place(path)}: this record is damaged; remove it") from error


def _place(path: Path) -> str:
    """Return a job's folder as day and job ID, without the sender's file name."""
    return f"{path.parent.parent.name}/{path.parent.name.partition('_')[0]}"
