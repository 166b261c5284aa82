"""NUCC's provider taxonomy: the codes of a half-year's release.

The list belongs to NUCC and the AMA, so it is never shipped. Only codes and their groups are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from scrubber.errors import TableError
from scrubber.tables.answer import CoveredDays
from scrubber.tables.official.columns import Layout, find_columns, readable, records
from scrubber.tables.official.official_file import OfficialFile, OnProgress
from scrubber.tables.official.release import FileKind, ImportOptions, Release, first_day, last_day
from scrubber.tables.rows import TaxonomyCode
from scrubber.tables.vintage import TableRow

LAYOUT = Layout(
    {
        "Code": "CODE",
        "Grouping": "GROUPING",
        "Classification": "CLASSIFICATION",
        "Specialization": "SPECIALIZATION",
        "?Section": "SECTION",
    }
)
_CODE = re.compile(r"[0-9A-Z]{9}X", re.ASCII)
_NAME = re.compile(r"taxonomy[_-]?(\d\d)\.?([01])(?!\d)", re.IGNORECASE)
CODES = 800


def _recognizes(file: OfficialFile) -> bool:
    return find_columns(file, LAYOUT) is not None


def _day_in_name(file: OfficialFile) -> date | None:
    """Return the day of the release: version 25.0 is of January 2025, 25.1 of July."""
    match = _NAME.search(file.names)
    return date(2000 + int(match[1]), 7 if match[2] == "1" else 1, 1) if match else None


def _release(files: Sequence[OfficialFile], options: ImportOptions) -> Release:
    if len(files) > 1:
        raise TableError(f"{files[1].name}: the taxonomy is a single file; {files[0].name} was given, too")
    published = first_day(files, options, _day_in_name)
    following = date(published.year, 6, 30) if published.month < 7 else date(published.year, 12, 31)
    last = last_day(published, options, following)

    def rows(on_progress: OnProgress) -> Iterator[TableRow]:
        for record in records(files[0], LAYOUT, on_progress):
            taxonomy = TaxonomyCode(
                record.matching("Code", _CODE, "a taxonomy code"),
                record["Grouping"],
                record["Classification"],
                record["Specialization"],
                record["Section"],
            )
            yield TableRow(taxonomy.code, date.min, date.max, taxonomy.to_value())

    return Release(published.isoformat(), published, CoveredDays(published, last), rows, CODES)


TAXONOMY = FileKind(
    "taxonomy",
    "provider taxonomy codes",
    "NUCC",
    f"no row has the headings {readable(LAYOUT)}",
    _recognizes,
    _release,
)
