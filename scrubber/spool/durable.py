"""Writing that survives a power failure: the file is synced, then its folder.

A failed fsync is never retried: the kernel may have dropped the pages. The error propagates, and the file is
recreated from its source.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

_CHUNK = 1 << 20
_PART = ".part"


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, data: bytes, group: int | None = None) -> None:
    """Write a small file so that it is there whole or not at all, replacing an existing one.

    Its owner can read it, and members of the group, if there is one.
    """
    part = path.with_name(path.name + _PART)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            if group is not None:
                os.fchown(handle, -1, group)
                os.fchmod(handle, 0o640)
            os.fsync(stream.fileno())
        part.rename(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    sync_folder(path.parent)


def copy_hashed(source: BinaryIO, target: Path) -> tuple[str, int]:
    """Copy a stream into a new, synced file; return its SHA-256 in hexadecimal and its size in bytes.

    Raise FileExistsError if there is anything under this name, even a link to nowhere.
    """
    digest, size = hashlib.sha256(), 0
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as stream:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            stream.write(chunk)
        stream.flush()
        os.fsync(stream.fileno())
    return digest.hexdigest(), size


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hash_of(stream)


def hash_of(stream: BinaryIO) -> str:
    """Return the SHA-256 of the rest of a stream in hexadecimal."""
    digest = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def move(source: Path, target: Path) -> None:
    """Rename durably. If the source is gone and the target's folder exists, it was done before."""
    with suppress(FileNotFoundError):
        source.rename(target)
    # The new name first: a power failure between the two may leave both names, never none.
    sync_folder(target.parent)
    sync_folder(source.parent)
