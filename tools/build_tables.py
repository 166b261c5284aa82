"""Rebuild the shipped tables: the ICD-10-CM list from its package, and the manifest's counts and hashes.

pip install simple-icd-10-cm==1.5.0      # only for --icd10cm; not needed to run the scrubber
python tools/build_tables.py --icd10cm   # writes edits/tables/icd10cm-fy2026.txt.gz
python tools/build_tables.py --mue FILE  # writes the unit limits of injection codes from CMS's own file
python tools/build_tables.py             # refreshes tables.toml and README.md
python tools/build_tables.py --check     # fails if they are stale
"""

from __future__ import annotations

import argparse
import csv
import gzip
import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run from a checkout, installed or not

from scrubber.tables.importing import files_of  # noqa: E402 - likewise
from scrubber.tables.official import KINDS  # noqa: E402 - likewise
from scrubber.tables.official.release import ImportOptions  # noqa: E402 - likewise
from scrubber.tables.shipped import MANIFEST, sha256_of_files  # noqa: E402 - the path is set up above

FOLDER = ROOT / "edits" / "tables"
ICD10CM = FOLDER / "icd10cm-fy2026.txt.gz"
ICD10CM_BILLABLE, ICD10CM_HEADERS = 74_719, 23_467
"""As the order file of the year counts them."""


def main() -> int:
    """Do what the arguments say; exit status 1 where something is stale."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--icd10cm", action="store_true", help="rebuild the ICD-10-CM list")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if something is stale")
    parser.add_argument("--mue", type=Path, metavar="FILE", help="take unit limits from an official file")
    arguments = parser.parse_args()
    if arguments.icd10cm:
        build_icd10cm()
    if arguments.mue:
        build_limits(arguments.mue)
    stale = False
    manifest = refreshed(FOLDER.joinpath(MANIFEST).read_text(encoding="utf-8"))
    for path, text in (
        (FOLDER / MANIFEST, manifest),
        (FOLDER / "README.md", readme(tomllib.loads(manifest))),
    ):
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale = True
            if not arguments.check:
                path.write_text(text, encoding="utf-8")
    if arguments.check and stale:
        print("edits/tables is stale: run python tools/build_tables.py")
    return int(arguments.check and stale)


def build_icd10cm() -> None:
    """Write all codes, sorted, a minus behind each that is no billable code."""
    import simple_icd_10_cm as icd  # noqa: PLC0415 - wanted for this one step only

    codes = [code for code in icd.get_all_codes(with_dots=False) if not icd.is_chapter_or_block(code)]
    # A category of the same name as its block is a category, too.
    codes += [
        code
        for code in icd.get_all_codes(with_dots=False)
        if icd.is_chapter_or_block(code) and icd.is_category_or_subcategory(code)
    ]
    entries = sorted({code if icd.is_leaf(code) else f"{code}-" for code in codes})
    billable = sum(not entry.endswith("-") for entry in entries)
    found = billable, len(entries) - billable
    if found != (ICD10CM_BILLABLE, ICD10CM_HEADERS):
        raise SystemExit(f"billable and headers are {found}, not {(ICD10CM_BILLABLE, ICD10CM_HEADERS)}")
    # No time in the header: the same codes make the same file.
    ICD10CM.write_bytes(gzip.compress("\n".join(entries).encode("ascii"), compresslevel=9, mtime=0))


def build_limits(path: Path) -> None:
    """Write the unit limits of the codes that injection claims carry: those that are shipped already, and
    the drugs. A new file needs an entry in the manifest.
    """
    kind = KINDS["mue"]
    release = kind.release(files_of(kind, [path]), ImportOptions())
    wanted = _column(FOLDER / "drugs.csv").union(*map(_column, FOLDER.glob("mue-*.csv")))
    rows = (row for row in release.rows(lambda _: None) if row.key in wanted)
    limits = sorted({(row.key, *row.value.split(" ")) for row in rows})
    with (FOLDER / f"mue-{release.program}-{release.label}.csv").open("w", encoding="utf-8") as stream:
        stream.write("code,limit,mai\n")
        stream.writelines(",".join(limit) + "\n" for limit in limits)


def _column(path: Path) -> set[str]:
    """Return the codes of a table."""
    with path.open(encoding="utf-8", newline="") as stream:
        return {cells["code"] for cells in csv.DictReader(stream)}


def refreshed(manifest: str) -> str:
    """Return the manifest with the counts and hashes of the files as they are."""
    tables = manifest.split("[[table]]")
    return "[[table]]".join([tables[0], *map(_refreshed, tables[1:])])


def _refreshed(table: str) -> str:
    files = [FOLDER / name for name in tomllib.loads(table)["files"]]
    counted = re.sub(r"(?m)^rows = .*$", f"rows = {_rows(files[-1])}", table)
    return re.sub(r"(?m)^sha256 = .*$", f'sha256 = "{sha256_of_files(files)}"', counted)


def _rows(path: Path) -> int:
    if path.suffix == ".gz":
        return len(gzip.decompress(path.read_bytes()).split())
    with path.open(encoding="utf-8", newline="") as stream:
        return sum(1 for _ in csv.reader(stream)) - 1


def readme(manifest: Mapping[str, Any]) -> str:
    """Return the folder's README."""
    lines = [
        "# Shipped tables",
        "<!-- Written by tools/build_tables.py from tables.toml; do not edit. -->",
        "Reference data that may be given away. Facts are stated one by one, with their source; no CPT",
        "descriptors (AMA) and no texts of X12 are among them. `tools/build_tables.py` rebuilds what is",
        "generated and refreshes counts and hashes. What is not here is imported: `scrubber tables import`.",
    ]
    for table in manifest["table"]:
        program = f" ({table['program']})" if "program" in table else ""
        lines += [
            "",
            f"## {table['kind']}{program} {table['label']}",
            table["about"],
            "",
            f"- files: {', '.join(f'`{name}`' for name in table['files'])}, {table['rows']:,} rows",
            f"- holds for services {_days(table)}{'' if table['complete'] else '; not the whole table'}",
            f"- publisher: {table['publisher']}; sources: {', '.join(table['sources'])}",
            f"- license: {table['license']}",
            f"- sha256: `{table['sha256']}`",
        ]
    return "\n".join(lines) + "\n"


def _days(table: Mapping[str, Any]) -> str:
    if "first" not in table:
        return "of any day (its rows have their own days)"
    last = table.get("last")
    return f"{table['first']} to {last}" if last else f"from {table['first']} on"


if __name__ == "__main__":
    raise SystemExit(main())
