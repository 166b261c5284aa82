"""The ASP crosswalk of drugs not otherwise classified: NDCs that are billed with an unclassified code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from scrubber.tables.answer import CoveredDays
from scrubber.tables.forms import eleven_digits
from scrubber.tables.official.asp import days_in_notice
from scrubber.tables.official.columns import CsvRecord, Layout, find_columns, readable, records
from scrubber.tables.official.official_file import OfficialFile, OnProgress
from scrubber.tables.official.release import FileKind, ImportOptions, Release, first_day, last_day, quarter_of
from scrubber.tables.rows import UnclassifiedDrug
from scrubber.tables.vintage import TableRow

LAYOUT = Layout(
    {
        "Drug Generic Name": "DRUG GENERIC NAME",
        "NDC or ALTERNATE ID": "NDC OR ALTERNATE ID",
        "Dosage": "DOSAGE",
        "BILLUNITS": "BILL ?UNITS",
        "BILLUNITSPKG": "BILL ?UNITS ?PKG",
    }
)
_NUMBER = re.compile(r"[0-9A-Z.-]{3,20}", re.ASCII | re.IGNORECASE)


def _recognizes(file: OfficialFile) -> bool:
    return find_columns(file, LAYOUT) is not None


def _release(files: Sequence[OfficialFile], options: ImportOptions) -> Release:
    published = first_day(files, options, lambda file: (days_in_notice(file) or (None, None))[0])
    last = last_day(published, options, quarter_of(published).last)

    def rows(on_progress: OnProgress) -> Iterator[TableRow]:
        for file in files:
            for record in records(file, LAYOUT, on_progress):
                yield _row(record)

    # The official list may have a single drug.
    return Release(published.isoformat(), published, CoveredDays(published, last), rows, 1)


def _row(record: CsvRecord) -> TableRow:
    number = record.matching("NDC or ALTERNATE ID", _NUMBER, "an NDC or product number")
    ndc = eleven_digits(number) or number
    drug = UnclassifiedDrug(
        ndc,
        record["Drug Generic Name"],
        record["Dosage"],
        record.decimal("BILLUNITS"),
        record.decimal("BILLUNITSPKG"),
    )
    return TableRow(ndc, date.min, date.max, drug.to_value())


NOC = FileKind(
    "noc",
    "ASP crosswalk of drugs not otherwise classified",
    "CMS",
    f"no row has the headings {readable(LAYOUT)}",
    _recognizes,
    _release,
)
