"""Medicare Coverage Database: the CSV files of billing and coding articles, one row for each procedure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from scrubber.errors import TableError
from scrubber.tables.answer import CoveredDays
from scrubber.tables.official.columns import CsvRecord, Layout, find_columns, records
from scrubber.tables.official.official_file import OfficialFile, OnProgress
from scrubber.tables.official.release import (
    SNAPSHOT_HOLDS,
    FileKind,
    ImportOptions,
    Release,
    beside,
    last_day,
    snapshot_day,
)
from scrubber.tables.rows import CoverageArticle
from scrubber.tables.vintage import TableRow

_ARTICLE = {"article_id": "ARTICLE ID", "article_version": "ARTICLE VERSION"}
LAYOUTS = {
    "article": Layout(
        _ARTICLE
        | {
            "article_type": "ARTICLE TYPE",
            "title": "TITLE",
            "status": "STATUS",
            "?last_updated": "LAST UPDATED",
            "?effective": "(ARTICLE )?EFF(ECTIVE)? DATE",
            "?ended": "(ARTICLE )?END DATE",
        }
    ),
    "article_x_hcpc_code": Layout(
        _ARTICLE | {"hcpc_code_id": "HCPC CODE ID", "hcpc_code_group": "HCPC CODE GROUP", "range": "RANGE"}
    ),
    "article_x_icd10_covered": Layout(
        _ARTICLE
        | {
            "icd10_code_id": "ICD10 CODE ID",
            "group": "ICD10 COVERED GROUP",
            "range": "RANGE",
            "?asterisk": "ASTERISK",
        }
    ),
    "article_x_icd10_noncovered": Layout(
        _ARTICLE
        | {
            "icd10_code_id": "ICD10 CODE ID",
            "group": "ICD10 NONCOVERED GROUP",
            "range": "RANGE",
            "?asterisk": "ASTERISK",
        }
    ),
    "article_x_contractor": Layout(
        _ARTICLE | {"contractor_id": "CONTRACTOR ID", "contractor_type_id": "CONTRACTOR TYPE ID"}
    ),
    "contractor_jurisdiction": Layout(
        {
            "contractor_id": "CONTRACTOR ID",
            "contractor_type_id": "CONTRACTOR TYPE ID",
            "state_id": "STATE ID",
            "?active_date": "ACTIVE DATE",
            "?term_date": "TERM DATE",
        }
    ),
    "state_lookup": Layout({"state_id": "STATE ID", "state_abbrev": "STATE ABBREV"}),
}
_NEEDED = ("article", "article_x_hcpc_code", "article_x_icd10_covered")
_NO_RANGE = ("", "N", "0", "NO", "FALSE")
_PROCEDURE = re.compile(r"[0-9A-Z]{5}", re.ASCII)
_DIAGNOSIS = re.compile(r"[A-Z][0-9A-Z]{2}(\.?[0-9A-Z]{1,4})?", re.ASCII | re.IGNORECASE)
_NOT_APPLICABLE = "XX000"
ROWS = 1_000
Key = tuple[str, str]
Read = Callable[[str], Iterator[CsvRecord]]


@dataclass(slots=True)
class _Article:
    """One article as it is assembled from its files."""

    first: date
    last: date
    procedures: set[str] = field(default_factory=set)
    roles: dict[str, str] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)
    asterisked: set[str] = field(default_factory=set)
    states: set[str] = field(default_factory=set)
    has_ranges: bool = False


def database_file(file: OfficialFile) -> str:
    """Return which file of the database this is: by its columns, and by its name if two have the same."""
    by_columns = [name for name, layout in LAYOUTS.items() if find_columns(file, layout)]
    by_name = [name for name in by_columns if name == file.stem.lower()]
    return (by_name or by_columns or [""])[0]


def _recognizes(file: OfficialFile) -> bool:
    return bool(database_file(file))


def _release(files: Sequence[OfficialFile], options: ImportOptions) -> Release:
    by_name = {database_file(file): file for file in files}
    for name in _NEEDED:
        if name not in by_name:
            raise TableError(f"{files[0].name}: the file {name}.csv of the database is missing")
    published = snapshot_day(files, options, lambda file: file.dated if file is by_name["article"] else None)
    last = last_day(published, options, published + SNAPSHOT_HOLDS)
    return Release(
        label=published.isoformat(),
        published=published,
        covers=CoveredDays(published, last),
        rows=lambda on_progress: _rows(by_name, on_progress),
        fewest=ROWS,
    )


def _rows(files: dict[str, OfficialFile], on_progress: OnProgress) -> Iterator[TableRow]:
    """Yield a row for each article, and for each procedure in one a row that refers to it."""

    def read(name: str) -> Iterator[CsvRecord]:
        if name in files:
            yield from records(files[name], LAYOUTS[name], on_progress)

    articles = {
        _key(record): _Article(record.day("effective") or date.min, record.day("ended") or date.max)
        for record in read("article")
        if record["status"].upper() in ("A", "ACTIVE", "")
    }
    _collect_codes(read, articles)
    states = contractor_states(read)
    for record in read("article_x_contractor"):
        if article := articles.get(_key(record)):
            article.states |= states[record["contractor_id"], record["contractor_type_id"]]
    for (number, version), article in sorted(articles.items()):
        yield from _joined(f"A{number.removeprefix('A')}", version, article)


def _collect_codes(read: Read, articles: dict[Key, _Article]) -> None:
    for record in read("article_x_hcpc_code"):
        if article := articles.get(_key(record)):
            article.procedures.add(_code(article, record, "hcpc_code_id", _PROCEDURE, "a procedure code"))
    for name, role in (("article_x_icd10_covered", "covered"), ("article_x_icd10_noncovered", "noncovered")):
        for record in read(name):
            if article := articles.get(_key(record)):
                _diagnosis(article, record, role)


def _joined(number: str, version: str, article: _Article) -> Iterator[TableRow]:
    reference = f"{number} {version}"
    yield TableRow(reference, article.first, article.last, _value(number, version, article))
    for procedure in sorted(article.procedures):
        yield TableRow(procedure, article.first, article.last, reference)


def _key(record: CsvRecord) -> Key:
    return record["article_id"], record["article_version"]


def _diagnosis(article: _Article, record: CsvRecord, role: str) -> None:
    code = _code(article, record, "icd10_code_id", _DIAGNOSIS, "a diagnosis code").replace(".", "").upper()
    if code == _NOT_APPLICABLE:
        article.has_ranges = True  # only the article's text, not its list, tells which diagnoses are meant
        return
    article.roles.setdefault(code, role)
    article.groups.add(f"{role} {record['group']}")
    if record["asterisk"].upper() not in _NO_RANGE:
        article.asterisked.add(code)


def _code(article: _Article, record: CsvRecord, name: str, form: re.Pattern[str], what: str) -> str:
    """Return the code of a record; the format of ranges is unknown."""
    if record["range"].upper() not in _NO_RANGE:
        article.has_ranges = True
        return record[name]
    return record.matching(name, form, what)


def contractor_states(read: Read) -> dict[Key, set[str]]:
    """Return the states in each MAC's current jurisdiction."""
    names = {record["state_id"]: record["state_abbrev"] for record in read("state_lookup")}
    states: dict[Key, set[str]] = defaultdict(set)
    for record in read("contractor_jurisdiction"):
        if not record["term_date"] and record["state_id"] in names:
            states[record["contractor_id"], record["contractor_type_id"]].add(names[record["state_id"]])
    return states


def _value(number: str, version: str, article: _Article) -> str:
    return CoverageArticle(
        article=number,
        version=version,
        contractor="",
        states=frozenset(article.states),
        procedures=frozenset(article.procedures),
        roles=article.roles,
        asterisked=frozenset(article.asterisked),
        # Several groups belong to different procedures; only the article's text tells which.
        is_whole=not article.has_ranges and len(article.groups) <= 1,
    ).to_value()


MCD = FileKind(
    "mcd",
    "Medicare Coverage Database, billing and coding articles",
    "CMS",
    "CSV files with the headings article_id, article_version",
    _recognizes,
    _release,
    joins=beside,
)
