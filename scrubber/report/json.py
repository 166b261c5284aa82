"""The contract ``scrubber.report/1`` as one JSON document, a claim a line within it."""

from __future__ import annotations

from typing import BinaryIO

from scrubber.report.claim_view import ClaimView
from scrubber.report.model import SCHEMA, FileReport, Report
from scrubber.report.records import claim_record, dump, file_record, head_record
from scrubber.report.writer import Style
from scrubber.text import pour, temporary_text, text_layer


class Writer:
    """Keeps claims until their file is known, and files until the head is."""

    def __init__(self, out: BinaryIO, _style: Style) -> None:
        self._out = text_layer(out)
        self._files = temporary_text()
        self._claims = temporary_text()
        self._file_count = 0
        self._claim_count = 0

    def claim(self, claim: ClaimView) -> None:
        """Keep the claim until its file is complete."""
        self._claims.write(",\n" if self._claim_count else "\n")
        self._claims.write(dump(claim_record(claim.report)))
        self._claim_count += 1

    def file(self, file: FileReport) -> None:
        """Write the file with its claims."""
        self._files.write(",\n" if self._file_count else "\n")
        self._files.write(dump(file_record(file))[:-1] + ', "claims": [')
        pour(self._claims, self._files)
        self._files.write("]}")
        self._file_count += 1
        self._claims = temporary_text()
        self._claim_count = 0

    def abandon(self) -> None:
        """Forget the claims of the current file."""
        self._claims.close()
        self._claims = temporary_text()
        self._claim_count = 0

    def finish(self, report: Report) -> None:
        """Write the head and the files."""
        self._out.write(dump(head_record(report, SCHEMA))[:-1] + ',\n"files": [')
        pour(self._files, self._out)
        self._out.write("]}\n")
        self._out.detach()
