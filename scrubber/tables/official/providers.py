"""Lists of providers by NPI: who may order and refer, is excluded, has opted out, or has a deactivated NPI.

They are updated continuously and may have two million rows, of which one at a time is in memory. No name is
kept: an NPI is enough for an edit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial

from scrubber.errors import TableError
from scrubber.tables.answer import CoveredDays
from scrubber.tables.official.columns import CsvRecord, Layout, day_of, find_columns, readable, records
from scrubber.tables.official.official_file import OfficialFile, OnProgress
from scrubber.tables.official.release import (
    SNAPSHOT_HOLDS,
    FileKind,
    ImportOptions,
    Release,
    day_in_name,
    last_day,
    snapshot_day,
)
from scrubber.tables.vintage import TableRow

_NPI = re.compile(r"[12][0-9]{9}", re.ASCII)
_ANY_NPI = re.compile(r"[0-9]{10}", re.ASCII)
_UNKNOWN = "0000000000"
_YES_OR_NO = frozenset("YN")
_ORDERS = ("PARTB", "DME", "HHA", "PMD", "HOSPICE")
_COMPACT_DAY = re.compile(r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)")
Read = Callable[[CsvRecord], TableRow | None]

ORDER_REFER = Layout(
    {
        "NPI": "NPI",
        "LAST_NAME": "LAST NAME",
        "PARTB": "PARTB",
        "DME": "DME",
        "HHA": "HHA",
        "PMD": "PMD",
        "?HOSPICE": "HOSPICE",
    }
)
DEACTIVATED = Layout({"NPI": "NPI", "NPPES Deactivation Date": "(NPPES )?DEACTIVATION DATE"})
LEIE = Layout(
    {
        "NPI": "NPI",
        "EXCLTYPE": "EXCLTYPE",
        "EXCLDATE": "EXCLDATE",
        "REINDATE": "REINDATE",
        "WAIVERDATE": "WAIVERDATE",
        "?WVRSTATE": "(WVRSTATE|WAIVERSTATE)",
    }
)
OPT_OUT = Layout(
    {
        "NPI": "NPI",
        "Optout Effective Date": "OPT ?OUT EFFECTIVE DATE",
        "Optout End Date": "OPT ?OUT END DATE",
        "?Eligible to Order and Refer": "ELIGIBLE TO ORDER AND REFER",
        "?Last updated": "LAST UPDATED",
    }
)


def _day(file: OfficialFile, layout: Layout) -> date | None:
    """Return the date of the list: from its name, its rows, or the zip."""
    if match := _COMPACT_DAY.search(file.names):
        return day_of("".join(match.groups()))
    if day := day_in_name(file.names):
        return day
    columns = find_columns(file, layout) or {}
    if "Last updated" in columns:
        days = (record.day("Last updated") for record in records(file, layout, lambda _: None))
        return max((day for day in days if day), default=None)
    return file.dated


def _release(
    layout: Layout, read: Read, fewest: int, files: Sequence[OfficialFile], options: ImportOptions
) -> Release:
    if len(files) > 1:
        raise TableError(f"{files[1].name}: this list is a single file; {files[0].name} was given, too")
    published = snapshot_day(files, options, lambda file: _day(file, layout))
    last = last_day(published, options, published + SNAPSHOT_HOLDS)

    def rows(on_progress: OnProgress) -> Iterator[TableRow]:
        for record in records(files[0], layout, on_progress):
            if row := read(record):
                yield row

    return Release(
        published.isoformat(),
        published,
        CoveredDays(published, last),
        rows,
        fewest,
        # The rows of dated lists are reliable for earlier days; who may order is known for the list's day on.
        history=None if layout is ORDER_REFER else date.min,
    )


def _orders(record: CsvRecord) -> TableRow:
    npi = record.matching("NPI", _NPI, "an NPI")
    names = _ORDERS if "HOSPICE" in record.columns else _ORDERS[:-1]
    flags = [record[name] for name in names]
    if not _YES_OR_NO.issuperset(flags):  # checked at once: there are ten million of them
        wrong = next(name for name in names if record[name] not in _YES_OR_NO)
        raise record.fault(wrong, f"{record[wrong][:40]!r} is not Y or N")
    return TableRow(npi, date.min, date.max, "".join(flags))


def _deactivated(record: CsvRecord) -> TableRow:
    npi = record.matching("NPI", _NPI, "an NPI")
    return TableRow(npi, _needed_day(record, "NPPES Deactivation Date"), date.max, "")


def _excluded(record: CsvRecord) -> TableRow | None:
    npi = record.matching("NPI", _ANY_NPI, "an NPI")
    first = _needed_day(record, "EXCLDATE")
    reinstated, waived = _day_or_zeros(record, "REINDATE"), _day_or_zeros(record, "WAIVERDATE")
    if npi == _UNKNOWN:
        return None
    last = reinstated - timedelta(1) if reinstated else date.max
    value = "|".join((record["EXCLTYPE"], waived.isoformat() if waived else "", record["WVRSTATE"]))
    return TableRow(npi, first, last, value)


def _opted_out(record: CsvRecord) -> TableRow:
    npi = record.matching("NPI", _NPI, "an NPI")
    first, last = _needed_day(record, "Optout Effective Date"), record.day("Optout End Date")
    return TableRow(npi, first, last or date.max, record["Eligible to Order and Refer"])


def _needed_day(record: CsvRecord, name: str) -> date:
    day = _day_or_zeros(record, name)
    if day is None:
        raise record.fault(name, "a date is missing")
    return day


def _day_or_zeros(record: CsvRecord, name: str) -> date | None:
    """Return a date; ``None`` if the cell is empty or zeros, as LEIE has it."""
    return record.day(name) if record[name].strip("0") else None


def _kind(name: str, title: str, publisher: str, layout: Layout, read: Read, fewest: int) -> FileKind:
    return FileKind(
        name,
        title,
        publisher,
        f"no row has the headings {readable(layout)}",
        lambda file: find_columns(file, layout) is not None,
        partial(_release, layout, read, fewest),
    )


ORDER_REFER_KIND = _kind(
    "order-refer", "providers who may order and refer", "CMS (PECOS)", ORDER_REFER, _orders, 1_000_000
)
DEACTIVATED_KIND = _kind(
    "deactivated-npi", "deactivated NPIs", "CMS (NPPES)", DEACTIVATED, _deactivated, 200_000
)
LEIE_KIND = _kind("leie", "excluded individuals and entities", "HHS OIG", LEIE, _excluded, 5_000)
OPT_OUT_KIND = _kind(
    "opt-out", "providers who opted out of Medicare", "CMS (PECOS)", OPT_OUT, _opted_out, 20_000
)
