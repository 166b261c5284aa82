"""Tables of a workbook, written row by row; if a sheet is full, the table continues on another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from scrubber.text import plain

MOST_ROWS = 1_048_576
"""The most rows that Excel can read on one sheet, including the heading."""
_FIRST_DAY = date(1900, 3, 1)
"""Before this date Excel counts a day that did not exist."""
_FORMATS = {"date": "yyyy-mm-dd", "money": "#,##0.00", "share": "0.0%", "entry": "@"}


class Column(NamedTuple):
    """A column: its heading, its width in characters, and the format of its numbers.

    An ``entry`` is for people to fill in: what they type stays text, with its leading zeros.
    """

    heading: str
    width: int
    kind: Literal["text", "date", "money", "share", "entry"] | str = "text"  # noqa: PYI051 - documents the values


class SheetTable(NamedTuple):
    """A table: the name of its sheet, its columns, and its rows, with a value for every column."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Iterable[object]]


def fill(book: Any, *tables: SheetTable) -> None:  # noqa: ANN401 - untyped
    """Write tables into an XlsxWriter workbook, each on its own sheet, and on more if that is full."""
    sheets = [_Sheet(book, table) for table in tables]
    for sheet, table in zip(sheets, tables, strict=True):
        for row in table.rows:
            sheet.add(row)
        sheet.close()


class _Sheet:
    """A table with a frozen heading and filters."""

    def __init__(self, book: Any, table: SheetTable) -> None:  # noqa: ANN401 - untyped
        self._book = book
        self._table = table
        self._formats = {kind: book.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
        self._heading = book.add_format({"bold": True, "bottom": 1})
        self._sheets = 0
        self._begin()

    def add(self, row: Iterable[object]) -> None:
        """Write a row. Texts are written as texts, whatever they look like."""
        if self._row >= MOST_ROWS:
            self.close()
            self._begin()
        for at, (value, column) in enumerate(zip(row, self._table.columns, strict=True)):
            self._write(at, value, self._formats.get(column.kind))
        self._row += 1

    def close(self) -> None:
        """Add the filters, once the length of the table is known."""
        self._sheet.autofilter(0, 0, self._row - 1, len(self._table.columns) - 1)

    def _begin(self) -> None:
        self._sheets += 1
        number = f" {self._sheets}" if self._sheets > 1 else ""
        self._sheet = self._book.add_worksheet(self._table.name + number)
        self._sheet.freeze_panes(1, 0)
        for at, column in enumerate(self._table.columns):
            form = self._formats["entry"] if column.kind == "entry" else None
            self._sheet.set_column(at, at, column.width, form)
            self._sheet.write_string(0, at, column.heading, self._heading)
        self._row = 1

    def _write(self, at: int, value: object, form: Any) -> None:  # noqa: ANN401 - untyped
        if value is None or value == "":
            return
        if isinstance(value, date) and value >= _FIRST_DAY:
            self._sheet.write_datetime(self._row, at, datetime.combine(value, time()), form)
        elif isinstance(value, int | float) or (isinstance(value, Decimal) and _is_kept(value)):
            self._sheet.write_number(self._row, at, value, form)
        else:
            # XlsxWriter cuts texts that are too long for a cell.
            self._sheet.write_string(self._row, at, plain(str(value)))


def _is_kept(amount: Decimal) -> bool:
    """Return True if Excel, which keeps fifteen digits, does not round an amount."""
    return Decimal(f"{float(amount):.15g}") == amount
