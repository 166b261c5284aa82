"""The shipped tables: listed in a manifest, read on first use."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from scrubber.cache import cached
from scrubber.errors import TableError
from scrubber.tables.answer import CoveredDays
from scrubber.tables.drugs import Drug, Fact
from scrubber.tables.rows import CoverageArticle
from scrubber.tables.vintage import RowSource, TableRow, Vintage, VintageInfo

MANIFEST = "tables.toml"
Files = tuple[Path, ...]
Cells = Mapping[str, str]
"""The cells of a row of a CSV file, by column."""


@cache
def shipped_vintages(folder: Path) -> tuple[Vintage, ...]:
    """Return the vintages listed in a folder's manifest. Raise TableError naming what is wrong."""
    path = folder / MANIFEST
    try:
        entries = cached("tables", (path, __file__), list[_Entry], lambda: _read_manifest(path))
        return tuple(_vintage(folder, entry) for entry in entries)
    except (OSError, KeyError, ValueError) as error:
        raise TableError(f"{path}: cannot be used: {type(error).__name__}: {error}") from error


def sha256_of_files(files: Iterable[Path]) -> str:
    """Return the hash that the manifest gives for the files of a table."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


class _Entry(Struct):
    """An entry of the manifest: a vintage, and its files."""

    about: VintageInfo
    files: tuple[str, ...]


def _read_manifest(path: Path) -> list[_Entry]:
    import tomllib  # noqa: PLC0415 - most runs find the manifest in the cache

    return [_entry(entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["table"]]


def _entry(entry: Mapping[str, Any]) -> _Entry:
    first, last = entry.get("first", date.min), entry.get("last", date.max)
    about = VintageInfo(
        kind=entry["kind"],
        program=entry.get("program", ""),
        label=entry["label"],
        published=entry.get("published", first),
        covers=CoveredDays(first, last),
        history=entry.get("history", first),
        complete=entry["complete"],
        rows=entry["rows"],
        sha256=entry["sha256"],
        published_by=entry["publisher"],
        files=", ".join(entry["files"]),
    )
    return _Entry(about, tuple(entry["files"]))


def _vintage(folder: Path, entry: _Entry) -> Vintage:
    files = tuple(folder / name for name in entry.files)
    return Vintage(entry.about, _lazily(_READERS[entry.about.kind], files), imported=False)


def _lazily(read: Callable[[Files], RowSource], files: Files) -> RowSource:
    """Return a row source that reads its files on the first query."""
    opened: list[RowSource] = []

    def rows(key: str) -> Iterable[TableRow]:
        if not opened:
            opened.append(read(files))
        return opened[0](key)

    return rows


class _Lines:
    """A compressed text of sorted lines, each a key and more, which are searched and never split as a whole.

    A line is a row: key, first day, last day and value with tabs between them; days as ``20261001``, empty
    where there is no limit.
    """

    def __init__(self, path: Path) -> None:
        self._text = gzip.decompress(path.read_bytes())

    def beginning_with(self, prefix: str) -> Iterator[TableRow]:
        """Yield the rows whose keys begin so, in the order of the keys."""
        sought, at = prefix.encode(), self._place_of(prefix.encode())
        while self._text.startswith(sought, at):
            end = self._text.find(b"\n", at)
            key, first, last, value = self._text[at:end].decode("ascii").split("\t")
            yield TableRow(
                key,
                date.fromisoformat(first) if first else date.min,
                date.fromisoformat(last) if last else date.max,
                value,
            )
            at = end + 1

    def _place_of(self, prefix: bytes) -> int:
        """Return where the first line begins that is not before a text in the order of lines."""
        low, high = 0, len(self._text)
        while low < high:
            start = self._text.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self._text.find(b"\n", start) + 1
            low, high = (end, high) if self._text[start:end] < prefix else (low, start)
        return low


def _compressed(files: Files) -> RowSource:
    lines = _Lines(files[0])
    return lambda key: lines.beginning_with(f"{key}\t")


def _diagnoses(files: Files) -> RowSource:
    """Return the billable codes with their days; a header has the days of the codes below it."""
    lines = _Lines(files[0])

    def rows(key: str) -> Iterator[TableRow]:
        below: list[tuple[date, date]] = []
        for row in lines.beginning_with(key):
            if row.key == key:
                yield TableRow(key, row.first, row.last, "1")
            elif row[1:3] not in below:
                below.append(row[1:3])
        yield from (TableRow(key, first, last, "0") for first, last in _joined(below))

    return rows


def _joined(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Return spans of days without overlaps and gaps between neighbors, in order."""
    joined: list[tuple[date, date]] = []
    for first, last in sorted(spans):
        if joined and (joined[-1][1] == date.max or first <= joined[-1][1] + timedelta(1)):
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    return joined


