"""Self-administered drug (SAD) exclusion lists: a MAC does not pay what patients inject themselves.

Read from the Medicare Coverage Database: either its download (the code table of the articles, with the files
of articles and contractors beside it), or its report of all lists, which does not tell the states.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date

from scrubber.errors import TableError
from scrubber.tables.answer import CoveredDays
from scrubber.tables.official.columns import CsvRecord, Layout, find_columns, records
from scrubber.tables.official.mcd import LAYOUTS, contractor_states, database_file
from scrubber.tables.official.official_file import OfficialFile, OnProgress, official_files
from scrubber.tables.official.release import (
    SNAPSHOT_HOLDS,
    FileKind,
    ImportOptions,
    Release,
    beside,
    day_in_name,
    last_day,
    snapshot_day,
)
from scrubber.tables.rows import SelfAdministered
from scrubber.tables.vintage import TableRow

CODE_TABLE = Layout(
    {
        "article_id": "ARTICLE ID",
        "article_version": "ARTICLE VERSION",
        "hcpc_code_id": "HCPC CODE ID",
        "brand_name": "BRAND NAME",
        "eff_date": "EFF DATE",
        "end_date": "END DATE",
    }
)
REPORT = Layout(
    {
        "article": "(DOCUMENT DISPLAY|ARTICLE) ID",
        "code": "CODE ID",
        "drug": "DRUG BRAND NAME",
        "contractor": "CONTRACTOR NAME TYPE|MAC NAME",
        "effective": "EFFECTIVE DATE",
        "?retired": "RETIREMENT DATE",
    }
)
_COMPANIONS = ("article", "article_x_contractor", "contractor_jurisdiction", "state_lookup")
_CODE = re.compile(r"[0-9A-Z]{5}", re.ASCII)
ENTRIES = 500


def _recognizes(file: OfficialFile) -> bool:
    return find_columns(file, CODE_TABLE) is not None or find_columns(file, REPORT) is not None


def _release(files: Sequence[OfficialFile], options: ImportOptions) -> Release:
    if len(files) > 1:
        raise TableError(f"{files[1].name}: the lists are a single file; {files[0].name} was given, too")
    file = files[0]
    is_report = find_columns(file, CODE_TABLE) is None
    companions = {} if is_report else _companions(file)
    dated = companions.get("article", file)
    published = snapshot_day(files, options, lambda each: day_in_name(each.names) or dated.dated)
    last = last_day(published, options, published + SNAPSHOT_HOLDS)
    return Release(
        published.isoformat(),
        published,
        CoveredDays(published, last),
        lambda on_progress: (
            _reported(file, on_progress) if is_report else _listed(file, companions, on_progress)
        ),
        ENTRIES,
        # Each entry has the day from which it applies.
        history=date.min,
    )


def _companions(file: OfficialFile) -> dict[str, OfficialFile]:
    """Return the database's other files in the same zip or folder. Raise TableError if one is missing."""
    paths = [file.path] if file.members else sorted(file.path.parent.glob("*.csv"))
    found: dict[str, OfficialFile] = {}
    for path in paths:
        for other in official_files(path):
            with suppress(TableError):
                found.setdefault(database_file(other), other)
    for name in _COMPANIONS:
        if name not in found:
            raise TableError(f"{file.name}: the file {name}.csv of the database is missing beside it")
    return found


def _listed(
    file: OfficialFile, companions: dict[str, OfficialFile], on_progress: OnProgress
) -> Iterator[TableRow]:
    def read(name: str) -> Iterator[CsvRecord]:
        return records(companions[name], LAYOUTS[name], on_progress)

    active = {
        (record["article_id"], record["article_version"])
        for record in read("article")
        if record["status"].upper() in ("A", "ACTIVE", "")
    }
    by_contractor = contractor_states(read)
    states: dict[tuple[str, str], set[str]] = {}
    for record in read("article_x_contractor"):
        article = (record["article_id"], record["article_version"])
        contractor = (record["contractor_id"], record["contractor_type_id"])
        states.setdefault(article, set()).update(by_contractor[contractor])
    for record in records(file, CODE_TABLE, on_progress):
        article = (record["article_id"], record["article_version"])
        if article not in active:
            continue
        code = record.matching("hcpc_code_id", _CODE, "a procedure code")
        entry = SelfAdministered(
            code,
            f"A{record['article_id'].removeprefix('A')}",
            record["brand_name"],
            frozenset(states.get(article, ())),
            record.day("eff_date") or date.min,
            record.day("end_date") or date.max,
        )
        yield TableRow(code, entry.first, entry.last, entry.to_value())


def _reported(file: OfficialFile, on_progress: OnProgress) -> Iterator[TableRow]:
    for record in records(file, REPORT, on_progress):
        code = record.matching("code", _CODE, "a procedure code")
        retired = None if record["retired"].upper() in ("", "N/A") else record.day("retired")
        entry = SelfAdministered(
            code,
            record["article"],
            record["drug"],
            frozenset(),
            record.day("effective") or date.min,
            retired or date.max,
        )
        yield TableRow(code, entry.first, entry.last, entry.to_value())


SAD = FileKind(
    "sad",
    "self-administered drug exclusion lists",
    "CMS",
    "no row has the headings article_id, hcpc_code_id, brand_name or those of the report",
    _recognizes,
    _release,
    joins=beside,
)
