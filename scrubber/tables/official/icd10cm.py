"""The ICD-10-CM order file of CMS and NCHS: fixed columns, 7 to 13 the code, 15 whether it is billable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from scrubber.errors import TableError
from scrubber.tables.answer import CoveredDays
from scrubber.tables.official.official_file import OfficialFile, OnProgress
from scrubber.tables.official.release import FileKind, ImportOptions, Release, first_day, last_day
from scrubber.tables.vintage import TableRow

_LINE = re.compile(r"\d{5} ([A-Z][0-9A-Z]{2,6}) {1,5}([01]) (\S.*)", re.ASCII)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_APRIL = re.compile(r"apr", re.IGNORECASE)
CODES_OF_A_YEAR = 90_000


def fiscal_year(day: date) -> int:
    """Return the ICD-10-CM (federal fiscal) year of a day; it begins on October 1 of the year before."""
    return day.year + (day.month >= 10)


def _recognizes(file: OfficialFile) -> bool:
    lines = [line for line in file.head(5) if line.strip()]
    return bool(lines) and all(_LINE.match(line) for line in lines[:3])


def _day_in_name(file: OfficialFile) -> date | None:
    """Return the effective date from the year in the name; April releases take effect on April 1."""
    match = _YEAR.search(file.stem)
    if not match:
        return None
    year = int(match[1])
    return date(year, 4, 1) if _APRIL.search(file.stem) else date(year - 1, 10, 1)


def _release(files: Sequence[OfficialFile], options: ImportOptions) -> Release:
    if len(files) > 1:
        raise TableError(f"{files[1].name}: ICD-10-CM is a single file; {files[0].name} was given, too")
    published = first_day(files, options, _day_in_name)
    year = fiscal_year(published)
    last = last_day(published, options, date(year, 9, 30))
    label = f"FY{year}" + ("-April" if (published.month, published.day) == (4, 1) else "")

    def rows(on_progress: OnProgress) -> Iterator[TableRow]:
        file = files[0]
        for number, line in enumerate(file.lines(on_progress), 1):
            if not line.strip():
                continue
            match = _LINE.match(line)
            if not match:
                raise TableError(
                    f"{file.name}:{number}: column {_first_wrong(line)}: not an ICD-10-CM order file line "
                    "(five digits, code in columns 7 to 13, 0 or 1 in column 15, text)"
                )
            yield TableRow(match[1], date.min, date.max, match[2])

    return Release(label, published, CoveredDays(published, last), rows, CODES_OF_A_YEAR)


def _first_wrong(line: str) -> int:
    """Return the column at which a line deviates from an order file."""
    for column, pattern in ((1, r"\d{5} "), (7, r"\d{5} [A-Z][0-9A-Z]{2,6} "), (15, r".{14}[01] ")):
        if not re.match(pattern, line, re.ASCII):
            return column
    return 17


ICD10CM = FileKind(
    "icd10cm",
    "ICD-10-CM order file",
    "CMS and NCHS",
    "every line has a number, a code in columns 7 to 13, and 0 or 1 in column 15",
    _recognizes,
    _release,
)