def _by_key(rows: Iterable[TableRow]) -> RowSource:
    known: dict[str, list[TableRow]] = defaultdict(list)
    for row in rows:
        known[row.key].append(row)
    return lambda key: known.get(key, ())


def _by_code(value: Callable[[Cells], str]) -> Callable[[Files], RowSource]:
    """Return a reader for files that have a row for each code, some with its days.

    ``value`` makes the value of the table's row.
    """

    def read(files: Files) -> RowSource:
        rows_of = _cells_by_code(files[0])
        return lambda key: [TableRow(key, *_days(cells), value(cells)) for cells in rows_of(key)]

    return read


def _drugs(files: Files) -> RowSource:
    rows_of = _cells_by_code(files[0])

    def rows(key: str) -> Iterator[TableRow]:
        if facts := [_fact(**cells) for cells in rows_of(key)]:
            yield Drug.row(key, facts)

    return rows


def _fact(*, code: str, fact: str, **cells: str) -> Fact:  # noqa: ARG001 - the code is the row's key
    return Fact(fact, **cells)


def _articles(files: Files) -> RowSource:
    """Return a row for each article and each procedure in it, from files of the articles and their codes."""
    roles: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    asterisked: dict[str, set[str]] = defaultdict(set)
    for cells in _cells(files[1]):
        roles[cells["article"]][cells["code"]][cells["diagnosis"]] = cells["role"]
        if cells["note"] == "*":
            asterisked[cells["article"]].add(cells["diagnosis"])
    rows: list[TableRow] = []
    for cells in _cells(files[0]):
        number = cells["article"]
        # Within an article each procedure has its own list.
        for code, listed in roles[number].items():
            reference = f"{number} {cells['version']} {code}"
            article = CoverageArticle(
                article=number,
                version=cells["version"],
                contractor=cells["contractor"],
                states=frozenset(cells["states"].split()),
                procedures=frozenset([code]),
                roles=listed,
                asterisked=frozenset(asterisked[number]),
                is_whole=True,
            )
            rows.append(TableRow(reference, date.min, date.max, article.to_value()))
            rows.append(TableRow(code, date.min, date.max, reference))
    return _by_key(rows)


_READERS: Mapping[str, Callable[[Files], RowSource]] = {
    "asp": _compressed,
    "hcpcs": _compressed,
    "aoc": _compressed,
    "pfs": _compressed,
    "icd10cm": _diagnoses,
    "zip5": _compressed,
    "diagnosis-rules": _compressed,
    "diagnosis-notes": _compressed,
    "mue": _by_code(lambda cells: f"{cells['limit']} {cells['mai']}".strip()),
    "mcd": _articles,
    "drugs": _drugs,
    "drug-listings": _drugs,
    "places": _by_code(lambda cells: f"{cells['facility']} {cells['name']}"),
    "modifiers": _by_code(lambda cells: cells["note"]),
    "single-dose": _by_code(lambda cells: cells["note"]),
    "drug-names": _by_code(lambda cells: f"{cells['codes']}|{cells['self_administered']}|{cells['name']}"),
    "sad": _by_code(lambda cells: json.dumps((cells["article"], cells["form"], cells["states"].split()))),
    "packages": _by_code(lambda cells: cells["units"]),
    "indications": _by_code(
        lambda cells: "|".join(cells[name] for name in ("diagnoses", "youngest", "program", "basis", "note"))
    ),
    "states": _by_code(lambda cells: cells["name"]),
    "unclassified": _by_code(lambda cells: cells["note"]),
    "ages": _by_code(lambda cells: f"{cells['youngest']} {cells['oldest']}"),
    "included": _by_code(lambda cells: cells["in"]),
    "ended": _by_code(lambda cells: cells["replaced_by"]),
    "ended-reasons": _by_code(lambda _: ""),
}


def _cells_by_code(path: Path) -> Callable[[str], list[Cells]]:
    """Return a function that returns the rows of a CSV file for a code. `csv.DictReader` takes far longer."""
    known: dict[str, list[list[str]]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream, strict=True)
        columns = next(rows)
        at = columns.index("code")
        for row in rows:
            known[row[at]].append(row)
    return lambda code: [dict(zip(columns, row, strict=True)) for row in known.get(code, ())]


def _cells(path: Path) -> Iterator[Cells]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream, strict=True)


def _days(cells: Cells) -> tuple[date, date]:
    first, last = cells.get("from"), cells.get("to")
    return (
        date.fromisoformat(first) if first else date.min,
        date.fromisoformat(last) if last else date.max,
    )
