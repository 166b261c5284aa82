"""ZIP codes: the quarterly file of state, Medicare carrier (MAC) and payment locality, 80 columns wide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from scrubber.errors import TableError
from scrubber.tables.answer import CoveredDays
from scrubber.tables.official.official_file import OfficialFile, OnProgress
from scrubber.tables.official.release import (
    MONTHS,
    FileKind,
    ImportOptions,
    Release,
    first_day,
    last_day,
    quarter_of,
)
from scrubber.tables.rows import ZipLocality
from scrubber.tables.vintage import TableRow

_LINE = re.compile(
    r"(?P<area>[A-Z]{2})(?P<zip>\d{5})(?P<carrier>\d{5})(?P<locality>\d{2})(?P<rural>[ RB]).{5}"
    r"(?P<plus_four>[01 ]).{54}(?P<year>20\d\d)(?P<quarter>[1-4]) *",
    re.ASCII,
)
_COLUMNS = (
    (1, r"[A-Z]{2}"), (3, r".{2}\d{5}"), (8, r".{7}\d{5}"), (13, r".{12}\d{2}"), (15, r".{14}[ RB]"),
    (21, r".{20}[01 ]"), (76, r".{75}20\d\d[1-4]"),
)  # fmt: skip
_NAME = re.compile(r"ZIP5[_-]?([A-Z]{3})(20\d\d)", re.IGNORECASE)
ZIPS = 35_000


def _recognizes(file: OfficialFile) -> bool:
    lines = [line.rstrip("\r\n") for line in file.head(5) if line.strip()]
    return not file.sheet and bool(lines) and all(_LINE.fullmatch(line) for line in lines[:2])


def _day(file: OfficialFile) -> date | None:
    """Return the first day of the quarter that every line states, or else of that in the name."""
    if match := _LINE.fullmatch(file.head(1)[0].rstrip("\r\n")):
        return date(int(match["year"]), 3 * int(match["quarter"]) - 2, 1)
    if match := _NAME.search(file.names):
        month = MONTHS.get(match[1].upper())
        return date(int(match[2]), month, 1) if month else None
    return None


def _release(files: Sequence[OfficialFile], options: ImportOptions) -> Release:
    if len(files) > 1:
        raise TableError(f"{files[1].name}: the ZIP codes are a single file; {files[0].name} was given, too")
    published = first_day(files, options, _day)
    last = last_day(published, options, quarter_of(published).last)

    def rows(on_progress: OnProgress) -> Iterator[TableRow]:
        file = files[0]
        for number, line in enumerate(file.lines(on_progress), 1):
            text = line.rstrip("\r\n\x1a")
            if not text.strip():
                continue
            match = _LINE.fullmatch(text)
            if not match:
                raise TableError(f"{file.name}:{number}: column {_first_wrong(text)}: not a ZIP code record")
            place = ZipLocality(
                match["zip"],
                match["area"],
                match["carrier"],
                match["locality"],
                match["rural"].strip(),
                needs_plus_four=match["plus_four"] == "1",
            )
            yield TableRow(place.zip, date.min, date.max, place.to_value())

    return Release(published.isoformat(), published, CoveredDays(published, last), rows, ZIPS)


def _first_wrong(text: str) -> int:
    """Return the column at which a line deviates from a record."""
    return next((column for column, form in _COLUMNS if not re.match(form, text, re.ASCII)), len(text))


ZIP5 = FileKind(
    "zip5",
    "ZIP code to carrier locality file",
    "CMS",
    "every line has a state, a ZIP code, a carrier in columns 8 to 12, and a quarter in columns 76 to 80",
    _recognizes,
    _release,
)
