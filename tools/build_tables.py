"""Refresh the counts and hashes in the manifest of the shipped tables, and its README.

python tools/build_tables.py             # refreshes tables.toml and README.md
python tools/build_tables.py --check     # fails if they are stale

What is taken from official files is written by tools/ship_official.py.
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

from scrubber.tables.shipped import MANIFEST, sha256_of_files  # noqa: E402 - the path is set up above

FOLDER = ROOT / "edits" / "tables"


def main() -> int:
    """Do what the arguments say; exit status 1 where something is stale."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="write nothing, fail if something is stale")
    arguments = parser.parse_args()
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
        return len(gzip.decompress(path.read_bytes()).splitlines())
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
