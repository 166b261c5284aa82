"""The formats of the report, one module each, loaded on demand; and the tables, files of their own."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from typing import BinaryIO

from msgspec import Struct

from scrubber.errors import ConfigurationError
from scrubber.report.writer import Style, Writer


class Format(Struct, frozen=True):
    """A format: the suffix of its files, and the module of this package whose ``Writer`` writes it.

    Formats ``for_files`` are never printed to a terminal.
    """

    suffix: str
    module: str
    for_files: bool = False

    def writer(self, out: BinaryIO, style: Style) -> Writer:
        """Start a report on a binary stream."""
        module = importlib.import_module(f"scrubber.report.{self.module}")
        writer: Writer = module.Writer(out, style)
        return writer


FORMATS = {
    "text": Format("txt", "formats.text"),
    "json": Format("json", "formats.json"),
    "jsonl": Format("jsonl", "formats.jsonl"),
    "html": Format("html", "html.writer", for_files=True),
    "csv": Format("csv", "worklist.csv"),
    "xlsx": Format("xlsx", "worklist.xlsx", for_files=True),
    "xml": Format("xml", "formats.xml"),
}
"""Formats by their name for ``--format``."""

PARQUET = "parquet"
"""The format that is not one report but five tables, each a Parquet file; it needs pyarrow."""
NAMES = (*FORMATS, PARQUET)
"""All names for ``--format``."""


def require_arrow() -> None:
    """Raise ConfigurationError if pyarrow is not installed."""
    if importlib.util.find_spec("pyarrow") is None:
        raise ConfigurationError(
            "Parquet and Arrow tables need pyarrow, the extra `arrow`: pip install 'scrubber837[arrow]'"
        )


def parquet_writer(create: Callable[[str], BinaryIO], stem: str = "") -> Writer:
    """Start the five tables, on streams that ``create`` opens by name. Raise ConfigurationError."""
    require_arrow()
    from scrubber.report.arrow.writer import parquet_writer  # noqa: PLC0415 - needs the extra

    return parquet_writer(create, stem)


__all__ = ["FORMATS", "NAMES", "PARQUET", "Format", "Style", "Writer", "parquet_writer", "require_arrow"]
