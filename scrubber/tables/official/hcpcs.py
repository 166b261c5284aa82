"""HCPCS level II codes and modifiers: the quarterly CMS file, 320 columns wide or as CSV.

Only codes, dates and Medicare's coverage code are kept, no descriptions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from scrubber.errors import TableError
from scrubber.tables.answer import CoveredDays
from scrubber.tables.official.columns import Layout, find_columns, records
from scrubber.tables.official.official_file import OfficialFile, OnProgress
from scrubber.tables.official.release import FileKind, ImportOptions, Release, first_day, last_day, quarter_of
from scrubber.tables.vintage import TableRow
from scrubber.x12.dates import parse_date

LAYOUT = Layout(
    {
        "HCPC": r"HCPCS?( CODE)?",
        "SEQNUM": r"SEQ ?NUM",
        "RECID": r"REC ?ID",
        "?COV": r"COV(ERAGE)?( CODE)?",
        "ADD DT": r"ADD D(A)?T(E)?",
        "TERM DT": r"TERM D(A)?T(E)?",
    }
)
_CODE = re.compile(r"[A-Z][0-9]{4}|[0-9A-Z]{2}", re.ASCII)
_RECORD = re.compile(r"(   [0-9A-Z]{2}|[A-Z][0-9]{4})[0-9]{5}([3478])", re.ASCII)
_FIRST_LINES = "37"
"""Record types with the details: of a procedure (3) and of a modifier (7). The others continue a text."""
_COVERAGE, _ADDED, _TERMINATED = slice(229, 230), slice(268, 276), slice(284, 292)
_NAME = re.compile(r"HCPC(20\d\d)[_-]?(JAN|APR|JUL|OCT)?", re.IGNORECASE)
_QUARTERS = {"JAN": 1, "APR": 4, "JUL": 7, "OCT": 10}
_PREAMBLE = 60
CODES_OF_A_QUARTER = 6_000


def _recognizes(file: OfficialFile) -> bool:
    return find_columns(file, LAYOUT) is not None or _is_fixed(file)


def _is_fixed(file: OfficialFile) -> bool:
    return sum(bool(_RECORD.match(line)) for line in file.head(_PREAMBLE)) > 3


def _day_in_name(file: OfficialFile) -> date | None:
    match = _NAME.search(file.names)
    return date(int(match[1]), _QUARTERS.get((match[2] or "").upper(), 1), 1) if match else None


def _release(files: Sequence[OfficialFile], options: ImportOptions) -> Release:
    if len(files) > 1:
        raise TableError(f"{files[1].name}: HCPCS is a single file; {files[0].name} was given, too")
    file = files[0]
    published = first_day(files, options, _day_in_name)
    last = last_day(published, options, quarter_of(published).last)
    read = _fixed if find_columns(file, LAYOUT) is None else _csv
    return Release(
        label=published.isoformat(),
        published=published,
        covers=CoveredDays(published, last),
        rows=lambda on_progress: read(file, on_progress),
        fewest=CODES_OF_A_QUARTER,
        # Each code has the day on which it was added, so the list is reliable for earlier days.
        history=date.min,
    )


def _csv(file: OfficialFile, on_progress: OnProgress) -> Iterator[TableRow]:
    for record in records(file, LAYOUT, on_progress):
        if record["RECID"] in _FIRST_LINES:
            code = record.matching("HCPC", _CODE, "a HCPCS code or modifier")
            first, last = record.day("ADD DT"), record.day("TERM DT")
            yield TableRow(code, first or date.min, last or date.max, record["COV"])


def _fixed(file: OfficialFile, on_progress: OnProgress) -> Iterator[TableRow]:
    begun = False
    for number, line in enumerate(file.lines(on_progress), 1):
        match = _RECORD.match(line)
        if not match:
            # A notice precedes the first record.
            if begun and line.strip(" \r\n\x1a"):
                raise TableError(f"{file.name}:{number}: column 1: not a HCPCS record")
            continue
        begun = True
        if match[2] not in _FIRST_LINES:
            continue
        if len(line.rstrip("\r\n")) < _TERMINATED.stop:
            raise TableError(f"{file.name}:{number}: column {len(line.rstrip())}: the record ends here")
        first = _day(line, _ADDED, file, number)
        last = _day(line, _TERMINATED, file, number)
        yield TableRow(match[1].strip(), first or date.min, last or date.max, line[_COVERAGE].strip())
    if not begun:
        raise TableError(f"{file.name}: no HCPCS records found")


def _day(line: str, place: slice, file: OfficialFile, number: int) -> date | None:
    text = line[place].strip()
    day = parse_date(text)
    if text.strip("0") and day is None:
        raise TableError(f"{file.name}:{number}: column {place.start + 1}: {text!r} is not a date")
    return day


HCPCS = FileKind(
    "hcpcs",
    "HCPCS level II codes and modifiers",
    "CMS",
    "records of 320 columns, or the headings HCPC, SEQNUM, RECID",
    _recognizes,
    _release,
)
