"""Removing patient data that is no longer needed."""

from __future__ import annotations

import shutil
from datetime import date

from scrubber.spool.durable import sync_folder, write_whole
from scrubber.spool.jobs.failing import archived
from scrubber.spool.jobs.job_files import MANIFEST, PRUNED
from scrubber.spool.layout import Spool, now
from scrubber.spool.ledger.ledger import JobRow, Ledger
from scrubber.spool.worklist.event_files import locked


def prune(spool: Spool, ledger: Ledger, before: date) -> int:
    """Remove originals, reports and notes of jobs of days before ``before``; return the number of jobs.

    The manifests stay, since they identify duplicates; they hold the sender's file name and numbers of
    claims, but no patient data. What is in ``out/``, ``held/`` and ``failed/`` is not removed.
    """
    count = 0
    for row in ledger.jobs(until=before):
        if row.pruned:
            continue
        with locked(spool):  # no event is added to what is being removed
            _prune(spool, ledger, row)
        count += 1
    return count


def _prune(spool: Spool, ledger: Ledger, row: JobRow) -> None:
    folder = archived(spool, row)
    reports = spool.reports / row.day.isoformat() / row.label
    when = now()
    if folder.exists():
        # For a recreated ledger: what is removed on purpose must not look lost.
        write_whole(folder / PRUNED, when.encode("ascii"))
    if reports.exists():
        shutil.rmtree(reports)
    if folder.exists():
        for path in folder.iterdir():
            if path.name not in (MANIFEST, PRUNED):
                path.unlink()
        sync_folder(folder)
    ledger.mark_pruned(row.job, when)
