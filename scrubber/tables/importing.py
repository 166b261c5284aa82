"""Importing official files: find those of the kind, read them all, and only then put them in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from scrubber.errors import TableError
from scrubber.tables.official import KINDS, FileKind
from scrubber.tables.official.release import ImportOptions
from scrubber.tables.official.source import OfficialFile, OnProgress, official_files, sha256_of
from scrubber.tables.store import store
from scrubber.tables.vintage import VintageInfo


def files_of(kind: FileKind, paths: Sequence[Path]) -> list[OfficialFile]:
    """The files of the kind among those given and those in zips. Raises TableError.

    A file that was named must be of the kind; in a zip others may lie beside it.
    """
    found: list[OfficialFile] = []
    for path in paths:
        candidates = official_files(path)
        fitting = [file for file in candidates if kind.recognises(file)]
        if not fitting:
            raise TableError(_of_another_kind(kind, path, candidates))
        found += fitting
    return found


def import_files(
    kind: FileKind,
    files: Sequence[OfficialFile],
    folder: Path,
    wish: ImportOptions,
    *,
    partial: bool | None = None,
    progress: OnProgress = lambda _: None,
) -> tuple[VintageInfo, str]:
    """Read the files into the folder of tables; gives what was stored, and a remark or nothing.

    ``partial`` says whether the files are only a part of the official table; without a word it is judged by
    the files' names and the number of rows. Raises TableError; then the tables are as they were.
    """
    release = kind.release(files, wish)
    if partial is None and release.lacking:
        partial = True
    paths = sorted({file.path for file in files})
    about = VintageInfo(
        kind=kind.name,
        program=release.program,
        label=release.label,
        published=release.published,
        covers=release.covers,
        history=release.history or release.covers.first,
        complete=True,
        rows=0,
        sha256=sha256_of(paths),
        published_by=kind.publisher,
        files=", ".join(Path(file.name).name for file in files),
    )
    if about.history == date.min and about.covers.first == date.min:
        raise TableError(f"{files[0].name}: nothing says from when it holds")
    done = store(folder, about, release.rows(progress), release.fewest, partial=partial)
    if done.complete:
        return done, ""
    reason = release.lacking or ("" if partial else f"it has only {done.rows} rows")
    because = f" ({reason})" if reason else ""
    return done, f"taken as a part of the table{because}: what it does not list stays unchecked"


def _of_another_kind(kind: FileKind, path: Path, candidates: Sequence[OfficialFile]) -> str:
    """Why a path is refused, with what it seems to be."""
    for file in candidates:
        if said := kind.mistaken(file):
            return f"{file.name}: {said}"
        for other in KINDS.values():
            if other is not kind and other.recognises(file):
                seems = f"{other.name} ({other.title})"
                return f"{path}:1: column 1: not a file of {kind.title}; it looks like {seems}"
    return f"{path}:1: column 1: not a file of {kind.title}: {kind.expects}"
