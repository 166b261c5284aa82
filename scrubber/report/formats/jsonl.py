"""The report as JSON lines: one claim per line, each with the name of its file."""

from __future__ import annotations

from typing import BinaryIO

from scrubber.report.claim_view import ClaimView
from scrubber.report.file_view import FileView
from scrubber.report.formats.json import counted_line, dump
from scrubber.report.model import SCHEMA, Report
from scrubber.report.writer import Style
from scrubber.text import Spool


class Writer:
    """A writer that keeps claims until their file is complete."""

    def __init__(self, out: BinaryIO, _style: Style) -> None:
        self._out = out
        self._claims = Spool()

    def claim(self, claim: ClaimView) -> None:
        """Keep the claim until its file is complete."""
        self._claims.write(dump(claim.report) + b"\n")

    def file(self, file: FileView) -> None:
        """Write the claims of the file."""
        values = dump(SCHEMA), dump(file.report.name), dump(file.partial), dump(file.report_only)
        head = b'{"schema": %s, "file": %s, "partial": %s, "report_only": %s, ' % values
        told = file.shared.told()
        for ordinal, line in enumerate(self._claims, 1):
            claim = counted_line(line, told[ordinal]) if ordinal in told else line
            self._out.write(head + claim[1:])
        self._claims.close()
        self._claims = Spool()

    def abandon(self) -> None:
        """Discard the claims of the current file."""
        self._claims.close()
        self._claims = Spool()

    def finish(self, _report: Report) -> None:
        """Close the report: every line is already written."""
        self._out.flush()
