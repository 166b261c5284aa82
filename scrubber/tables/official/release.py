"""What reading official files of a kind gives: rows, and what is known of the whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from scrubber.errors import TableError
from scrubber.tables.answer import CoveredDays
from scrubber.tables.official.source import OfficialFile, OnProgress
from scrubber.tables.vintage import TableRow

Program = Literal["", "medicare", "medicaid"]
SNAPSHOT_HOLDS = timedelta(days=92)
"""A directory that is published anew all the time is believed for a quarter after its day."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the user says about the files, where they do not say it themselves."""

    effective: date | None = None
    until: date | None = None
    program: Program = ""


@dataclass(frozen=True, slots=True)
class Release:
    """What the files turned out to be, before their rows are read. Fields are those of `VintageInfo`.

    ``fewest`` is the number of rows below which it cannot be the whole table. ``lacking`` names parts that
    the file names show to be missing, or is empty.
    """

    label: str
    published: date
    covers: CoveredDays
    rows: Callable[[OnProgress], Iterator[TableRow]]
    fewest: int
    program: str = ""
    history: date | None = None
    lacking: str = ""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of official file. ``recognises`` looks at the beginning of a file only.

    ``release`` gets the files of this kind and raises TableError where they do not fit together.
    ``mistaken`` says of a file that is not recognised what it seems to be, or nothing; ``expects`` what a
    file of the kind begins with.
    """

    name: str
    title: str
    publisher: str
    expects: str
    recognises: Callable[[OfficialFile], bool]
    release: Callable[[Sequence[OfficialFile], ImportOptions], Release]
    mistaken: Callable[[OfficialFile], str] = lambda _: ""


def first_day(
    files: Sequence[OfficialFile], wish: ImportOptions, of_file: Callable[[OfficialFile], date | None]
) -> date:
    """From when the files hold: as wished, or as they say themselves. They must all say the same."""
    if wish.effective:
        return wish.effective
    days = {of_file(file) for file in files} - {None}
    if len(days) > 1:
        raise TableError(f"{files[0].name}: the files are of different releases; import one at a time")
    for day in days:
        if day:
            return day
    raise TableError(
        f"{files[0].name}: neither its name nor its text says from when it holds; give --effective YYYY-MM-DD"
    )


def quarter_of(day: date) -> CoveredDays:
    """The calendar quarter of a day."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    following = date(day.year + first.month // 10, (first.month + 3 - 1) % 12 + 1, 1)
    return CoveredDays(first, following - timedelta(days=1))


def last_day(published: date, wish: ImportOptions, usual: date) -> date:
    """Until when the files hold: as wished, or as is usual for their kind."""
    last = wish.until or usual
    if last < published:
        raise TableError(f"it would hold from {published} to {last}, which is before")
    return last


def day_in_name(name: str) -> date | None:
    """A date such as ``04-01-2026`` or ``2026-04-01`` in a file's name."""
    if match := re.search(r"(?<!\d)(\d{1,2})[-_](\d{1,2})[-_](20\d\d)(?!\d)", name):
        month, day, year = map(int, match.groups())
    elif match := re.search(r"(?<!\d)(20\d\d)[-_](\d{1,2})[-_](\d{1,2})(?!\d)", name):
        year, month, day = map(int, match.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
