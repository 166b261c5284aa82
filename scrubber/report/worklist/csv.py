"""The work list for a spreadsheet: one finding per row, in UTF-8 with a byte order mark for Excel."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import IO, BinaryIO

from scrubber.report.claim_view import ClaimView
from scrubber.report.file_view import FileView
from scrubber.report.model import Report
from scrubber.report.shared import Told, sharing_of
from scrubber.report.tally import Tally
from scrubber.report.worklist.rows import HEADINGS, WorkRow, claim_rows, file_rows, note_rows
from scrubber.report.writer import Style
from scrubber.text import cell, plain, temporary_text, text_layer

_MARK = "\ufeff"
"""Without it, Excel decodes the text in a legacy code page."""
_LINE_END = "\r\n"
_CHARGE = HEADINGS.index("charge") - 1


class Writer:
    """A writer that keeps the claims' rows until the name of their file is known."""

    def __init__(self, out: BinaryIO, style: Style) -> None:
        self._out = text_layer(out)
        self._style = style
        self._rows = temporary_text()
        self._tally = Tally()
        self._out.write(_MARK)
        _write(self._out, [HEADINGS])

    def claim(self, claim: ClaimView) -> None:
        """Keep the claim's rows."""
        self._tally.add(claim)
        for index, row in claim_rows(claim, self._style):
            # The number of claims that share a fault, in the last cell, is not known yet.
            self._rows.write("\t" if index is None else f"{claim.ordinal} {index}\t")
            _write(self._rows, [_cells(row)])

    def file(self, view: FileView) -> None:
        """Write the rows of the file, then those of its claims."""
        file = view.report
        name = cell(plain(file.name))
        _write(self._out, ([name, *_cells(row)] for row in file_rows(view, self._style)))
        self._rows.seek(0)
        first = _beginning(name)
        told = view.shared.told()
        # No cell has a line end in it, so a line is a row.
        self._out.writelines(first + _counted(row, told) for row in self._rows)
        self._tally.add_file(file)
        _write(self._out, ([name, *_cells(row)] for row in note_rows(view, self._tally, self._style)))
        self.abandon()

    def abandon(self) -> None:
        """Discard the rows of the current file."""
        self._rows.close()
        self._rows = temporary_text()
        self._tally = Tally()

    def finish(self, _report: Report) -> None:
        """Close the report: every row is already written."""
        self._rows.close()
        self._out.detach()


def _write(out: IO[str], rows: Iterable[Iterable[object]]) -> None:
    csv.writer(out, lineterminator=_LINE_END).writerows(rows)


def _counted(line: str, told: Told) -> str:
    """Return a kept row with the number of claims that share its fault."""
    place, _, row = line.partition("\t")
    if place and told:
        ordinal, index = map(int, place.split())
        sharing = sharing_of(told, ordinal, index)
        if sharing:
            return f"{row.removesuffix(_LINE_END)}{sharing.claims}{_LINE_END}"
    return row


def _beginning(cell: str) -> str:
    """Return the text of a row's first cell, up to the next cell."""
    text = io.StringIO()
    _write(text, [[cell, ""]])
    return text.getvalue().removesuffix(_LINE_END)


def _cells(row: WorkRow) -> list[object]:
    # A charge is a number: its minus sign does not start a formula.
    return [
        cell(value) if isinstance(value, str) and at != _CHARGE else value for at, value in enumerate(row)
    ]
