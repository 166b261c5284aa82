"""What programs use of Spark: they have a session, and say what decides as for `scrubber.make_policy`."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from scrubber.api import make_policy
from scrubber.engine.loading.config import Configuration, load_configuration
from scrubber.spark.bundle import Bundle, make_bundle

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def register(
    session: SparkSession,
    *,
    as_of: date | str | None = None,
    pack: str = "",
    config: str | Path | None = None,
    edits: Iterable[str | Path] = (),
    tables: str | Path | None = None,
    lock: str | Path | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    fix: Iterable[str] = ("safe",),
    strict: bool = False,
    report_only: bool = False,
) -> Bundle:
    """Make ``scrubber837`` a format of this session; return the bundle, which `tables_of` takes.

    The arguments are those of `scrubber.make_policy`. What the user adds to the installation (own edits,
    imported tables) is sent to each machine once. Options of a read: ``table`` (``claims``), ``columns``,
    ``mask`` and ``split``, the size of ranges in bytes. Raise ConfigurationError or TableError.
    """
    from scrubber.spark.source import source_of  # noqa: PLC0415 - needs PySpark

    own = [Path(folder) for folder in edits]
    known = load_configuration(Path(config)) if config else Configuration()
    policy = make_policy(
        pack=pack,
        config=config,
        edits=own,
        tables=tables,
        select=select,
        ignore=ignore,
        fix=fix,
        as_of=date.fromisoformat(as_of) if isinstance(as_of, str) else as_of,
        lock=lock,
        strict=strict,
        report_only=report_only,
    )
    folder = Path(tempfile.mkdtemp(prefix="scrubber-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    imported = Path(tables) if tables else known.tables
    bundle = make_bundle(policy, folder, [*known.edits, *own], imported, Path(lock) if lock else None)
    session.sparkContext.addFile(bundle.path)
    session.dataSource.register(source_of(bundle))
    return bundle


def tables_of(
    frame: DataFrame,
    bundle: Bundle,
    table: str = "claims",
    *,
    path: str = "path",
    content: str = "content",
    mask: bool = False,
) -> DataFrame:
    """Return a table of the files whose names and contents are in two columns of a DataFrame.

    It is ``DataFrame.mapInArrow``; each content is in memory as a whole. Spark's own ``binaryFile`` has such
    columns, from any storage that Spark reads.
    """
    from scrubber.spark.source import table_of  # noqa: PLC0415 - needs PySpark

    return table_of(frame, bundle, table, path=path, content=content, mask=mask)
