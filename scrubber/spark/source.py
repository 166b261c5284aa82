"""Tables of 837 files as DataFrames: ``spark.read.format("scrubber837")``, and of a column of contents.

A partition is a few small files, or a range of a large one. Each is evaluated in a child process, so what
kills that is a row of the table `files` and no failed job.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql.datasource import DataSource, DataSourceReader, EqualTo, Filter, In, InputPartition
from pyspark.sql.pandas.types import from_arrow_schema

from scrubber.engine.memory.evaluator import Evaluator
from scrubber.errors import ConfigurationError
from scrubber.pipeline.preflight import Preflight, preflight
from scrubber.pipeline.ranges import Range, facts_for, ranges_of
from scrubber.report.arrow.batches import batch_of
from scrubber.report.arrow.columns import TABLES, names
from scrubber.report.arrow.schema import schema_of
from scrubber.spark.bundle import Bundle, policy_of
from scrubber.spark.inputs import SPLIT, InputFile, inputs_of, is_large, packed
from scrubber.spark.isolated import Failure, Isolated
from scrubber.spark.units import Unit, failed_row, write_table
from scrubber.x12.source import source_of_bytes, source_of_path

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

NAME = "scrubber837"
_TASKS = 64
"""How many tasks small files are packed for; Spark does not say how many run at a time."""


class Files(InputPartition):  # type: ignore[misc] # PySpark may not be installed where types are checked
    """Small files of a partition."""

    def __init__(self, files: Sequence[InputFile]) -> None:
        super().__init__(None)
        self.files = tuple(files)


class Part(InputPartition):  # type: ignore[misc] # see above
    """A range of a large file, with what preflight found out about its claims."""

    def __init__(self, file: InputFile, first: Preflight, part: Range) -> None:
        super().__init__(None)
        self.file = file
        self.first = first
        self.part = part


class _Options:
    """The options of a read: ``table``, ``columns``, ``mask`` and ``split`` (bytes)."""

    def __init__(self, options: Any) -> None:  # noqa: ANN401 - Spark's own dictionary
        self.table = str(options.get("table", "claims"))
        if self.table not in TABLES:
            raise ConfigurationError(f"table: there are {', '.join(TABLES)}")
        known = names(self.table)
        asked = [name.strip() for name in str(options.get("columns", "")).split(",") if name.strip()]
        if unknown := [name for name in asked if name not in known]:
            raise ConfigurationError(f"columns: {self.table} has no {unknown[0]}")
        self.columns = tuple(asked or known)
        self.masked = str(options.get("mask", "false")).lower() == "true"
        self.split = int(options.get("split", SPLIT))

    @property
    def schema(self) -> pa.Schema:
        """The schema of what is read."""
        schema = schema_of(self.table)
        return pa.schema([schema.field(name) for name in self.columns])


class ScrubberSource(DataSource):  # type: ignore[misc] # see above
    """The data source. A subclass made by `source_of` has the bundle that decides."""

    bundle: Bundle

    @classmethod
    def name(cls) -> str:
        """Return the name of the format."""
        return NAME

    def schema(self) -> StructType:
        """Return the schema of the table that is asked for."""
        return from_arrow_schema(_Options(self.options).schema)

    def reader(self, schema: StructType) -> DataSourceReader:
        """Return what reads the table: the columns of ``schema``, which may be one that the user gave."""
        return _Reader(self.bundle, {**self.options, "columns": ",".join(schema.names)})


class _Reader(DataSourceReader):  # type: ignore[misc] # see above
    def __init__(self, bundle: Bundle, options: Any) -> None:  # noqa: ANN401 - Spark's own dictionary
        self._bundle = bundle
        self._options = _Options(options)
        path = options.get("path")
        if not path:
            raise ConfigurationError("load a folder or a file: spark.read.format(…).load(PATH)")
        self._root = str(path).removeprefix("file://")
        self._only: frozenset[str] | None = None

    def pushFilters(self, filters: list[Filter]) -> Iterable[Filter]:  # noqa: N802 - Spark's name
        """Take what is asked of the column `file`: other files are not read. Return all other filters."""
        for one in filters:
            values = _files_asked(one)
            if values is None:
                yield one
            else:
                self._only = values if self._only is None else self._only & values

    def partitions(self) -> Sequence[InputPartition]:
        """Return packs of small files, and ranges of large ones, of which preflight is done here."""
        options = self._options
        files = inputs_of(Path(self._root))
        if self._only is not None and not options.masked:
            files = [file for file in files if file.below in self._only]
        cuts = [file for file in files if is_large(file, options.split) and options.table != "files"]
        large = {file.below for file in cuts}
        rest = [file for file in files if file.below not in large]
        return [
            *(part for file in cuts for part in self._parts(file)),
            *map(Files, packed(rest, _TASKS, options.split)),
        ]

    def _parts(self, file: InputFile) -> Iterator[InputPartition]:
        policy = policy_of(self._bundle)
        source = source_of_path(Path(file.path))
        try:
            first = preflight(source, policy)
            for part in ranges_of(source, first, self._options.split):
                facts = facts_for(first, part)
                facts.findings = first.findings if part.start == 0 else []
                yield Part(file, facts, part)
        except OSError:
            yield Files((file,))  # the task will say why

    def read(self, partition: InputPartition) -> Iterator[pa.RecordBatch]:
        """Yield the batches of a partition."""
        options = self._options

        def unit(file: InputFile, first: Preflight | None = None, part: Range | None = None) -> Unit:
            source = source_of_path(Path(file.path))
            return Unit(source, file.below, options.table, options.columns, options.masked, first, part)

        if isinstance(partition, Part):
            units = [unit(partition.file, partition.first, partition.part)]
        else:
            assert isinstance(partition, Files)
            units = [unit(file) for file in partition.files]
        yield from batches_of(self._bundle, units)


def _files_asked(one: Filter) -> frozenset[str] | None:
    """Return the names of files that a filter lets pass; ``None`` if it is about something else."""
    if isinstance(one, EqualTo) and one.attribute == ("file",):
        return frozenset((str(one.value),))
    if isinstance(one, In) and one.attribute == ("file",):
        return frozenset(map(str, one.value))
    return None


def source_of(bundle: Bundle) -> type[ScrubberSource]:
    """Return the data source with a bundle, to be registered: ``spark.dataSource.register(source_of(…))``."""
    return type("ScrubberSource", (ScrubberSource,), {"bundle": bundle})


def table_of(
    frame: DataFrame,
    bundle: Bundle,
    table: str = "claims",
    *,
    path: str = "path",
    content: str = "content",
    mask: bool = False,
) -> DataFrame:
    """Return a table of the files in two columns of a DataFrame, such as Spark's own ``binaryFile`` has them.

    It is ``DataFrame.mapInArrow``; each content is in memory as a whole.
    """
    options = _Options({"table": table, "mask": str(mask)})
    schema = from_arrow_schema(options.schema)
    work = partial(_batches_of_contents, bundle, table, options.columns, mask)
    return frame.select(path, content).mapInArrow(work, schema)


def _batches_of_contents(
    bundle: Bundle, table: str, columns: tuple[str, ...], masked: bool, batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for path, content in zip(*batch.columns, strict=True):
            yield from batches_of(bundle, [_Content(path.as_py(), content.as_py(), table, columns, masked)])


class _Content:
    """A file whose bytes are at hand."""

    def __init__(self, name: str, raw: bytes, table: str, columns: tuple[str, ...], masked: bool) -> None:
        self.name = name
        self.table = table
        self.columns = columns
        self._raw = raw
        self._masked = masked

    def unit(self) -> Unit:
        source = source_of_bytes(self._raw or b"")
        return Unit(source, self.name, self.table, self.columns, self._masked)


def batches_of(bundle: Bundle, units: Sequence[Unit | _Content]) -> Iterator[pa.RecordBatch]:
    """Yield the batches of units, each when it is complete; what fails is a row of the table `files`."""
    os.umask(0o077)
    if not bundle.has_own_edits:
        policy_of(bundle)
    with tempfile.TemporaryDirectory(prefix="scrubber-") as folder, Isolated(_Maker(bundle)) as isolated:
        for number, unit in enumerate(units):
            path = Path(folder, str(number))
            try:
                isolated((unit, path))
            except Failure as failure:
                if unit.table == "files":
                    row = failed_row(unit.name, str(failure))
                    yield batch_of(schema_of("files"), [row]).select(unit.columns)
                continue
            with _opened(path) as stream:
                yield from stream
            path.unlink()


class _Maker:
    """Makes tables in a child process."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._evaluator: Evaluator | None = None

    def __call__(self, question: tuple[Unit | _Content, Path]) -> None:
        if self._evaluator is None:
            self._evaluator = Evaluator(policy_of(self._bundle))
        unit, path = question
        write_table(unit.unit() if isinstance(unit, _Content) else unit, self._evaluator, path)


@contextmanager
def _opened(path: Path) -> Iterator[pa.RecordBatchReader]:
    with path.open("rb") as stream, pa.ipc.open_stream(stream) as reader:
        yield reader
