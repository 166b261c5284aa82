"""The work list as an Excel workbook, with separate sheets for the totals and for what was not checked."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, BinaryIO

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from scrubber.report.claim_view import ClaimView
from scrubber.report.file_view import FileView
from scrubber.report.model import Report
from scrubber.report.shared import sharing_of
from scrubber.report.tally import Tally
from scrubber.report.worklist.rows import HEADINGS, WorkRow, claim_rows, file_rows, note_rows
from scrubber.report.worklist.sheet import Column, SheetTable, fill
from scrubber.report.writer import Style
from scrubber.text import temporary_text

BOOK_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDTHS = (24, 18, 10, 9, 10, 34, 12, 26, 14, 24, 12, 11, 6, 11, 10, 9, 60, 60, 9, 30, 14, 8)
_KINDS = {"service date": "date", "charge": "money"}
_WORK = tuple(
    Column(heading, width, _KINDS.get(heading, "text"))
    for heading, width in zip(HEADINGS, _WIDTHS, strict=True)
)
_NUMBERS = (
    Column("by", 8), Column("name", 24), Column("title", 44), Column("severity", 10),
    Column("findings", 10), Column("claims", 10), Column("held", 10),
    Column("held charges", 14, "money"), Column("clean-claim rate", 16, "share"),
)  # fmt: skip
_UNCHECKED = (
    Column("file", 24), Column("why", 70), Column("edits", 40), Column("claims", 10),
    Column("charges", 14, "money"),
)  # fmt: skip


class Writer:
    """A writer that keeps all rows in temporary files, one per line, and makes the workbook at the end."""

    def __init__(self, out: BinaryIO, style: Style) -> None:
        self._out = out
        self._style = style
        self._claims, self._work, self._unchecked = temporary_text(), temporary_text(), temporary_text()
        self._tally, self._all = Tally(), Tally()

    def claim(self, claim: ClaimView) -> None:
        """Keep the claim's rows until the name of the file is known."""
        self._tally.add(claim)
        for index, row in claim_rows(claim, self._style):
            self._claims.write(json.dumps((claim.ordinal, index, row)) + "\n")

    def file(self, view: FileView) -> None:
        """Keep the rows of the file, then those of its claims."""
        file = view.report
        for entry in file_rows(view, self._style):
            self._work.write(json.dumps((file.name, *entry)) + "\n")
        told = view.shared.told()
        for ordinal, index, values in _kept(self._claims):
            work = WorkRow(*values)
            if sharing := sharing_of(told, ordinal, index):
                work = work._replace(claims=sharing.claims)
            self._work.write(json.dumps((file.name, *work)) + "\n")
        self._tally.add_file(file)
        for entry in note_rows(view, self._tally, self._style):
            self._work.write(json.dumps((file.name, *entry)) + "\n")
        for reason in file.not_checked:
            edits = ", ".join(reason.edits)
            unchecked = (file.name, reason.why, edits, reason.claims, reason.charges)
            self._unchecked.write(json.dumps(unchecked) + "\n")
        self._all.add_tally(self._tally)
        self.abandon()

    def abandon(self) -> None:
        """Discard the rows of the current file."""
        self._claims.close()
        self._claims = temporary_text()
        self._tally = Tally()

    def finish(self, report: Report) -> None:
        """Make the workbook. Raise OSError."""
        # XlsxWriter leaves its temporary files behind if it fails, so they are in a folder that is removed.
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "book.xlsx"
            book = xlsxwriter.Workbook(path, {**BOOK_OPTIONS, "tmpdir": folder})
            book.use_zip64()
            # A workbook contains its time of creation; the same input must give the same bytes.
            book.set_properties({"title": "Claims", "created": datetime.combine(report.as_of, time())})
            fill(
                book,
                SheetTable("work list", _WORK, (_cells(*row) for row in _kept(self._work))),
                SheetTable("numbers", _NUMBERS, _numbers(self._all, self._style)),
                SheetTable("not checked", _UNCHECKED, _amounts(_kept(self._unchecked))),
            )
            try:
                book.close()
            except FileCreateError as error:
                raise error.args[0] from None
            with path.open("rb") as made:
                shutil.copyfileobj(made, self._out)
        for kept in (self._claims, self._work, self._unchecked):
            kept.close()


def _kept(lines: IO[str]) -> Iterator[list[Any]]:
    lines.seek(0)
    return map(json.loads, lines)


def _amounts(rows: Iterable[list[Any]]) -> Iterator[tuple[object, ...]]:
    """Yield rows whose last cell is an amount in dollars, as a typed value."""
    for *cells, charges in rows:
        yield *cells, Decimal(charges)


def _cells(name: str, *values: Any) -> tuple[object, ...]:  # noqa: ANN401 - texts and numbers
    """Return a row with its date and its amount as typed values."""
    row = WorkRow(*values)
    cells: dict[str, object] = row._asdict()
    cells["service_date"] = date.fromisoformat(row.service_date) if row.service_date else None
    cells["charge"] = Decimal(row.charge) if row.charge else None
    return name, *cells.values()


def _numbers(tally: Tally, style: Style) -> Iterator[tuple[object, ...]]:
    total = tally.total
    yield "all", "", "", "", sum(tally.findings.values()), total.claims, total.held, total.dollars, total.rate
    for (edit, kind), count in sorted(tally.findings.items(), key=lambda item: (-item[1], item[0])):
        holds = tally.edits.get(edit) if kind == "reject" else None
        held, charges = (holds.held, holds.dollars) if holds else (None, None)
        yield "edit", edit, style.title(edit), kind, count, None, held, charges, None
    for payer, sums in sorted(tally.payers.items()):
        name = tally.names.get(payer, "")
        yield "payer", payer or "unknown", name, "", None, sums.claims, sums.held, sums.dollars, sums.rate
