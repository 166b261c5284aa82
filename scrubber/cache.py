"""Keep what is derived from the program's own files alone: in the user's cache folder, or nowhere.

The cache saves time and decides nothing. An entry is plain data, so reading one runs no code. It is used only
if it belongs to the user alone, its checksum is right, and its key is that of all that it is made from.
Otherwise it is silently rebuilt, and written if possible. Nothing about claims is in it.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from platformdirs import user_cache_path

from scrubber.stopping import uninterrupted
from scrubber.version import __version__

T = TypeVar("T")
SUFFIX = ".msgpack"
_PART = ".part"
_DIGEST_LENGTH = 32
_STALE_AFTER = 30 * 86_400.0
"""Age in seconds after which an entry that others replaced is removed."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def cache_folder() -> Path:
    """Return the folder of the cache. It may be deleted at any time."""
    return user_cache_path("scrubber837", appauthor=False)


def cached(
    name: str,
    sources: Iterable[str | Path],
    kind: Any,  # noqa: ANN401 - any type that msgspec can write and read
    make: Callable[[], T],
    also: str = "",
) -> T:
    """Return what ``make`` returns, a value of a kind, from the cache if that was made from the same sources.

    ``also`` is what else it depends on. Raise only what ``make`` raises.
    """
    try:
        key = _key(name, sources, also)
        path = cache_folder() / f"{name}-{key[:16]}{SUFFIX}"
    except OSError:
        return make()
    data = _read(path, key)
    if data is not None:
        with suppress(msgspec.DecodeError, msgspec.ValidationError):
            value: T = msgspec.msgpack.decode(data, type=kind)
            return value
    made = make()
    with suppress(OSError), uninterrupted():
        _write(path, name, key, msgspec.msgpack.encode(made))
    return made


def _key(name: str, sources: Iterable[str | Path], also: str) -> str:
    """Return a digest of what an entry is made from: the program, Python and msgspec, and its sources.

    A source is identified by path, inode, size and times. Reading them all would cost a good part of what the
    cache saves; Python's own cache of bytecode goes by size and one time.
    """
    lines = [name, __version__, sys.version, sys.platform, msgspec.__version__, also]
    for source in sources:
        status = Path(source).stat()
        times = f"{status.st_mtime_ns} {status.st_ctime_ns}"
        lines.append(f"{os.fspath(source)} {status.st_ino} {status.st_size} {times}")
    return sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _checksum(key: str, data: bytes) -> bytes:
    return sha256(key.encode() + data).digest()


def _read(path: Path, key: str) -> bytes | None:
    """Return the data of an entry, or ``None`` if there is none that can be trusted."""
    try:
        if not _is_private(path.parent.stat()):
            return None
        with open(path, "rb", opener=_open) as stream:
            status = os.fstat(stream.fileno())
            if not (stat.S_ISREG(status.st_mode) and _is_private(status)):
                return None
            content = stream.read()
    except OSError:
        return None
    digest, data = content[:_DIGEST_LENGTH], content[_DIGEST_LENGTH:]
    return data if digest == _checksum(key, data) else None


def _open(path: str, flags: int) -> int:
    """Open a file for the user alone, without following a link or waiting for a pipe."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0), 0o600)


def _is_private(status: os.stat_result) -> bool:
    """Return True if a file or folder belongs to the user, and nobody else has any right to it.

    Elsewhere than on POSIX systems the user's cache folder is private as a whole.
    """
    if os.name != "posix":
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & _OTHERS


def _write(path: Path, name: str, key: str, data: bytes) -> None:
    """Write an entry, whole or not at all. Raise OSError if that is not possible."""
    # A home folder that is missing is not created.
    path.parent.parent.mkdir(mode=0o700, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if not _is_private(path.parent.stat()):
        return
    part = path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}{_PART}")
    try:
        with open(part, "xb", opener=_open) as stream:
            stream.write(_checksum(key, data) + data)
        part.replace(path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    _sweep(path, name)


def _sweep(path: Path, name: str) -> None:
    """Remove old entries of the same name, and what killed runs left behind."""
    for other in (*path.parent.glob(f"{name}-*{SUFFIX}"), *path.parent.glob(f".{name}-*{_PART}")):
        with suppress(OSError):
            if other != path and time.time() - other.stat().st_mtime > _STALE_AFTER:
                other.unlink()
