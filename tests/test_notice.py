"""NOTICE says of every shipped table where it comes from."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLES = ROOT / "edits" / "tables"
NOTICE = (ROOT / "NOTICE").read_text(encoding="utf-8").splitlines()
DATA = sorted(path.name for path in TABLES.iterdir() if path.suffix in {".csv", ".gz", ".toml"})


@pytest.mark.parametrize("name", [name for name in DATA if name != "tables.toml"])
def test_every_table_is_listed(name: str) -> None:
    """Each file of data has a line of its own in NOTICE."""
    assert name in NOTICE, f"add {name} to NOTICE: publisher, terms, and what of it is included"


def test_nothing_else_is_listed() -> None:
    """A table that is no longer shipped is no longer in NOTICE."""
    listed = {line for line in NOTICE if line.endswith((".csv", ".gz", ".toml")) and " " not in line}
    assert listed <= set(DATA)


def test_every_table_file_is_in_the_manifest() -> None:
    """What NOTICE refers to for dates and hashes has every CSV and every compressed list."""
    manifest = tomllib.loads((TABLES / "tables.toml").read_text(encoding="utf-8"))
    named = {name for table in manifest["table"] for name in table["files"]}
    assert named == {name for name in DATA if not name.endswith(".toml")}
