"""Refuse files that others can change: configuration and edits decide what goes out, and edits are code."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from scrubber.errors import ConfigurationError

_WRITABLE = stat.S_IWGRP | stat.S_IWOTH
_MOST_LINKS = 40


def require_own(path: Path) -> None:
    """Refuse a file or folder that others can write to or replace: its folders and links count, too.

    Raise ConfigurationError with the path to correct. A folder for all, such as /tmp, is no danger to what is
    in it if it is sticky. Only POSIX systems are checked.
    """
    if os.name != "posix":
        return
    *above, (last, status) = _steps(path)
    for folder, found in above:
        _require_owner(folder, found)
        if not found.st_mode & stat.S_ISVTX:
            _require_closed(folder, found)
    _require_owner(last, status)
    _require_closed(last, status)


def require_own_tree(folder: Path) -> None:
    """Refuse a folder if others can write to anything in it; see `require_own`."""
    require_own(folder)
    if os.name != "posix":
        return
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            require_own(path)
        else:
            _require_owner(path, status)
            _require_closed(path, status)


def _steps(path: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield each folder and link that the system passes on the way to a file, and the file itself."""
    current = Path("/")
    yield current, current.lstat()
    rest = [*reversed((Path.cwd() / path).parts[1:])]
    links = 0
    while rest:
        part = rest.pop()
        if part == "..":
            current = current.parent
            continue
        current /= part
        try:
            status = current.lstat()
        except OSError as error:
            raise ConfigurationError(f"{current}: {error.strerror}") from error
        yield current, status
        if stat.S_ISLNK(status.st_mode):
            links += 1
            if links > _MOST_LINKS:
                raise ConfigurationError(f"{path}: too many links")
            target = current.readlink()
            rest += reversed(target.parts[1:] if target.is_absolute() else target.parts)
            current = Path("/") if target.is_absolute() else current.parent


def _require_owner(path: Path, status: os.stat_result) -> None:
    if status.st_uid not in (os.geteuid(), 0):
        raise ConfigurationError(f"{path}: it belongs to someone else, so it is not used")


def _require_closed(path: Path, status: os.stat_result) -> None:
    """Raise ConfigurationError if others may write. The mode of a link means nothing."""
    if status.st_mode & _WRITABLE and not stat.S_ISLNK(status.st_mode):
        raise ConfigurationError(
            f"{path}: others may write to it, so it is not used; chmod go-w corrects that"
        )
