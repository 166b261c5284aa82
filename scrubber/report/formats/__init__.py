"""The formats of the report: one module each, loaded on demand."""

from __future__ import annotations

import importlib
from typing import BinaryIO

from msgspec import Struct

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

__all__ = ["FORMATS", "Format", "Style", "Writer"]
