"""The FDA's NDC directory: product and package files, tab-separated; both are needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from scrubber.errors import TableError
from scrubber.tables.answer import CoveredDays
from scrubber.tables.forms import eleven_digits
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
from scrubber.tables.rows import DrugPackage
from scrubber.tables.vintage import TableRow

PRODUCT = Layout(
    {
        "PRODUCTID": "PRODUCTID",
        "PROPRIETARYNAME": "PROPRIETARYNAME",
        "NONPROPRIETARYNAME": "NONPROPRIETARYNAME",
        "DOSAGEFORMNAME": "DOSAGEFORMNAME",
        "ROUTENAME": "ROUTENAME",
        "ACTIVE_NUMERATOR_STRENGTH": "ACTIVE NUMERATOR STRENGTH",
        "ACTIVE_INGRED_UNIT": "ACTIVE INGRED UNIT",
    },
    "\t",
    quoted=False,
)
PACKAGE = Layout(
    {
        "PRODUCTID": "PRODUCTID",
        "NDCPACKAGECODE": "NDCPACKAGECODE",
        "PACKAGEDESCRIPTION": "PACKAGEDESCRIPTION",
        "STARTMARKETINGDATE": "STARTMARKETINGDATE",
        "ENDMARKETINGDATE": "ENDMARKETINGDATE",
        "?NDC_EXCLUDE_FLAG": "NDC EXCLUDE FLAG",
    },
    "\t",
    quoted=False,
)
PACKAGES = 100_000


def _recognizes(file: OfficialFile) -> bool:
    return find_columns(file, PRODUCT) is not None or find_columns(file, PACKAGE) is not None


def _release(files: Sequence[OfficialFile], options: ImportOptions) -> Release:
    products = [file for file in files if find_columns(file, PRODUCT)]
    packages = [file for file in files if find_columns(file, PACKAGE)]
    for found, name in ((products, "product"), (packages, "package")):
        if len(found) != 1:
            problem = "is missing" if not found else "is given more than once"
            raise TableError(
                f"{files[0].name}: the directory has a product and a package file; the {name} file {problem}"
            )
    published = snapshot_day(files, options, lambda file: file.dated)
    last = last_day(published, options, published + SNAPSHOT_HOLDS)
    return Release(
        label=published.isoformat(),
        published=published,
        covers=CoveredDays(published, last),
        rows=lambda on_progress: _rows(products[0], packages[0], on_progress),
        fewest=PACKAGES,
        # Packages have their marketing dates, so the list is reliable for earlier days.
        history=date.min,
    )


def _rows(products: OfficialFile, packages: OfficialFile, on_progress: OnProgress) -> Iterator[TableRow]:
    known: dict[str, tuple[str, str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {}
    for record in records(products, PRODUCT, on_progress):
        known[record["PRODUCTID"]] = (
            record["PROPRIETARYNAME"],
            record["NONPROPRIETARYNAME"],
            record["DOSAGEFORMNAME"],
            _parts(record["ROUTENAME"]),
            _parts(record["ACTIVE_NUMERATOR_STRENGTH"]),
            _parts(record["ACTIVE_INGRED_UNIT"]),
        )
    for record in records(packages, PACKAGE, on_progress):
        product = known.get(record["PRODUCTID"])
        if product is None:
            raise record.fault("PRODUCTID", "this product ID is not in the product file")
        yield _row(record, product)


def _row(
    record: CsvRecord, product: tuple[str, str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]
) -> TableRow:
    ndc = eleven_digits(record["NDCPACKAGECODE"])
    if not ndc:
        raise record.fault("NDCPACKAGECODE", f"{record['NDCPACKAGECODE'][:40]!r} is not an NDC")
    package = DrugPackage(
        ndc,
        *product,
        package=record["PACKAGEDESCRIPTION"],
        excluded=record["NDC_EXCLUDE_FLAG"] in ("E", "U", "I"),
        marketed_from=record.day("STARTMARKETINGDATE") or date.min,
        marketed_to=record.day("ENDMARKETINGDATE") or date.max,
    )
    return TableRow(ndc, package.marketed_from, package.marketed_to, package.to_value())


def _parts(text: str) -> tuple[str, ...]:
    """Return the values of a cell, which are separated by semicolons."""
    return tuple(part.strip() for part in text.split(";") if part.strip())


NDC = FileKind(
    "ndc",
    "NDC directory, products and packages",
    "FDA",
    "product and package files with the headings PRODUCTID, separated by tabs",
    _recognizes,
    _release,
    joins=beside,
)
