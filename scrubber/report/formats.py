"""The formats of the report: one module each, loaded when somebody asks for it."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import BinaryIO

from scrubber.report.writer import Style, Writer


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the suffix of its files, and the module here whose ``Writer`` writes it.

    ``binary`` formats are for files only, never for a terminal.
    """

    suffix: str
    module: str
    binary: bool = False

    def writer(self, out: BinaryIO, style: Style) -> Writer:
        """Begin a report on a binary stream."""
        module = importlib.import_module(f"scrubber.report.{self.module}")
        writer: Writer = module.Writer(out, style)
        return writer


FORMATS = {
    "text": Format("txt", "text"),
    "json": Format("json", "json"),
    "jsonl": Format("jsonl", "jsonl"),
    "html": Format("html", "html.writer"),
    "csv": Format("csv", "worklist.csv"),
    "xlsx": Format("xlsx", "worklist.xlsx", binary=True),
    "xml": Format("xml", "xml"),
}
"""By the name that ``--format`` takes."""

__all__ = ["FORMATS", "Format", "Style", "Writer"]
