"""Write edits/tables/drug_listings.csv: what official lists say of every drug code that Medicare prices.

    python tools/ship_drug_listings.py NDCTEXT.ZIP

The codes, units and replaced codes are those of the shipped ASP lists, days are those of the shipped HCPCS
list, JW and JZ those of `single_dose.csv`. Names, routes and containers come from the FDA's NDC directory,
whose files are read as `scrubber tables import ndc` reads them. Then run `tools/build_tables.py`.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run from a checkout, installed or not

from scrubber.tables.drugs import Fact  # noqa: E402 - the path is set up above
from scrubber.tables.importing import files_of  # noqa: E402 - likewise
from scrubber.tables.official import KINDS  # noqa: E402 - likewise
from scrubber.tables.official.release import ImportOptions  # noqa: E402 - likewise
from scrubber.tables.rows import DrugPackage, PricedDrug  # noqa: E402 - likewise
from scrubber.tables.vintage import TableRow  # noqa: E402 - likewise

FOLDER = ROOT / "edits" / "tables"
ASP_LISTS = {"S-ASP25Q4": "asp-2025-10-01.txt.gz", "S-ASP26Q1": "asp-2026-01-01.txt.gz"}
"""The shipped ASP lists in order, by their sources."""
HCPCS_LIST, HCPCS_SOURCE = "hcpcs-2025-10-01.txt.gz", "S-HCPCS25Q4"
DIRECTORY_SOURCE = "S-NDC19"
_PRODUCT = 9
"""Digits of an NDC that are the labeler and the product; the others are the package."""
_ROUTES = {
    "INTRAMUSCULAR": "IM", "SUBCUTANEOUS": "SC", "INTRAVENOUS": "IV", "INTRA-ARTICULAR": "IA",
    "INTRALESIONAL": "IL", "INTRADERMAL": "ID", "INTRATHECAL": "IT", "SOFT TISSUE": "ST",
}  # fmt: skip
"""Routes of the directory that the facts of drugs have, too; others are in lowercase."""


def main() -> None:
    """Write the file."""
    directory = KINDS["ndc"].release(files_of(KINDS["ndc"], [Path(sys.argv[1])]), ImportOptions())
    packages: dict[str, list[DrugPackage]] = defaultdict(list)
    for row in directory.rows(lambda _: None):
        packages[row.key[:_PRODUCT]].append(DrugPackage.of(row))
    priced = {source: [PricedDrug.of(row) for row in _shipped(name)] for source, name in ASP_LISTS.items()}
    with (FOLDER / "drug_listings.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(("code", "fact", *Fact._fields[1:]))
        rows.writerows(dict.fromkeys(_rows(priced, packages)))


def _rows(
    priced: Mapping[str, Sequence[PricedDrug]], packages: Mapping[str, Sequence[DrugPackage]]
) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the file: those of one code together, sorted by the name of the fact."""
    days = {row.key: row for row in _shipped(HCPCS_LIST)}
    replaced = _replaced(*priced.values())
    with (FOLDER / "single_dose.csv").open(encoding="utf-8", newline="") as stream:
        single_dose = {cells["code"] for cells in csv.DictReader(stream)}
    products: dict[str, set[str]] = defaultdict(set)
    for entries in priced.values():
        for entry in entries:
            products[entry.procedure].add(entry.ndc[:_PRODUCT])
    units = _units(priced)
    for code in sorted(products):
        known = [package for product in products[code] for package in packages.get(product, ())]
        facts = [*_days_of(days.get(code)), *units[code], *_of_labels(known)]
        if code in single_dose:
            note = "the JW and JZ policy applies; other containers are possible"
            facts.append(Fact("container", "single-dose", "", "S-JWJZ25", "low", note))
        for old, new in replaced:
            source = list(ASP_LISTS)[-1]
            facts += [Fact("successor", new, "", source, "medium", "")] if code == old else []
            facts += [Fact("predecessor", old, "", source, "medium", "")] if code == new else []
        yield from ((code, *fact) for fact in sorted(facts))


def _shipped(name: str) -> Iterator[TableRow]:
    """Yield the rows of a shipped compressed table."""
    for line in gzip.decompress((FOLDER / name).read_bytes()).decode("ascii").splitlines():
        key, first, last, value = line.split("\t")
        begins = date.fromisoformat(first) if first else date.min
        yield TableRow(key, begins, date.fromisoformat(last) if last else date.max, value)


def _days_of(row: TableRow | None) -> Iterator[Fact]:
    if row and row.first > date.min:
        yield Fact("added", f"{row.first}", "", HCPCS_SOURCE, "high", "")
    if row and row.last < date.max:
        yield Fact("terminated", f"{row.last}", "", HCPCS_SOURCE, "high", "")


def _units(priced: Mapping[str, Sequence[PricedDrug]]) -> Mapping[str, Sequence[Fact]]:
    """Return the amount of one unit of each code, with the lists that say so."""
    sources: dict[tuple[str, str], list[str]] = defaultdict(list)
    for source, entries in priced.items():
        for code, dosage in {(entry.procedure, " ".join(entry.dosage.lower().split())) for entry in entries}:
            sources[code, dosage].append(source)
    units: dict[str, list[Fact]] = defaultdict(list)
    for (code, dosage), of_unit in sources.items():
        units[code].append(Fact("unit", dosage, "", ";".join(of_unit), "high", ""))
    return units


def _of_labels(packages: Sequence[DrugPackage]) -> Iterator[Fact]:
    """Yield the commonest name, and all routes and kinds of containers of some packages.

    The directory is an old one: a route or a container that none of them has may exist all the same.
    """
    names = Counter(package.ingredients.lower() for package in packages)
    if names:
        name = min(names, key=lambda name: (-names[name], name))
        yield Fact("name", name, "", DIRECTORY_SOURCE, "high", "")
    for route in {route for package in packages for route in package.routes}:
        value = _ROUTES.get(route, route.lower())
        yield Fact("route", value, "", DIRECTORY_SOURCE, "low", "on a label in 2019")
    for kind in {kind for package in packages for kind in _containers(package.package.upper())}:
        yield Fact("container", kind, "", DIRECTORY_SOURCE, "low", "some packages in 2019")


def _containers(package: str) -> Iterator[str]:
    if "SINGLE-DOSE" in package or "SINGLE-USE" in package:
        yield "single-dose"
    if "MULTI-DOSE" in package or "MULTIPLE-DOSE" in package:
        yield "multi-dose"


def _replaced(older: Iterable[PricedDrug], newer: Iterable[PricedDrug]) -> Sequence[tuple[str, str]]:
    """Return codes that the newer list dropped, with the one new code that it prices their packages under."""
    before, after = ({(entry.ndc, entry.procedure) for entry in entries} for entries in (older, newer))
    dropped = {code for _, code in before} - {code for _, code in after}
    added = {code for _, code in after} - {code for _, code in before}
    follows: dict[str, set[str]] = {code: set() for code in dropped}
    for package, new in after:
        if new in added:
            for code in dropped:
                follows[code] |= {new} if (package, code) in before else set()
    return sorted((code, new.pop()) for code, new in follows.items() if len(new) == 1)


if __name__ == "__main__":
    main()
