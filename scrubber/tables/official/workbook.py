"""Excel workbooks (.xlsx) as CMS publishes them: rows of text, one worksheet at a time, in bounded memory."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, time
from typing import IO, Any

from scrubber.errors import TableError

SUFFIX = ".xlsx"
_MAIN_PART = "xl/workbook.xml"
_MAX_EXPANSION = 200
_MAX_SHARED = 256 << 20
"""The most bytes of texts that several cells may share: they are kept in memory."""
_SHARED = "sharedstrings.xml"


def is_workbook(stream: IO[bytes]) -> bool:
    """Return True if a zip is a workbook."""
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(stream) as archive:
        return _MAIN_PART in archive.namelist()
    return False


def sheet_names(stream: IO[bytes], name: str) -> list[str]:
    """Return the names of the worksheets. Raise TableError if the workbook cannot be read or is too large."""
    with _opened(stream, name) as book:
        return [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]


def sheet_rows(stream: IO[bytes], sheet: str, name: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the rows of a worksheet with their numbers, every cell as text, without blank rows.

    Raise TableError with the row for what cannot be read.
    """
    number = 0
    with _opened(stream, name) as book:
        worksheet = book[sheet]
        # What the file says about its size may be wrong.
        worksheet.reset_dimensions()
        rows = worksheet.iter_rows(values_only=True)
        while True:
            number += 1
            try:
                # Formats that openpyxl does not know are no concern of the values.
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    values = next(rows, None)
            except Exception as error:  # the library has no common error for damaged content
                raise TableError(
                    f"{name}:{number}: column 1: damaged worksheet: {type(error).__name__}"
                ) from error
            if values is None:
                return
            cells = [_text(value) for value in values]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                yield number, cells


def _text(value: Any) -> str:  # noqa: ANN401 - any cell of a workbook
    """Return a cell as it would be written in a CSV file; a day without a time is only a day."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


@contextmanager
def _opened(stream: IO[bytes], name: str) -> Iterator[Any]:
    """Open a workbook for reading row by row, after checking that it does not unpack to far too much."""
    import openpyxl  # noqa: PLC0415 - only a workbook needs it

    try:
        _refuse_bombs(stream, name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except TableError:
        raise
    except Exception as error:  # the library has no common error for damaged content
        raise TableError(f"{name}: damaged workbook: {type(error).__name__}") from error
    try:
        yield book
    finally:
        book.close()


def _refuse_bombs(stream: IO[bytes], name: str) -> None:
    with zipfile.ZipFile(stream) as archive:
        for info in archive.infolist():
            if info.file_size > _MAX_EXPANSION * max(info.compress_size, 1024) or (
                info.filename.lower().endswith(_SHARED) and info.file_size > _MAX_SHARED
            ):
                raise TableError(f"{name}: {info.filename} would unpack to {info.file_size} bytes")
