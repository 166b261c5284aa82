"""The five tables of a run, for programs."""

from __future__ import annotations

from typing import Self

import pyarrow as pa

from scrubber.report.arrow.batches import Kept
from scrubber.report.arrow.columns import TABLES
from scrubber.report.arrow.schema import schema_of


class ArrowTables:
    """The five tables of one or more inputs. They wait on disk, so memory stays flat; close them when done.

    Each attribute is a new ``pyarrow.RecordBatchReader``, from the first row on.
    """

    def __init__(self) -> None:
        self.kept = {name: Kept(schema_of(name)) for name in TABLES}

    @property
    def files(self) -> pa.RecordBatchReader:
        """A row for each input."""
        return self.reader("files")

    @property
    def claims(self) -> pa.RecordBatchReader:
        """A row for each claim."""
        return self.reader("claims")

    @property
    def lines(self) -> pa.RecordBatchReader:
        """A row for each service line."""
        return self.reader("lines")

    @property
    def findings(self) -> pa.RecordBatchReader:
        """A row for each finding and claim."""
        return self.reader("findings")

    @property
    def unchecked(self) -> pa.RecordBatchReader:
        """A row for each claim and edit that could not be evaluated."""
        return self.reader("unchecked")

    def reader(self, table: str) -> pa.RecordBatchReader:
        """Return a new reader of a table by its name."""
        return self.kept[table].reader()

    def close(self) -> None:
        """Discard the tables."""
        for kept in self.kept.values():
            kept.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()
