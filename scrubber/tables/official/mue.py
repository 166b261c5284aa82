"""Medically unlikely edits (MUE): CMS's quarterly practitioner CSV, for Medicare and for Medicaid."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from scrubber.tables.answer import CoveredDays
from scrubber.tables.official.columns import CsvRecord, Layout, find_columns, readable, records
from scrubber.tables.official.official_file import OfficialFile, OnProgress
from scrubber.tables.official.release import (
    FileKind,
    ImportOptions,
    Release,
    day_in_name,
    first_day,
    last_day,
    quarter_of,
)
from scrubber.tables.vintage import TableRow

LAYOUT = Layout(
    {
        "HCPCS/CPT Code": r"HCPCS CPT CODE|HCPCS CODE|CPT HCPCS CODE",
        "Practitioner Services MUE Values": r"PRACTITIONER( SERVICES)? MUE VALUES?",
        "?MUE Adjudication Indicator": r"MUE ADJUDICATION INDICATOR|MAI",
    }
)
_OTHERS = re.compile(r"(OUTPATIENT|DME|FACILITY|HOSPITAL)[ A-Z]*MUE VALUE", re.IGNORECASE)
_CODE = re.compile(r"[0-9A-Z]{5}", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,6}", re.ASCII)
_INDICATOR = re.compile(r"([123])(\s.*)?", re.ASCII | re.DOTALL)
CODES_OF_A_QUARTER = 8_000


def _recognizes(file: OfficialFile) -> bool:
    return find_columns(file, LAYOUT) is not None


def _mistaken(file: OfficialFile) -> str:
    """Return a plain hint if the user chose the MUEs of facilities or DME suppliers."""
    if not _OTHERS.search(" ".join(" ".join(file.head(30)).split())):
        return ""
    return "these are facility or DME supplier MUEs; professional claims need the practitioner file"


def _release(files: Sequence[OfficialFile], options: ImportOptions) -> Release:
    published = first_day(files, options, lambda file: day_in_name(file.names))
    # Medicaid's file has no adjudication indicator.
    columns = [find_columns(file, LAYOUT) or {} for file in files]
    has_indicator = all("MUE Adjudication Indicator" in found for found in columns)
    program = options.program or ("medicare" if has_indicator else "medicaid")
    last = last_day(published, options, quarter_of(published).last)

    def rows(on_progress: OnProgress) -> Iterator[TableRow]:
        for file in files:
            for record in records(file, LAYOUT, on_progress):
                yield _row(record)

    return Release(
        published.isoformat(),
        published,
        CoveredDays(published, last),
        rows,
        CODES_OF_A_QUARTER,
        program=program,
    )


def _row(record: CsvRecord) -> TableRow:
    code = record.matching("HCPCS/CPT Code", _CODE, "a procedure code")
    limit = record.matching("Practitioner Services MUE Values", _WHOLE, "a number of units")
    indicator = ""
    if "MUE Adjudication Indicator" in record.columns:
        text = record.matching("MUE Adjudication Indicator", _INDICATOR, "an adjudication indicator")
        indicator = text[0]
    return TableRow(code, date.min, date.max, f"{int(limit)} {indicator}".strip())


MUE = FileKind(
    "mue",
    "medically unlikely edits, practitioner",
    "CMS (NCCI)",
    f"no row has the headings {readable(LAYOUT)}",
    _recognizes,
    _release,
    _mistaken,
)
