"""The ASP crosswalk: the HCPCS code under which Medicare prices an NDC, and its billing units."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from scrubber.tables.answer import CoveredDays
from scrubber.tables.forms import eleven_digits
from scrubber.tables.official.columns import CsvRecord, Layout, find_columns, readable, records
from scrubber.tables.official.official_file import OfficialFile, OnProgress
from scrubber.tables.official.release import FileKind, ImportOptions, Release, first_day, last_day, quarter_of
from scrubber.tables.rows import PricedDrug
from scrubber.tables.vintage import TableRow

LAYOUT = Layout(
    {
        # The first heading changes with the year: _2025_CODE.
        "HCPCS code": r"(20\d\d|HCPCS)( HCPCS)? CODE",
        "NDC": r"NDC ?2?",
        "HCPCS dosage": r"HCPCS DOSAGE",
        "PKG SIZE": r"PKG SIZE",
        "PKG QTY": r"PKG QTY",
        "BILLUNITS": r"BILL ?UNITS",
        "BILLUNITSPKG": r"BILL ?UNITS ?PKG",
    }
)
_CODE = re.compile(r"[0-9A-Z]{5}", re.ASCII)
_NUMBER = re.compile(r"[0-9A-Z.-]{3,20}", re.ASCII | re.IGNORECASE)
_EFFECTIVE = re.compile(r"([A-Z][a-z]+ \d{1,2}, 20\d\d)\s+through\s+([A-Z][a-z]+ \d{1,2}, 20\d\d)")
_PREAMBLE = 12
PACKAGES_OF_A_QUARTER = 4_000


def _recognizes(file: OfficialFile) -> bool:
    return find_columns(file, LAYOUT) is not None


def days_in_notice(file: OfficialFile) -> tuple[date, date] | None:
    """Return the first and last day of the quarter, from the notice above the heading."""
    match = _EFFECTIVE.search(" ".join(file.head(_PREAMBLE)))
    if not match:
        return None
    try:
        first, last = (datetime.strptime(text, "%B %d, %Y").date() for text in match.groups())  # noqa: DTZ007 - a calendar day
    except ValueError:
        return None
    return first, last


def _release(files: Sequence[OfficialFile], options: ImportOptions) -> Release:
    published = first_day(files, options, lambda file: (days_in_notice(file) or (None, None))[0])
    stated = days_in_notice(files[0])
    default = stated[1] if stated and stated[0] == published else quarter_of(published).last
    last = last_day(published, options, default)

    def rows(on_progress: OnProgress) -> Iterator[TableRow]:
        for file in files:
            for record in records(file, LAYOUT, on_progress):
                yield _row(record)

    covers = CoveredDays(published, last)
    return Release(published.isoformat(), published, covers, rows, PACKAGES_OF_A_QUARTER)


def _row(record: CsvRecord) -> TableRow:
    number = record.matching("NDC", _NUMBER, "an NDC or product number")
    # Skin substitutes have no NDC: the column has the manufacturer's own number.
    ndc = eleven_digits(number) or number
    drug = PricedDrug(
        ndc=ndc,
        procedure=record.matching("HCPCS code", _CODE, "a procedure code"),
        dosage=" ".join(record["HCPCS dosage"].split()),  # with hard spaces here and there
        size=record.decimal("PKG SIZE"),
        items=record.decimal("PKG QTY"),
        units=record.decimal("BILLUNITS"),
        package_units=record.decimal("BILLUNITSPKG"),
    )
    return TableRow(ndc, date.min, date.max, drug.to_value())


ASP = FileKind(
    "asp",
    "ASP NDC-HCPCS crosswalk",
    "CMS",
    f"no row has the headings {readable(LAYOUT)}",
    _recognizes,
    _release,
)
