"""Importing official files in a test, and looking at what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from scrubber.tables import Lookups, Tables
from scrubber.tables.importing import files_of, import_files
from scrubber.tables.official import KINDS
from scrubber.tables.official.release import ImportOptions, Program
from scrubber.tables.store import stored_vintages
from scrubber.tables.vintage import VintageInfo


def bring_in(
    kind: str,
    folder: Path,
    paths: Iterable[Path],
    *,
    effective: date | None = None,
    until: date | None = None,
    program: Program = "",
    partial: bool | None = None,
) -> tuple[VintageInfo, str]:
    """Import files of a kind into a folder of tables."""
    files = files_of(KINDS[kind], list(paths))
    return import_files(KINDS[kind], files, folder, ImportOptions(effective, until, program), partial=partial)


def looking(folder: Path) -> Lookups:
    """What the tables of a folder say, without those that are shipped."""
    return Lookups(Tables(stored_vintages(folder)))


def contents(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, hidden files too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
