"""Read new values from a list of corrections as `work list` writes it: a workbook, or CSV."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from scrubber.spool.corrections.values import NewValue, NewValueError
from scrubber.text import cell

SHEET = "corrections"
NEW_VALUE = "new value"
_NEEDED = ("id", "place", NEW_VALUE, "job")
_MOST_ROWS = 200_000
_Rows = Iterable[tuple[str, Sequence[object]]]
"""Rows of cells, each with its name for people."""


def read_new_values(path: Path) -> list[NewValue]:
    """Return the new values of a list in which some were entered. Raise NewValueError, OSError."""
    with path.open("rb") as stream:
        is_book = stream.read(2) == b"PK"
    rows = _rows_of_book(path) if is_book else _rows_of_csv(path)
    return list(_values(rows))


def _values(rows: _Rows) -> Iterator[NewValue]:
    columns: dict[str, int] = {}
    for name, cells in rows:
        if not columns:
            columns = {str(text or "").strip().lower(): at for at, text in enumerate(cells)}
            missing = [column for column in _NEEDED if column not in columns]
            if missing:
                raise NewValueError([f"{name}: there is no column {', '.join(missing)}"])
            continue
        claim, place, value, job = (_cell(cells, columns[column]) for column in _NEEDED)
        text = _text(value)
        if text:
            yield NewValue(
                claim=_text(claim),
                place=_text(place),
                value=text,
                job=_text(job),
                source=f"{name}, column {NEW_VALUE}",
                is_number=isinstance(value, int | float | Decimal),
            )


def _cell(cells: Sequence[object], at: int) -> object:
    return cells[at] if at < len(cells) else None


def _text(value: object) -> str:
    """Return a cell as it would have been entered in an 837. Days are typed cells of a spreadsheet."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.strftime("%Y%m%d")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    # What protects a spreadsheet from formulas is not part of the value.
    return text[1:] if text.startswith("'") and cell(text[1:]) == text else text


def _rows_of_csv(path: Path) -> _Rows:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for number, cells in enumerate(csv.reader(stream), 1):
                yield f"row {_counted(number)}", cells
    except (UnicodeDecodeError, csv.Error) as error:
        raise NewValueError([f"{path}: neither a workbook (.xlsx) nor CSV in UTF-8"]) from error


def _rows_of_book(path: Path) -> _Rows:
    import openpyxl  # noqa: PLC0415 - slow to load, and CSV needs none

    try:
        # As a stream: the name of the file does not matter.
        with path.open("rb") as stream:
            book: Any = openpyxl.load_workbook(stream, read_only=True, data_only=True)
            sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
            for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                yield f"sheet {sheet.title}, row {_counted(number)}", cells
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise NewValueError([f"{path}: this workbook cannot be read; save it again as .xlsx"]) from error


def _counted(number: int) -> int:
    if number > _MOST_ROWS:
        raise NewValueError([f"the list has more than {_MOST_ROWS:,} rows"])
    return number
