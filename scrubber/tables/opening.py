"""The tables used by a run: the shipped and the imported ones."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from scrubber.errors import TableError
from scrubber.tables.folder import default_folder, table_files
from scrubber.tables.lookups import Tables
from scrubber.tables.shipped import shipped_vintages
from scrubber.tables.vintage import Vintage


def open_tables(shipped: Path, imported: Path | None = None, lock: Path | None = None) -> Tables:
    """Open the tables as they are now; a later import is not seen.

    Without a folder of imported tables, the one in the user's data directory is used, if there is one. With a
    lock file, exactly the releases that it names are used. Raise TableError for a given folder that does not
    exist, for a table that cannot be used, and for a locked release that is missing.
    """
    if imported is not None and not imported.is_dir():
        raise TableError(f"{imported}: tables folder not found")
    vintages = (*shipped_vintages(shipped), *_imported(imported or default_folder()))
    if lock is None:
        return Tables(vintages)
    from scrubber.tables.lock import locked  # noqa: PLC0415 - few runs are locked

    return Tables(locked(vintages, lock))


def _imported(folder: Path) -> Iterable[Vintage]:
    if not table_files(folder):
        return ()
    from scrubber.tables.store import stored_vintages  # noqa: PLC0415 - SQLite is only needed for these

    return stored_vintages(folder)
