"""Verification that everything is still as it was decided: a single flipped bit is found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from scrubber.spool.durable import hash_file
from scrubber.spool.jobs.failing import archived
from scrubber.spool.jobs.job_files import MANIFEST, JobDecision, JobOutput
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import JobRow, Ledger


def verify(spool: Spool, ledger: Ledger) -> Iterator[str]:
    """Yield a sentence for each discrepancy.

    Files that an uploader took from ``out/``, or a person from ``held/``, are not missed; those still there
    must be unchanged.
    """
    yield from _audit(ledger)
    decided = {row.job for row in ledger.audit() if row.event == "decided"}
    known = set()
    previous: str | None = None
    for row in ledger.jobs():
        known.add(row.label)
        if row.job not in decided:
            yield f"audit log: the entry for {row.job} is missing"
        if not row.pruned:
            yield from _job(spool, row, previous)
        previous = row.manifest
    for folder in sorted(spool.archive.glob("*/*")):
        if folder.name not in known:
            yield f"{folder.name.partition('_')[0]}: in the archive but not in the ledger"


def _audit(ledger: Ledger) -> Iterator[str]:
    previous, number = "", 0
    for row in ledger.audit():
        if not row.is_sound:
            yield f"audit log: entry {row.number} was changed"
        if row.previous != previous or row.number != number + 1:
            yield f"audit log: an entry before entry {row.number} is missing or was changed"
        previous, number = row.hash, row.number


def _job(spool: Spool, row: JobRow, previous: str | None) -> Iterator[str]:
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
    recorded = (row.sequence, row.verdict, row.sha256, row.sent)
    if recorded != (decision.sequence, verdict.verdict, verdict.sha256, verdict.sends):
        yield f"{row.job}: the ledger differs from its manifest"
    if previous is not None and decision.previous != previous:
        yield f"{row.job}: the decision before it is missing"
    for output in verdict.files:
        path = _path(spool, row, folder, output)
        if not path.exists():
            if output.place in ("archive", "reports"):
                yield f"{row.job}: {output.place}: a file is missing"
        elif hash_file(path) != output.sha256:
            yield f"{row.job}: {output.place}: a file was changed"


def _path(spool: Spool, row: JobRow, folder: Path, output: JobOutput) -> Path:
    if output.place == "archive":
        return folder / output.name
    if output.place == "reports":
        return spool.reports / row.day.isoformat() / row.label / output.name
    return (spool.out if output.place == "out" else spool.held) / output.name
