"""A report writer that makes the five tables: of the files of a run, in the order of their claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import BinaryIO, Protocol

import pyarrow as pa

from scrubber.report.arrow.batches import Gathered, Kept, ParquetFile, batch_of
from scrubber.report.arrow.columns import OF_FILE, TABLES
from scrubber.report.arrow.rows import (
    Row,
    claim_row,
    file_row,
    finding_row,
    finding_rows,
    line_rows,
    run_row,
    unchecked_rows,
)
from scrubber.report.arrow.schema import schema_of
from scrubber.report.claim_view import ClaimView
from scrubber.report.file_view import FileView
from scrubber.report.model import Report

OF_CLAIMS = tuple(name for name in TABLES if name != "files")


class Target(Protocol):
    """Where the batches of a table go."""

    def add(self, batch: pa.RecordBatch) -> None:
        """Append a batch."""

    def end(self) -> None:
        """Take no more."""


class _Waiting:
    """The rows of a table that wait until their file is complete: a few in memory, the others on disk."""

    def __init__(self, table: str) -> None:
        schema = schema_of(table)
        self._schema = pa.schema(list(schema)[OF_FILE:])
        self._full = schema
        self._rows = Gathered(self._schema)
        self._kept: Kept | None = None

    def add(self, rows: Iterable[Row]) -> None:
        for batch in self._rows.add(rows):
            if self._kept is None:
                self._kept = Kept(self._schema)
            self._kept.add(batch)

    def pour(self, target: Target, name: str, sha256: str) -> None:
        """Pass everything on, with the columns of the file, and forget it."""
        kept: Iterable[pa.RecordBatch] = self._kept.reader() if self._kept else ()
        for batch in chain(kept, self._rows.rest()):
            of_file = [pa.repeat(pa.scalar(value, pa.string()), batch.num_rows) for value in (name, sha256)]
            target.add(pa.RecordBatch.from_arrays([*of_file, *batch.columns], schema=self._full))
        self.close()

    def close(self) -> None:
        """Forget everything."""
        if self._kept is not None:
            self._kept.close()
        self._kept, self._rows = None, Gathered(self._schema)


class Writer:
    """A writer to one target for each table."""

    def __init__(self, targets: Mapping[str, Target]) -> None:
        self._targets = targets
        self._waiting = {name: _Waiting(name) for name in OF_CLAIMS}
        self._files: list[Row] = []

    def claim(self, view: ClaimView) -> None:
        """Keep the rows of a claim until its file is complete."""
        waiting, ordinal = self._waiting, view.ordinal
        waiting["claims"].add((claim_row(view),))
        waiting["lines"].add(line_rows(ordinal, view.lines))
        waiting["findings"].add(finding_rows(view))
        waiting["unchecked"].add(unchecked_rows(ordinal, view.report.unchecked))

    def file(self, view: FileView) -> None:
        """Write the rows of the file's claims, then those about the file itself."""
        report = view.report
        self._waiting["findings"].add(finding_row(finding, None) for finding in report.findings)
        for name, waiting in self._waiting.items():
            waiting.pour(self._targets[name], report.name, report.sha256)
        self._files.append(file_row(report))

    def abandon(self) -> None:
        """Discard the rows of the current file."""
        for waiting in self._waiting.values():
            waiting.close()

    def finish(self, report: Report) -> None:
        """Write the table of files, and complete all tables."""
        rest = run_row(report)
        if self._files:
            schema = schema_of("files")
            self._targets["files"].add(batch_of(schema, [(*row, *rest) for row in self._files]))
        for target in self._targets.values():
            target.end()


def parquet_writer(create: Callable[[str], BinaryIO], stem: str = "") -> Writer:
    """Return a writer of Parquet files ``STEM.TABLE.parquet``, or ``TABLE.parquet`` without a stem."""
    prefix = f"{stem}." if stem else ""
    return Writer({name: ParquetFile(schema_of(name), create(f"{prefix}{name}.parquet")) for name in TABLES})
