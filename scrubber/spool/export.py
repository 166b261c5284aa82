"""The archive's history as a data set of Parquet files, partitioned by day and job.

``DEST/claims/day=2026-11-29/job=20261129-021500-7f3a9c21/part.parquet``, and so for each table: what DuckDB,
Polars and Spark read as one table with the columns ``day`` and ``job``.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pyarrow.parquet as pq

from scrubber.errors import SpoolError
from scrubber.report.arrow.batches import ParquetFile
from scrubber.report.arrow.columns import TABLES
from scrubber.report.arrow.json_report import OF_REPORT, pour_report
from scrubber.report.arrow.schema import schema_of
from scrubber.spool.durable import hash_file, sync_folder
from scrubber.spool.jobs.failing import archived
from scrubber.spool.jobs.job_files import MANIFEST, JobDecision
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import JobRow, Ledger

_PART = "part.parquet"
_LAST = "files"
"""The table that is written last: with it a job is complete."""


def export(spool: Spool, ledger: Ledger, target: Path) -> Counter[str]:
    """Write the tables of every decided job that is not there yet; return how many are ``new``, ``there``, or
    ``pruned`` before they were written.

    A job's tables are those that the watch wrote (``--format parquet``), else those of its JSON report. An
    interrupted export is completed by the next. Raise SpoolError for a report that was changed, or OSError.
    """
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    counts: Counter[str] = Counter()
    for row in ledger.jobs():
        if _partition(target, _LAST, row).exists():
            counts["there"] += 1
        elif row.pruned:
            counts["pruned"] += 1
        else:
            _export_job(spool, row, target)
            counts["new"] += 1
    return counts


def _export_job(spool: Spool, row: JobRow, target: Path) -> None:
    reports = spool.reports / row.day.isoformat() / row.label
    with tempfile.TemporaryDirectory(prefix=".export-", dir=target) as folder:
        made = Path(folder)
        if (reports / f"{row.stem}.{_LAST}.parquet").exists():
            for table in TABLES:
                name = f"{row.stem}.{table}.parquet"
                _require_unchanged(spool, row, reports / name)
                shutil.copyfile(reports / name, made / table)
                pq.read_metadata(made / table)
            tables = tuple(TABLES)
        else:
            report = reports / f"{row.stem}.report.json"
            _require_unchanged(spool, row, report)
            _tables_of(report, made, row)
            tables = OF_REPORT
        for table in sorted(tables, key=lambda name: name == _LAST):
            _move(made / table, _partition(target, table, row))


def _tables_of(report: Path, made: Path, row: JobRow) -> None:
    """Make the tables of a JSON report."""
    with ExitStack() as stack:
        streams = {name: stack.enter_context((made / name).open("wb")) for name in OF_REPORT}
        targets = {name: ParquetFile(schema_of(name), stream) for name, stream in streams.items()}
        try:
            with report.open("rb") as stream:
                pour_report(stream, targets)
        except ValueError as error:
            raise SpoolError(f"{row.job}: its report is not one of this version") from error
        finally:
            for file in targets.values():
                file.end()


def _require_unchanged(spool: Spool, row: JobRow, path: Path) -> None:
    """Raise SpoolError unless a report is the one that the job's manifest names."""
    try:
        decision = JobDecision.from_json((archived(spool, row) / MANIFEST).read_bytes())
    except ValueError as error:
        raise SpoolError(f"{row.job}: its manifest is damaged; see `scrubber spool verify`") from error
    known = {file.name: file.sha256 for file in decision.verdict.files if file.place == "reports"}
    if known.get(path.name) != hash_file(path):
        raise SpoolError(f"{row.job}: its report was changed; see `scrubber spool verify`")


def _partition(target: Path, table: str, row: JobRow) -> Path:
    return target / table / f"day={row.day.isoformat()}" / f"job={row.job}" / _PART


def _move(source: Path, final: Path) -> None:
    """Put a complete file to its place."""
    final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with source.open("rb") as stream:
        os.fsync(stream.fileno())
    source.replace(final)
    sync_folder(final.parent)
