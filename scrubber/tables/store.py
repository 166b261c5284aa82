"""Imported vintages: one SQLite file each, written under a temporary name and renamed, so whole or absent.

A file never changes once it has its name. A reader opens it at the start and keeps reading the same data,
even if an import replaces it in the meantime.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from datetime import date
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from scrubber.errors import TableError
from scrubber.tables.folder import SUFFIX, table_files
from scrubber.tables.vintage import TableRow, Vintage, VintageInfo

_PART = ".part"
_APPLICATION = 0x837B0C5
_VERSION = 1
_BATCH = 50_000
_STALE_AFTER = 86_400.0
"""Age in seconds after which an unfinished import is considered killed."""


class Stored(NamedTuple):
    """A stored vintage and its path."""

    about: VintageInfo
    path: Path


def stored_vintages(folder: Path) -> list[Vintage]:
    """Open all vintages in a folder for reading. Raise TableError for a file that cannot be used."""
    return [_open(path) for path in table_files(folder)]


def stored(folder: Path) -> list[Stored]:
    """Return the vintages in a folder, for listing and removing."""
    entries = []
    for path in table_files(folder):
        with closing(_connect(path)) as connection:
            entries.append(Stored(_about(connection, path), path))
    return entries


def store(
    folder: Path, about: VintageInfo, rows: Iterable[TableRow], fewest: int, *, partial: bool | None
) -> VintageInfo:
    """Write a vintage, replacing one of the same table and label. All or nothing.

    If ``partial`` is ``None``, it is complete if it has at least ``fewest`` rows. Raise what reading the rows
    raises, and TableError if there are no rows.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(folder)
    handle, name = tempfile.mkstemp(prefix=".importing-", suffix=_PART, dir=folder)
    os.close(handle)
    temporary = Path(name)
    try:
        with closing(sqlite3.connect(temporary, isolation_level=None)) as connection:
            count = _fill(connection, rows)
            if count == 0:
                raise TableError(f"{about.files}: no rows found")
            complete = count >= fewest if partial is None else not partial
            about = replace(about, rows=count, complete=complete)
            _describe(connection, about)
        final = folder / f"{about.table}.{about.label}{SUFFIX}"
        if partial is None and not complete and final.exists():
            _refuse_partial(final)
        _publish(temporary, final)
    except sqlite3.Error as error:
        raise TableError(f"{folder}: the table cannot be written: {error}") from error
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()
    return about


def _refuse_partial(path: Path) -> None:
    """Raise TableError rather than let a partial table, possibly a damaged file, replace the complete one."""
    with closing(_connect(path)) as connection:
        if _about(connection, path).complete:
            raise TableError(f"{path}: a partial table would replace the complete one; --partial allows it")


def rows_before(folder: Path, table: str, day: date) -> Iterator[TableRow] | None:
    """Return all rows of the complete vintage of a table that was in force on a day, or ``None``."""
    entries = [
        entry
        for entry in (stored(folder) if folder.is_dir() else ())
        if entry.about.table == table and entry.about.complete and day in entry.about.covers
    ]
    return _all_rows(max(entries, key=lambda entry: entry.about.published).path) if entries else None


def _all_rows(path: Path) -> Iterator[TableRow]:
    with closing(_connect(path)) as connection:
        for key, first, last, value in connection.execute("SELECT key, first, last, value FROM rows"):
            yield TableRow(key, date.fromordinal(first), date.fromordinal(last), value)


def remove(entry: Stored) -> None:
    """Remove a vintage. Readers that have it open keep reading it."""
    entry.path.unlink()


def _fill(connection: sqlite3.Connection, rows: Iterable[TableRow]) -> int:
    """Insert all rows into a new database. It needs no journal: it does not count until it is renamed."""
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute(
        "CREATE TABLE rows (key TEXT, first INTEGER, last INTEGER, value TEXT,"
        " PRIMARY KEY (key, first, last, value)) WITHOUT ROWID"
    )
    connection.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT)")
    plain = ((key, first.toordinal(), last.toordinal(), value) for key, first, last, value in rows)
    connection.execute("BEGIN")
    while batch := list(islice(plain, _BATCH)):
        connection.executemany("INSERT OR IGNORE INTO rows VALUES (?, ?, ?, ?)", batch)
    connection.execute("COMMIT")
    count: int = connection.execute("SELECT count(*) FROM rows").fetchone()[0]
    return count


def _describe(connection: sqlite3.Connection, about: VintageInfo) -> None:
    connection.executemany("INSERT INTO about VALUES (?, ?)", about.to_record().items())
    connection.execute(f"PRAGMA application_id = {_APPLICATION}")
    connection.execute(f"PRAGMA user_version = {_VERSION}")


def _publish(temporary: Path, final: Path) -> None:
    with temporary.open("rb") as stream:
        os.fsync(stream.fileno())
    temporary.replace(final)
    if os.name == "posix":
        handle = os.open(final.parent, os.O_RDONLY)
        try:
            # The table is already in force; some file systems cannot do this for a folder.
            with suppress(OSError):
                os.fsync(handle)
        finally:
            os.close(handle)


def _sweep(folder: Path) -> None:
    """Remove what killed imports left behind."""
    for path in folder.glob(f".importing-*{_PART}"):
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > _STALE_AFTER:
                path.unlink()


def _connect(path: Path) -> sqlite3.Connection:
    """Open for reading. ``immutable``: the file never changes, so SQLite need not lock it."""
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        return sqlite3.connect(address, uri=True, check_same_thread=False)
    except sqlite3.Error as error:
        raise TableError(f"{path}: cannot be opened ({error}); import it again or remove it") from error


def _about(connection: sqlite3.Connection, path: Path) -> VintageInfo:
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if (application, version) != (_APPLICATION, _VERSION):
            raise TableError(f"{path}: not a table of this scrubber version; import it again")
        return VintageInfo.from_record(dict(connection.execute("SELECT name, value FROM about")))
    except (sqlite3.Error, KeyError, ValueError) as error:
        raise TableError(f"{path}: damaged ({type(error).__name__}); import it again or remove it") from error


def _open(path: Path) -> Vintage:
    connection = _connect(path)
    about = _about(connection, path)

    def rows(key: str) -> list[TableRow]:
        try:
            found = connection.execute("SELECT first, last, value FROM rows WHERE key = ?", (key,))
            return [
                TableRow(key, date.fromordinal(first), date.fromordinal(last), value)
                for first, last, value in found
            ]
        except (sqlite3.Error, TypeError, ValueError, OverflowError) as error:
            raise TableError(f"{path}: damaged; import it again or remove it") from error

    return Vintage(about, rows, imported=True)
