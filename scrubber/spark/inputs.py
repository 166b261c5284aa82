"""The files of a run: which there are, which are cut into ranges, and which share a task."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

SPLIT = 32 << 20
"""Bytes of a range; a file of less than one and a half of them is not cut."""
_MOST_FILES = 2_000
"""The most files of a task."""
_LEAST = 1 << 20
"""Bytes that a task is worth, at least: starting one takes time."""


class InputFile(Struct, frozen=True):
    """A file: its path, its path below the folder of the run, and its size in bytes."""

    path: str
    below: str
    size: int


def inputs_of(root: Path) -> list[InputFile]:
    """Return a file, or the files in a folder and those below it, in the order of their paths.

    Hidden ones are left out. Raise OSError if a folder cannot be read.
    """
    if not root.is_dir():
        return [InputFile(str(root), root.name, root.stat().st_size)]
    found = sorted(_below(root), key=lambda path: path.relative_to(root).parts)
    return [InputFile(str(path), path.relative_to(root).as_posix(), path.stat().st_size) for path in found]


def _below(root: Path) -> Iterator[Path]:
    def fail(error: OSError) -> None:
        raise error

    for folder, folders, names in os.walk(root, onerror=fail, followlinks=False):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(folder, name)
            if not name.startswith(".") and path.is_file():
                yield path


def is_large(file: InputFile, split: int) -> bool:
    """Return True if a file is cut into ranges."""
    return file.size > split + split // 2


def packed(files: Iterable[InputFile], tasks: int, split: int) -> list[list[InputFile]]:
    """Return files in packs, each for one task: of about the same size, the order kept.

    ``tasks`` is how many tasks run at a time; there are a few packs for each, so that all end together.
    """
    files = list(files)
    wanted = sum(file.size for file in files) // max(4 * tasks, 1)
    limit = min(max(wanted, _LEAST), split)
    packs: list[list[InputFile]] = []
    size = limit
    for file in files:
        if size + file.size > limit or len(packs[-1]) >= _MOST_FILES:
            packs.append([])
            size = 0
        packs[-1].append(file)
        size += file.size
    return packs
