"""NCCI procedure-to-procedure (PTP) edits: four tab-separated CMS files, some 2.5 million code pairs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from scrubber.errors import TableError
from scrubber.tables.answer import CoveredDays
from scrubber.tables.official.official_file import OfficialFile, OnProgress
from scrubber.tables.official.release import FileKind, ImportOptions, Release, first_day, last_day, quarter_of
from scrubber.tables.vintage import TableRow
from scrubber.x12.dates import parse_date

_VERSION = re.compile(r"v(\d{2})(\d)r\d", re.IGNORECASE)
_PART = re.compile(r"(?<![a-z0-9])f(\d)(?!\d)", re.IGNORECASE)
_QUARTER = re.compile(r"(20\d\d)[-_]?q([1-4])", re.IGNORECASE)
_PAIR = re.compile(
    r"([0-9A-Z]{5})\t([0-9A-Z]{5})\t(\*?)\t([0-9]{8}|\*?)\t([0-9]{8}|\*?)\t([019])(?:\t.*)?\s*", re.ASCII
)
_HEADING = re.compile(r"\s*Column 1\tColumn 2\t", re.IGNORECASE)
_PREAMBLE = 12
_NEEDED = (
    "column 1 code",
    "column 2 code",
    "in existence prior to 1996",
    "effective",
    "deletion",
    "modifier",
)
PARTS = 4
"""The number of files into which CMS splits the practitioner edits."""
PAIRS_OF_A_QUARTER = 1_000_000
FIRST_PAIRS = date(1996, 1, 1)


def _recognizes(file: OfficialFile) -> bool:
    return any(_HEADING.match(line) for line in file.head(_PREAMBLE))


def _day_in_name(file: OfficialFile) -> date | None:
    """Return the effective date from a name.

    Version 32.2 is the third quarter of 2026: 1994 + 32, and 2 counts from 0.
    """
    if match := _VERSION.search(file.names):
        year, quarter = 1994 + int(match[1]), int(match[2]) + 1
    elif match := _QUARTER.search(file.names):
        year, quarter = int(match[1]), int(match[2])
    else:
        return None
    return date(year, 3 * quarter - 2, 1) if 1 <= quarter <= 4 else None


def _release(files: Sequence[OfficialFile], options: ImportOptions) -> Release:
    published = first_day(files, options, _day_in_name)
    last = last_day(published, options, quarter_of(published).last)
    program = options.program or ("medicaid" if any(_is_medicaid(file) for file in files) else "medicare")

    def rows(on_progress: OnProgress) -> Iterator[TableRow]:
        for file in files:
            yield from _pairs(file, published, on_progress)

    return Release(
        label=published.isoformat(),
        published=published,
        # Deleted edits stay in the file, so it covers all days since there were PTP edits.
        covers=CoveredDays(FIRST_PAIRS, last),
        rows=rows,
        fewest=PAIRS_OF_A_QUARTER,
        program=program,
        missing_parts=_missing_parts(files),
    )


def _is_medicaid(file: OfficialFile) -> bool:
    return "medicaid" in " ".join([file.names, *file.head(_PREAMBLE)]).lower()


def _missing_parts(files: Sequence[OfficialFile]) -> str:
    """Return which of the numbered parts are missing, judging by the file names."""
    parts = [match for file in files if (match := _PART.search(file.stem))]
    if len(parts) < len(files):
        return "the file names do not show which of the four parts these are"
    missing = sorted(set(range(1, PARTS + 1)) - {int(match[1]) for match in parts})
    return "missing parts: " + ", ".join(f"f{number}" for number in missing) if missing else ""


def _pairs(file: OfficialFile, published: date, on_progress: OnProgress) -> Iterator[TableRow]:
    days: dict[str, date | None] = {}
    for number, match in _matches(file, on_progress):
        one, two, old, effective, deleted, modifier = match.groups()
        for column, text in ((4, effective), (5, deleted)):
            if text not in days:
                days[text] = _day(text, f"{file.name}:{number}: column {column}")
        # An edit without an effective date is known to be in effect only in the release's own quarter.
        first = days[effective] or (date.min if old else published)
        end = days[deleted] or date.max
        if days[effective] and end <= first:
            end = first - timedelta(days=1)  # deleted on the day it would have begun: never in effect
        yield TableRow(f"{one} {two}", first, end, modifier)


def _matches(file: OfficialFile, on_progress: OnProgress) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield the lines of code pairs after the heading, with their numbers."""
    lines = enumerate(file.lines(on_progress), 1)
    for number, line in lines:
        if _HEADING.match(line):
            break
        if number > _PREAMBLE:
            raise TableError(f"{file.name}:{number}: column 1: no heading Column 1, Column 2 above this line")
    begun = False
    for number, line in lines:
        match = _PAIR.fullmatch(line)
        if match and line.endswith("\n"):
            begun = True
            yield number, match
        elif match:
            raise TableError(
                f"{file.name}:{number}: column {len(line)}: the file ends in the middle of a line"
            )
        # The heading wraps over several lines, which begin with empty columns.
        elif line.strip() and (begun or not line.startswith("\t")):
            raise TableError(f"{file.name}:{number}: {_fault(line)}")


def _day(text: str, where: str) -> date | None:
    if not text.isdigit():
        return None
    day = parse_date(text)
    if day is None:
        raise TableError(f"{where}: {text!r} is not a date")
    return day


def _fault(line: str) -> str:
    """Return where a line deviates from a code pair."""
    cells = line.rstrip("\r\n").split("\t")
    patterns = (r"[0-9A-Z]{5}", r"[0-9A-Z]{5}", r"\*?", r"[0-9]{8}|\*?", r"[0-9]{8}|\*?", r"[019]")
    for column, (pattern, name) in enumerate(zip(patterns, _NEEDED, strict=True), 1):
        if len(cells) < column:
            return f"column {len(cells)}: the line ends here; {name} is missing"
        if not re.fullmatch(pattern, cells[column - 1], re.ASCII):
            return f"column {column}: {cells[column - 1][:40]!r} is not valid ({name})"
    return f"column {len(patterns)}: not a pair"


PTP = FileKind(
    "ptp",
    "NCCI procedure-to-procedure edits, practitioner",
    "CMS (NCCI)",
    "a heading Column 1, Column 2, separated by tabs, is in its first lines",
    _recognizes,
    _release,
    joins=lambda file: (_day_in_name(file), _is_medicaid(file)),
)
