"""The lock file: exactly which releases a run uses, so that an old report comes out byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from scrubber.errors import TableError
from scrubber.tables.answer import VintageName
from scrubber.tables.vintage import Vintage

SCHEMA = "scrubber.tables-lock/1"


class _Locked(msgspec.Struct, forbid_unknown_fields=True):
    """One release: its table, its label, and the hash of the files that it was read from."""

    table: str
    release: str
    sha256: str


class _LockFile(msgspec.Struct, forbid_unknown_fields=True):
    """The content of a lock file."""

    schema: str
    tables: list[_Locked]


def lock_of(vintages: Iterable[Vintage]) -> bytes:
    """Return the lock file for these vintages, in order."""
    names = sorted(vintage.name for vintage in vintages)
    lock = _LockFile(SCHEMA, [_Locked(*name) for name in names])
    return msgspec.json.format(msgspec.json.encode(lock), indent=2) + b"\n"


def is_lock(path: Path) -> bool:
    """Return True if a file begins as a lock file does."""
    with path.open("rb") as stream:
        return f'"schema": "{SCHEMA}"'.encode() in stream.read(100)


def locked(vintages: Sequence[Vintage], path: Path) -> list[Vintage]:
    """Return the vintages that a lock file names. Raise TableError if one of them is not there."""
    try:
        lock = msgspec.json.decode(path.read_bytes(), type=_LockFile)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TableError(f"{path}: not a lock file: {error}") from error
    if lock.schema != SCHEMA:
        raise TableError(f"{path}: a lock file of another version of the scrubber ({lock.schema})")
    wanted = {VintageName(entry.table, entry.release, entry.sha256) for entry in lock.tables}
    found = [vintage for vintage in vintages if vintage.name in wanted]
    missing = wanted - {vintage.name for vintage in found}
    if missing:
        table, release, digest = min(missing)
        more = f" ({len(missing)} releases are missing)" if len(missing) > 1 else ""
        raise TableError(
            f"{path}: {table} {release} with sha256 {digest} is not here; import that file again{more}"
        )
    return found
