"""Import all official files in a folder: recognize each, group them into releases, import these."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from scrubber.errors import TableError
from scrubber.tables.importing import import_files
from scrubber.tables.official import KINDS, FileKind
from scrubber.tables.official.official_file import OfficialFile, official_files, worksheets
from scrubber.tables.official.release import ImportOptions, Release
from scrubber.tables.vintage import VintageInfo

_OPTIONS = ImportOptions(dated_by_file=True)


class Outcome(NamedTuple):
    """What became of one file, or of several that are one release.

    ``about`` is the vintage that was stored. Otherwise ``problem`` is the reason: with ``kind``, the files
    were recognized and could not be imported; without, they are of no kind.
    """

    paths: tuple[Path, ...]
    kind: FileKind | None = None
    about: VintageInfo | None = None
    remark: str = ""
    problem: str = ""

    @property
    def is_failed(self) -> bool:
        """True if files of a known kind could not be imported."""
        return self.kind is not None and bool(self.problem)


class _Group(NamedTuple):
    """Files of a kind that are one release."""

    kind: FileKind
    files: tuple[OfficialFile, ...]
    release: Release

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(sorted({file.path for file in self.files}))

    @property
    def worth(self) -> tuple[bool, int]:
        """Sort key among copies of one release: a text before a worksheet, the larger before the smaller."""
        return not any(file.sheet for file in self.files), sum(file.size() for file in self.files)


def files_in(paths: Sequence[Path]) -> list[Path]:
    """Return the files among the paths and in folders among them, at any depth, without hidden ones."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        found += [
            file
            for file in inside
            if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts)
        ]
    return found


def import_all(paths: Sequence[Path], folder: Path) -> Iterator[Outcome]:
    """Recognize and import the files, and yield what became of each, oldest release first within a kind.

    A file that cannot be imported does not keep the others from it.
    """
    grouped: dict[tuple[str, Hashable], list[OfficialFile]] = {}
    for path in files_in(paths):
        try:
            recognized = _recognized(path)
        except (TableError, OSError) as error:
            yield Outcome((path,), problem=str(error))
            continue
        if not recognized:
            yield Outcome((path,), problem="not a file that can be imported")
        for kind, file in recognized:
            grouped.setdefault((kind.name, kind.joins(file)), []).append(file)
    groups = []
    for (name, _), files in grouped.items():
        try:
            groups.append(_Group(KINDS[name], tuple(files), KINDS[name].release(files, _OPTIONS)))
        except (TableError, OSError) as error:
            yield Outcome(tuple(sorted({file.path for file in files})), KINDS[name], problem=str(error))
    yield from _import_groups(groups, folder)


def _recognized(path: Path) -> list[tuple[FileKind, OfficialFile]]:
    """Return the official files at a path with their kinds; worksheets only if no text is one."""
    found = _of_any_kind(official_files(path))
    return found or _of_any_kind(worksheets(path))


def _of_any_kind(files: Sequence[OfficialFile]) -> list[tuple[FileKind, OfficialFile]]:
    return [(kind, file) for file in files for kind in KINDS.values() if kind.recognizes(file)]


def _import_groups(groups: Sequence[_Group], folder: Path) -> Iterator[Outcome]:
    order = list(KINDS)
    groups = sorted(groups, key=lambda group: (order.index(group.kind.name), group.release.published))
    best: dict[tuple[str, str, str], _Group] = {}
    for group in groups:
        name = (group.kind.name, group.release.program, group.release.label)
        if name not in best or group.worth > best[name].worth:
            best[name] = group
    for group in groups:
        chosen = best[group.kind.name, group.release.program, group.release.label]
        if chosen is not group:
            problem = f"the same release as {chosen.paths[0].name}, which is imported"
            yield Outcome(group.paths, problem=problem)
            continue
        try:
            about, remark = import_files(group.kind, group.files, folder, _OPTIONS)
        except (TableError, OSError) as error:
            yield Outcome(group.paths, group.kind, problem=str(error))
        else:
            yield Outcome(group.paths, group.kind, about, remark)
