"""The files of claims that a command is given: files, folders of them, or the archive of a watch folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

_ORIGINAL = "original.837"


class ClaimFile(NamedTuple):
    """A file of claims. Of a watch folder's archive, ``day`` is the day as of which it was scrubbed."""

    path: Path
    day: date | None = None

    @property
    def name(self) -> str:
        """What the file is called: in an archive, all have one name, and their folders are named."""
        return self.path.parent.name if self.path.name == _ORIGINAL else self.path.name


def claim_files(paths: Iterable[Path]) -> Iterator[ClaimFile]:
    """Yield the files among the paths; of a watch folder the files as received, from its archive."""
    for path in paths:
        if (path / "archive").is_dir():
            for found in sorted((path / "archive").glob(f"*/*/{_ORIGINAL}")):
                yield ClaimFile(found, _day_of(found))
        elif path.is_dir():
            yield from (ClaimFile(file) for file in sorted(path.iterdir()) if _is_seen(file))
        else:
            yield ClaimFile(path)


def _is_seen(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".")


def _day_of(path: Path) -> date | None:
    try:
        return date.fromisoformat(path.parent.parent.name)
    except ValueError:
        return None
