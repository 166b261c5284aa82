"""The shipped tables: listed in a manifest, read on first use."""

from __future__ import annotations

import csv
import gzip
import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from scrubber.errors import TableError
from scrubber.tables.answer import CoveredDays
from scrubber.tables.drugs import Drug, Fact
from scrubber.tables.rows import CoverageArticle
from scrubber.tables.vintage import RowSource, TableRow, Vintage, VintageInfo

MANIFEST = "tables.toml"
Files = tuple[Path, ...]


@cache
def shipped_vintages(folder: Path) -> tuple[Vintage, ...]:
    """Return the vintages listed in a folder's manifest. Raise TableError naming what is wrong."""
    path = folder / MANIFEST
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["table"]
        return tuple(_vintage(folder, entry) for entry in entries)
    except (OSError, KeyError, ValueError) as error:
        raise TableError(f"{path}: cannot be used: {type(error).__name__}: {error}") from error


def sha256_of_files(files: Iterable[Path]) -> str:
    """Return the hash that the manifest gives for the files of a table."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _vintage(folder: Path, entry: Mapping[str, Any]) -> Vintage:
    first, last = entry.get("first", date.min), entry.get("last", date.max)
    files = tuple(folder / name for name in entry["files"])
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
    return Vintage(about, _lazily(_READERS[about.kind], files), imported=False)


def _lazily(read: Callable[[Files], RowSource], files: Files) -> RowSource:
    """Return a row source that reads its files on the first query."""
    opened: list[RowSource] = []

    def rows(key: str) -> Iterable[TableRow]:
        if not opened:
            opened.append(read(files))
        return opened[0](key)

    return rows


def _diagnoses(files: Files) -> RowSource:
    """Return all codes of a year: one per line, non-billable header codes followed by a minus."""
    codes = frozenset(gzip.decompress(files[0].read_bytes()).decode("ascii").split())

    def rows(key: str) -> Iterator[TableRow]:
        if key in codes:
            yield TableRow(key, date.min, date.max, "1")
        elif f"{key}-" in codes:
            yield TableRow(key, date.min, date.max, "0")

    return rows


def _by_key(rows: Iterable[TableRow]) -> RowSource:
    known: dict[str, list[TableRow]] = defaultdict(list)
    for row in rows:
        known[row.key].append(row)
    return lambda key: known.get(key, ())


def _limits(files: Files) -> RowSource:
    return _by_key(
        TableRow(cells["code"], date.min, date.max, f"{cells['limit']} {cells['mai']}".strip())
        for cells in _cells(files[0])
    )


def _places(files: Files) -> RowSource:
    return _by_key(
        TableRow(cells["code"], *_days(cells), f"{cells['facility']} {cells['name']}")
        for cells in _cells(files[0])
    )


def _listed(text: str) -> Callable[[Files], RowSource]:
    """Return a reader for lists of codes with their days; ``text`` is the column with their note."""

    def read(files: Files) -> RowSource:
        return _by_key(TableRow(cells["code"], *_days(cells), cells[text]) for cells in _cells(files[0]))

    return read


def _drugs(files: Files) -> RowSource:
    facts: dict[str, list[Fact]] = defaultdict(list)
    for cells in _cells(files[0]):
        code = cells.pop("code")
        name = cells.pop("fact")
        facts[code].append(Fact(name, **cells))
    return _by_key(Drug.row(code, found) for code, found in facts.items())


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
    "icd10cm": _diagnoses,
    "mue": _limits,
    "mcd": _articles,
    "drugs": _drugs,
    "places": _places,
    "modifiers": _listed("note"),
    "states": _listed("name"),
    "unclassified": _listed("note"),
}


def _cells(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream, strict=True)


def _days(cells: Mapping[str, str]) -> tuple[date, date]:
    first, last = cells["from"], cells["to"]
    return (
        date.fromisoformat(first) if first else date.min,
        date.fromisoformat(last) if last else date.max,
    )
