"""Tables with a header row, found by its content; every fault is reported by line and column."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Literal, NamedTuple, Protocol

from scrubber.errors import TableError
from scrubber.tables.official.official_file import OfficialFile, OnProgress
from scrubber.x12.dates import parse_date

HEADER_WITHIN = 60
"""The header is within this many first records; copyright notices precede it."""
csv.field_size_limit(1 << 20)

Columns = Mapping[str, str]
"""Column names mapped to a pattern for the heading, uppercase, with spaces for all but letters and digits. A
name that begins with ``?`` is optional.
"""


class Layout(NamedTuple):
    """The delimiter and quoting of a file, and the columns that identify its kind."""

    columns: Columns
    delimiter: str = ","
    quoted: bool = True


@dataclass(frozen=True, slots=True)
class CsvRecord:
    """One record of a file, with its location for messages."""

    file: str
    line: int
    cells: Sequence[str]
    columns: Mapping[str, int]

    def __getitem__(self, name: str) -> str:
        """Return the cell of a column, stripped; empty if the file has no such column."""
        index = self.columns.get(name)
        return self.cells[index].strip() if index is not None and index < len(self.cells) else ""

    def fault(self, name: str, message: str) -> TableError:
        """Return an error about a cell, with file, line and column (counted from 1)."""
        column = self.columns.get(name, 0) + 1
        return TableError(f"{self.file}:{self.line}: column {column}: {message}")

    def matching(self, name: str, pattern: re.Pattern[str], what: str) -> str:
        """Return the cell. Raise TableError unless it matches the whole pattern."""
        text = self[name]
        if not pattern.fullmatch(text):
            raise self.fault(name, f"{text[:40]!r} is not {what}")
        return text

    def decimal(self, name: str) -> Decimal | None:
        """Return the cell as a number that is not negative, or ``None`` if it is empty. Raise TableError."""
        text = self[name].replace(",", "")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal(-1)
        if not number.is_finite() or number < 0:
            raise self.fault(name, f"{text[:40]!r} is not a number")
        return number

    def day(self, name: str) -> date | None:
        """Return the cell as a date, CCYYMMDD or as usually written, or ``None`` if it is empty."""
        text = self[name]
        if not text:
            return None
        found = day_of(text)
        if found is None:
            raise self.fault(name, f"{text[:40]!r} is not a date")
        return found


def day_of(text: str) -> date | None:
    """Parse a date: 20260401, 2026-04-01 (a time may follow), 04/01/2026, 4-1-2026."""
    if match := re.fullmatch(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ][0-9:.+Z]*)?", text, re.ASCII):
        return parse_date("".join(match.groups()))
    if match := re.fullmatch(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?: [0-9: APM]*)?", text, re.ASCII):
        return parse_date(f"{match[3]}{int(match[1]):02}{int(match[2]):02}")
    return None


def find_columns(file: OfficialFile, layout: Layout) -> dict[str, int] | None:
    """Return the position of each column, from the first records; ``None`` if none is this kind's header."""
    reader = _reader(file, iter(file.head(HEADER_WITHIN)), layout)
    try:
        for cells in islice(reader, HEADER_WITHIN):
            if columns := columns_of(cells, layout.columns):
                return columns
    except csv.Error:
        return None
    return None


def rows_of_cells(
    file: OfficialFile, layout: Layout, on_progress: OnProgress = lambda _: None, *, head: bool = False
) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the rows of cells with the line on which each begins; with ``head`` only the first ones.

    Raise TableError if the file ends within a quoted cell.
    """
    lines = iter(file.head(HEADER_WITHIN)) if head else file.lines(on_progress)
    reader = _reader(file, lines, layout)
    line = 0
    try:
        for cells in reader:
            begins, line = line + 1, reader.line_num
            yield begins, cells
    except csv.Error as error:
        raise TableError(f"{file.name}:{line + 1}: column 1: not a CSV record: {error}") from error


def records(file: OfficialFile, layout: Layout, on_progress: OnProgress) -> Iterator[CsvRecord]:
    """Yield the records after the header, without blank ones.

    Raise TableError if there is no header, if a record is cut off, and if the file ends within a quoted cell.
    """
    columns: dict[str, int] | None = None
    needed = 0
    for begins, cells in rows_of_cells(file, layout, on_progress):
        if columns is None:
            columns = columns_of(cells, layout.columns)
            # In a worksheet, what is missing at the end of a row is empty, not cut off.
            needed = _needed(columns, layout) if columns and not file.sheet else 0
        elif any(cell.strip() for cell in cells):
            if len(cells) < needed:
                raise TableError(
                    f"{file.name}:{begins}: column {len(cells)}: the record ends here; "
                    f"{needed} columns are needed"
                )
            yield CsvRecord(file.name, begins, cells, columns)
    if columns is None:
        raise TableError(f"{file.name}: no row has the headings {readable(layout)}")


def columns_of(cells: Sequence[str], wanted: Columns) -> dict[str, int] | None:
    """Return the positions of the wanted columns in a row of headings, or ``None`` if one is missing."""
    headings = [re.sub(r"[\W_]+", " ", cell.upper()).strip() for cell in cells]
    columns = {}
    for name, pattern in wanted.items():
        places = [index for index, text in enumerate(headings) if re.fullmatch(pattern, text)]
        if places:
            columns[name.removeprefix("?")] = places[0]
        elif not name.startswith("?"):
            return None
    return columns


def _needed(columns: Mapping[str, int], layout: Layout) -> int:
    """Return how many cells a record must have."""
    return 1 + max(columns[name] for name in layout.columns if not name.startswith("?"))


def readable(layout: Layout) -> str:
    """Return the headings that a file must have, for messages."""
    return ", ".join(name for name in layout.columns if not name.startswith("?"))


class _ColumnReader(Protocol):
    """What `csv.reader` returns."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...


def _reader(file: OfficialFile, lines: Iterator[str], layout: Layout) -> _ColumnReader:
    if file.sheet:
        return csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if layout.quoted else csv.QUOTE_NONE
    return csv.reader(lines, delimiter=layout.delimiter, quoting=quoting, strict=True)
