"""The report as one JSON document, with one claim per line."""

from __future__ import annotations

import re
from typing import BinaryIO

import msgspec

from scrubber.report.claim_view import ClaimView
from scrubber.report.file_view import FileView
from scrubber.report.model import Report
from scrubber.report.writer import Style
from scrubber.text import pour, temporary_text, text_layer

_CONTROL = re.compile("[\x7f-\x9f\u2028\u2029]")
"""Characters that JSON allows unescaped, but that control terminals or end lines for some readers."""


def dump(value: msgspec.Struct) -> str:
    """Return a part of the report as JSON, on one line."""
    return _escaped(msgspec.json.format(msgspec.json.encode(value), indent=0).decode())


def quoted(text: str) -> str:
    """Return a text as JSON."""
    return _escaped(msgspec.json.encode(text).decode())


def _escaped(text: str) -> str:
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class Writer:
    """A writer that keeps claims until their file is complete, and files until the run is complete."""

    def __init__(self, out: BinaryIO, _style: Style) -> None:
        self._out = text_layer(out)
        self._files = temporary_text()
        self._claims = temporary_text()
        self._file_count = 0
        self._claim_count = 0

    def claim(self, claim: ClaimView) -> None:
        """Keep the claim until its file is complete."""
        self._claims.write(",\n" if self._claim_count else "\n")
        self._claims.write(dump(claim.report))
        self._claim_count += 1

    def file(self, file: FileView) -> None:
        """Write the file with its claims."""
        self._files.write(",\n" if self._file_count else "\n")
        self._files.write(dump(file.report).removesuffix("]}"))  # its last value is the empty list of claims
        pour(self._claims, self._files)
        self._files.write("]}")
        self._file_count += 1
        self._claims = temporary_text()
        self._claim_count = 0

    def abandon(self) -> None:
        """Discard the claims of the current file."""
        self._claims.close()
        self._claims = temporary_text()
        self._claim_count = 0

    def finish(self, report: Report) -> None:
        """Write the run's values, then the files."""
        self._out.write(dump(report).removesuffix("]}"))  # its last value is the empty list of files
        pour(self._files, self._out)
        self._out.write("]}\n")
        self._out.detach()
