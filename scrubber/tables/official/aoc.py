"""NCCI add-on codes: the quarterly workbook or tab-separated text of add-on codes and their primary codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from scrubber.tables.answer import CoveredDays
from scrubber.tables.official.columns import CsvRecord, Layout, find_columns, readable, records
from scrubber.tables.official.official_file import OfficialFile, OnProgress
from scrubber.tables.official.release import FileKind, ImportOptions, Release, first_day, last_day, quarter_of
from scrubber.tables.vintage import TableRow

LAYOUT = Layout(
    {
        "AOC_Edit_Type": "AOC EDIT TYPE",
        "Add-On_Code": "ADD ON CODE",
        "AOC_DelDT": "AOC DELDT",
        "Primary_Code": "PRIMARY CODE",
        "Primary_Code_DelDT": "PRIMARY CODE DELDT",
        "AOC_Edit_EffDT": "AOC EDIT EFFDT",
        "AOC_Edit_DelDT": "AOC EDIT DELDT",
    },
    "\t",
)
_TYPE = re.compile(r"[123]")
_CODE = re.compile(r"[0-9A-Z]{5}", re.ASCII)
_QUARTER = re.compile(r"(20\d\d)[-_]?q([1-4])", re.IGNORECASE)
_JULIAN = re.compile(r"(\d{4})(\d{3})", re.ASCII)
EDITS_OF_A_QUARTER = 5_000


def _recognizes(file: OfficialFile) -> bool:
    return find_columns(file, LAYOUT) is not None


def _day_in_name(file: OfficialFile) -> date | None:
    match = _QUARTER.search(file.names)
    return date(int(match[1]), 3 * int(match[2]) - 2, 1) if match else None


def _release(files: Sequence[OfficialFile], options: ImportOptions) -> Release:
    published = first_day(files, options, _day_in_name)
    last = last_day(published, options, quarter_of(published).last)

    def rows(on_progress: OnProgress) -> Iterator[TableRow]:
        for file in files:
            for record in records(file, LAYOUT, on_progress):
                yield _row(record)

    return Release(published.isoformat(), published, CoveredDays(published, last), rows, EDITS_OF_A_QUARTER)


def _row(record: CsvRecord) -> TableRow:
    edit_type = record.matching("AOC_Edit_Type", _TYPE, "an edit type")
    code = record.matching("Add-On_Code", _CODE, "a procedure code")
    primary = record.matching("Primary_Code", _CODE, "a procedure code")
    first = _day(record, "AOC_Edit_EffDT") or date.min
    # The edit ends with whichever of it, the add-on code and the primary code ends first.
    ends = [_day(record, name) for name in ("AOC_DelDT", "Primary_Code_DelDT", "AOC_Edit_DelDT")]
    last = min((end for end in ends if end), default=date.max)
    return TableRow(code, first, last, f"{primary} {edit_type}")


def _day(record: CsvRecord, name: str) -> date | None:
    """Return a date as year and day of the year (2013091), or ``None`` if it is empty."""
    text = record[name]
    if not text:
        return None
    match = _JULIAN.fullmatch(text)
    day = date(int(match[1]), 1, 1) + timedelta(int(match[2]) - 1) if match and int(match[1]) else None
    if match is None or day is None or day.year != int(match[1]):
        raise record.fault(name, f"{text[:40]!r} is not a date (year and day of the year)")
    return day


AOC = FileKind(
    "aoc",
    "NCCI add-on code edits",
    "CMS (NCCI)",
    f"no row has the headings {readable(LAYOUT)}",
    _recognizes,
    _release,
)
