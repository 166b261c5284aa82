"""Rows on their way into batches, and batches that wait on disk."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from scrubber.report.arrow.rows import Row

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

ROWS = 4096
"""Rows of a batch: few enough that they, as Python values, need some megabytes only."""
_GROUP = 8 * ROWS
"""Rows of a row group of a Parquet file."""


def batch_of(schema: pa.Schema, rows: Iterable[Row]) -> pa.RecordBatch:
    """Return rows as a batch."""
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


class Kept:
    """Batches of one schema in an unnamed temporary file. What was added can be read any number of times."""

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._writer = pa.ipc.new_stream(
            self._file, schema, options=pa.ipc.IpcWriteOptions(compression="lz4")
        )
        self._is_complete = False

    def add(self, batch: pa.RecordBatch) -> None:
        """Append a batch."""
        self._writer.write_batch(batch)

    def end(self) -> None:
        """Take no more."""
        if not self._is_complete:
            self._is_complete = True
            self._writer.close()
            self._file.flush()

    def reader(self) -> pa.RecordBatchReader:
        """Return a reader of all batches, which come from disk one at a time."""
        self.end()
        return pa.ipc.open_stream(io.BufferedReader(_FromStart(self._file), 1 << 18))

    def close(self) -> None:
        """Discard everything."""
        self.end()
        self._file.close()


class _FromStart(io.RawIOBase):
    """Reads a file from a position of its own."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        self._stream.seek(self._at)
        raw = self._stream.read(len(memoryview(buffer)))
        memoryview(buffer)[: len(raw)] = raw
        self._at += len(raw)
        return len(raw)


class Gathered:
    """Rows of a table that are made into batches; all but the last have `ROWS` rows or a few more."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._rows: list[Row] = []

    def add(self, rows: Iterable[Row]) -> Iterator[pa.RecordBatch]:
        """Take rows; yield a batch once there are enough."""
        self._rows.extend(rows)
        if len(self._rows) >= ROWS:
            yield from self.rest()

    def rest(self) -> Iterator[pa.RecordBatch]:
        """Yield what is left as a batch, if anything is."""
        rows, self._rows = self._rows, []
        if rows:
            yield batch_of(self._schema, rows)


class ParquetFile:
    """A Parquet file on a stream, in row groups of some ten thousand rows."""

    def __init__(self, schema: pa.Schema, stream: BinaryIO) -> None:
        self.schema = schema
        self._writer = pq.ParquetWriter(stream, self.schema, compression="zstd")
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Append a batch."""
        self._waiting.append(batch)
        self._rows += batch.num_rows
        if self._rows >= _GROUP:
            self._flush()

    def end(self) -> None:
        """Complete the file; the stream stays open."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._waiting:
            table = pa.Table.from_batches(self._waiting, self.schema)
            self._writer.write_table(table, row_group_size=max(self._rows, 1))
        self._waiting, self._rows = [], 0
