"""What reading official files of a kind yields: rows, and a description of the whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from scrubber.errors import TableError
from scrubber.tables.answer import CoveredDays
from scrubber.tables.official.official_file import OfficialFile, OnProgress
from scrubber.tables.vintage import TableRow

Program = Literal["", "medicare", "medicaid"]
MONTHS = {
    "JAN": 1, "FEB": 2, "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6,
    "JUL": 7, "AUG": 8, "SEP": 9, "OCT": 10, "NOV": 11, "DEC": 12,
}  # fmt: skip
"""Months as file names have them."""
SNAPSHOT_HOLDS = timedelta(days=92)
"""A directory that is updated continuously is trusted for a quarter after its date."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the user states about the files if they do not state it themselves.

    ``dated_by_file``: a directory that is updated continuously has, if nothing else tells it, the date of its
    file on disk. ``before`` returns the rows of the complete list of a kind that is imported and was in force
    on a day, for files that only state what changes; ``None`` if there is none.
    """

    effective: date | None = None
    until: date | None = None
    program: Program = ""
    dated_by_file: bool = False
    before: Callable[[str, date], Iterator[TableRow] | None] = lambda _kind, _day: None


@dataclass(frozen=True, slots=True)
class Release:
    """What the files turned out to be, before their rows are read. Fields are those of `VintageInfo`.

    ``fewest`` is the number of rows below which the table cannot be complete. ``missing_parts`` names parts
    that are missing according to the file names, or is empty.
    """

    label: str
    published: date
    covers: CoveredDays
    rows: Callable[[OnProgress], Iterator[TableRow]]
    fewest: int
    program: str = ""
    history: date | None = None
    missing_parts: str = ""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of official file. ``recognizes`` looks only at the beginning of a file.

    ``release`` receives the files of this kind and raises TableError if they do not fit together.
    ``mistaken`` returns what an unrecognized file seems to be, or an empty string; ``expects`` describes how
    a file of the kind begins. ``joins`` is equal for files in one folder that are parts of one release.
    """

    name: str
    title: str
    publisher: str
    expects: str
    recognizes: Callable[[OfficialFile], bool]
    release: Callable[[Sequence[OfficialFile], ImportOptions], Release]
    mistaken: Callable[[OfficialFile], str] = lambda _: ""
    joins: Callable[[OfficialFile], Hashable] = lambda file: file.name


def first_day(
    files: Sequence[OfficialFile], options: ImportOptions, of_file: Callable[[OfficialFile], date | None]
) -> date:
    """Return the effective date of the files: the one given, else their own, on which they must agree."""
    if options.effective:
        return options.effective
    days = {of_file(file) for file in files} - {None}
    if len(days) > 1:
        raise TableError(
            f"{files[0].name}: the files belong to different releases; import one release at a time"
        )
    for day in days:
        if day:
            return day
    raise TableError(f"{files[0].name}: no effective date in its name or text; give --effective YYYY-MM-DD")


def snapshot_day(
    files: Sequence[OfficialFile], options: ImportOptions, of_file: Callable[[OfficialFile], date | None]
) -> date:
    """Return the date of a directory that is updated continuously, as `first_day` does.

    Where that is allowed, the files' own date on disk is the last resort: a download is not older than that.
    """
    try:
        return first_day(files, options, of_file)
    except TableError:
        if not options.dated_by_file or any(of_file(file) for file in files):
            raise
        return max(datetime.fromtimestamp(file.path.stat().st_mtime).date() for file in files)  # noqa: DTZ006 - the user's own calendar


def beside(file: OfficialFile) -> Hashable:
    """Return a key that is equal for the files in one zip, and for those in one folder."""
    return file.path if file.members else file.path.parent


def quarter_of(day: date) -> CoveredDays:
    """Return the calendar quarter of a day."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    following = date(day.year + first.month // 10, (first.month + 3 - 1) % 12 + 1, 1)
    return CoveredDays(first, following - timedelta(days=1))


def last_day(published: date, options: ImportOptions, default: date) -> date:
    """Return the last day for which the files are in force: the one given, else the default of their kind."""
    last = options.until or default
    if last < published:
        raise TableError(f"the last day {last} is before the first day {published}")
    return last


def day_in_name(name: str) -> date | None:
    """Return a date such as ``04-01-2026`` or ``2026-04-01`` from a file name, or ``None``."""
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
