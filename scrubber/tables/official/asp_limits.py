"""ASP payment limits: what Medicare pays for a unit of a drug's HCPCS code in a quarter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from scrubber.tables.answer import CoveredDays
from scrubber.tables.official.asp import days_in_notice
from scrubber.tables.official.columns import CsvRecord, Layout, find_columns, readable, records
from scrubber.tables.official.official_file import OfficialFile, OnProgress
from scrubber.tables.official.release import FileKind, ImportOptions, Release, first_day, last_day, quarter_of
from scrubber.tables.rows import PaymentLimit
from scrubber.tables.vintage import TableRow

LAYOUT = Layout(
    {
        "HCPCS Code": "HCPCS CODE",
        "Short Description": "SHORT DESCRIPTION",
        "HCPCS Code Dosage": "HCPCS CODE DOSAGE",
        "Payment Limit": "PAYMENT LIMIT",
    }
)
_CODE = re.compile(r"[0-9A-Z]{5}", re.ASCII)
_NO_LIMIT = ("N/A", "NA")
CODES_OF_A_QUARTER = 500


def _recognizes(file: OfficialFile) -> bool:
    return find_columns(file, LAYOUT) is not None


def _release(files: Sequence[OfficialFile], options: ImportOptions) -> Release:
    published = first_day(files, options, lambda file: (days_in_notice(file) or (None, None))[0])
    last = last_day(published, options, quarter_of(published).last)

    def rows(on_progress: OnProgress) -> Iterator[TableRow]:
        for file in files:
            for record in records(file, LAYOUT, on_progress):
                yield _row(record)

    return Release(published.isoformat(), published, CoveredDays(published, last), rows, CODES_OF_A_QUARTER)


def _row(record: CsvRecord) -> TableRow:
    code = record.matching("HCPCS Code", _CODE, "a procedure code")
    limit = None if record["Payment Limit"].upper() in _NO_LIMIT else record.decimal("Payment Limit")
    value = PaymentLimit(code, record["HCPCS Code Dosage"], limit).to_value()
    return TableRow(code, date.min, date.max, value)


ASP_LIMITS = FileKind(
    "asp-limits",
    "ASP payment limits",
    "CMS",
    f"no row has the headings {readable(LAYOUT)}",
    _recognizes,
    _release,
)
