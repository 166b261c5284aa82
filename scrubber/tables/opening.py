"""The tables that a run uses: those that are shipped, and those that were imported."""

from __future__ import annotations

from pathlib import Path

from scrubber.errors import TableError
from scrubber.tables.shipped import shipped_vintages
from scrubber.tables.store import default_folder, stored_vintages
from scrubber.tables.tables import Tables


def open_tables(shipped: Path, imported: Path | None = None) -> Tables:
    """Open the tables as they are now; an import that comes later is not seen.

    Without a folder of imported tables it is that of the user's data directory, which need not be there.
    Raises TableError for a folder that is named and missing, and for a table that cannot be used.
    """
    if imported is not None and not imported.is_dir():
        raise TableError(f"{imported}: no such folder of tables")
    return Tables((*shipped_vintages(shipped), *stored_vintages(imported or default_folder())))
