"""The tables used by a run: the shipped and the imported ones."""

from __future__ import annotations

from pathlib import Path

from scrubber.errors import TableError
from scrubber.tables.lookups import Tables
from scrubber.tables.shipped import shipped_vintages
from scrubber.tables.store import default_folder, stored_vintages


def open_tables(shipped: Path, imported: Path | None = None) -> Tables:
    """Open the tables as they are now; a later import is not seen.

    Without a folder of imported tables, the one in the user's data directory is used, if there is one. Raise
    TableError for a given folder that does not exist, and for a table that cannot be used.
    """
    if imported is not None and not imported.is_dir():
        raise TableError(f"{imported}: tables folder not found")
    return Tables((*shipped_vintages(shipped), *stored_vintages(imported or default_folder())))
