"""The report as one JSON document, with one claim per line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import BinaryIO

import msgspec

from scrubber.report.claim_view import ClaimView
from scrubber.report.file_view import FileView
from scrubber.report.model import ClaimReport, Report
from scrubber.report.shared import Sharing, with_counts
from scrubber.report.writer import Style
from scrubber.text import Spool

_CONTROL = re.compile("[\x7f-\x9f\u2028\u2029]")
"""Characters that JSON allows unescaped, but that control terminals or end lines for some readers."""


def dump(value: msgspec.Struct | str | bool | None) -> bytes:
    """Return a part of the report as JSON, on one line."""
    return _escaped(msgspec.json.format(msgspec.json.encode(value), indent=0))


def _escaped(raw: bytes) -> bytes:
    if raw.isascii() and b"\x7f" not in raw:  # nearly always, and found out in no time
        return raw
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", raw.decode()).encode()


def pour_claims(claims: Spool, out: Spool, file: FileView) -> None:
    """Append the claims of a file, one a line, with the numbers of claims that share a fault; close them."""
    told = file.shared.told()
    if told:
        # The first line is empty: each claim begins with the end of the line before it.
        for ordinal, line in enumerate(claims):
            out.write(counted_line(line, told[ordinal]) if ordinal in told else line)
        claims.close()
    else:
        claims.pour(out)


def counted_line(line: bytes, told: Mapping[int, Sharing]) -> bytes:
    """Return the line of a claim with the numbers of claims that share its faults."""
    record = line.rstrip(b"\n,")
    report = with_counts(msgspec.json.decode(record, type=ClaimReport), told)
    return dump(report) + line[len(record) :]


class Writer:
    """A writer that keeps claims until their file is complete, and files until the run is complete."""

    def __init__(self, out: BinaryIO, _style: Style) -> None:
        self._out = out
        self._files = Spool()
        self._claims = Spool()
        self._file_count = 0
        self._claim_count = 0

    def claim(self, claim: ClaimView) -> None:
        """Keep the claim until its file is complete."""
        self._claims.write((b",\n" if self._claim_count else b"\n") + dump(claim.report))
        self._claim_count += 1

    def file(self, file: FileView) -> None:
        """Write the file with its claims."""
        self._files.write(b",\n" if self._file_count else b"\n")
        self._files.write(dump(file.report).removesuffix(b"]}"))  # its last value is the empty list of claims
        pour_claims(self._claims, self._files, file)
        self._files.write(b"]}")
        self._file_count += 1
        self._claims = Spool()
        self._claim_count = 0

    def abandon(self) -> None:
        """Discard the claims of the current file."""
        self._claims.close()
        self._claims = Spool()
        self._claim_count = 0

    def finish(self, report: Report) -> None:
        """Write the run's values, then the files."""
        self._out.write(dump(report).removesuffix(b"]}"))  # its last value is the empty list of files
        self._files.pour(self._out)
        self._out.write(b"]}\n")
        self._out.flush()
