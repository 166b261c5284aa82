"""The formats of the report: one module each, loaded when somebody asks for it."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import BinaryIO

from scrubber.output.formats.base import Style, Writer


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
        module = importlib.import_module(f"scrubber.output.formats.{self.module}")
        writer: Writer = module.Writer(out, style)
        return writer


FORMATS = {
    "text": Format("txt", "as_text"),
    "json": Format("json", "as_json"),
    "jsonl": Format("jsonl", "as_jsonl"),
    "html": Format("html", "as_html"),
    "csv": Format("csv", "as_csv"),
    "xlsx": Format("xlsx", "as_xlsx", binary=True),
    "xml": Format("xml", "as_xml"),
}
"""By the name that ``--format`` takes."""

__all__ = ["FORMATS", "Format", "Style", "Writer"]
