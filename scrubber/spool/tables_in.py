"""Official files dropped into ``tables-in/``: imported as they are, and used from the next file on."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from scrubber.pipeline.forked import die_with
from scrubber.tables.folder import table_files

IMPORTED, REFUSED = "imported", "refused"
"""The folders in ``tables-in/`` for what was imported, and for what was not, with the reason beside it."""
State = tuple[tuple[str, int, int], ...]


@dataclass(slots=True)
class TablesIn:
    """The folder for new tables, where they are stored, and what to do when those have changed.

    ``quiet`` is for how many seconds nothing may have been written to any of the files: several may be one
    release. A release that someone else imports is taken up, too.
    """

    inbox: Path
    tables: Path
    reload: Callable[[], None]
    quiet: float
    _known: State = field(init=False)
    _log: Any = field(default_factory=structlog.get_logger)

    def __post_init__(self) -> None:
        self._known = self._state()

    def look(self) -> bool:
        """Import what is complete, and reload the tables if they are not what they were; True if so."""
        files = self._files()
        if files and all(self._is_quiet(path) for path in files):
            # A process of its own: no damaged file may end the watch or leave its memory larger.
            child = multiprocessing.get_context("fork").Process(
                target=_import, args=(files, self.inbox, self.tables, os.getpid())
            )
            child.start()
            child.join()
            for path in files:
                if path.exists():  # the import died over it
                    _move(path, self.inbox / REFUSED)
            self._log.info("new tables", files=len(files))
        state = self._state()
        if state == self._known:
            return False
        self._known = state
        self.reload()
        return True

    def _is_quiet(self, path: Path) -> bool:
        """Return True if a file has not just been written to. One of the future has not: a clock is wrong."""
        return abs(time.time() - path.stat().st_mtime) >= self.quiet

    def _files(self) -> list[Path]:
        if not self.inbox.is_dir():
            return []
        return sorted(
            path
            for path in self.inbox.iterdir()
            if path.is_file() and not path.is_symlink() and not path.name.startswith(".")
        )

    def _state(self) -> State:
        found = []
        for path in table_files(self.tables):
            about = path.stat()
            found.append((path.name, about.st_mtime_ns, about.st_size))
        return tuple(found)


def _import(files: list[Path], inbox: Path, tables: Path, parent: int) -> None:
    """Import the files and move each to where its outcome is."""
    from scrubber.tables.folder_import import import_all  # noqa: PLC0415 - only when there is something

    die_with(parent)
    for outcome in list(import_all(files, tables)):
        for path in outcome.paths:
            if path.exists():
                moved = _move(path, inbox / (IMPORTED if outcome.about else REFUSED))
                if outcome.problem:
                    moved.with_name(f"{moved.name}.why.txt").write_text(outcome.problem + "\n")


def _move(path: Path, folder: Path) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / path.name
    path.replace(target)
    return target
