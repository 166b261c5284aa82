"""Import official files: find those of the kind, read them all, and only then put them in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from scrubber.errors import TableError
from scrubber.tables.official import KINDS, FileKind
from scrubber.tables.official.official_file import (
    OfficialFile,
    OnProgress,
    official_files,
    sha256_of,
    worksheets,
)
from scrubber.tables.official.release import ImportOptions
from scrubber.tables.store import rows_before, store
from scrubber.tables.vintage import VintageInfo


def files_of(kind: FileKind, paths: Sequence[Path]) -> list[OfficialFile]:
    """Return the files of the kind among the paths and inside zips. Raise TableError.

    A path given by name must be of the kind; a zip may contain other files as well.
    """
    matching: list[OfficialFile] = []
    for path in paths:
        candidates = official_files(path)
        of_kind = [file for file in candidates if kind.recognizes(file)]
        if not of_kind:
            sheets = worksheets(path)
            if not candidates and not sheets:
                raise TableError(f"{path}: no text, CSV file or workbook in this zip")
            of_kind = [sheet for sheet in sheets if kind.recognizes(sheet)]
            candidates += sheets
        if not of_kind:
            raise TableError(_of_another_kind(kind, path, candidates))
        matching += of_kind
    return matching


def import_files(
    kind: FileKind,
    files: Sequence[OfficialFile],
    folder: Path,
    options: ImportOptions,
    *,
    partial: bool | None = None,
    progress: OnProgress = lambda _: None,
) -> tuple[VintageInfo, str]:
    """Read the files into the tables folder; return what was stored, and a remark or an empty string.

    ``partial`` states that the files are only a part of the official table; if it is ``None``, the file names
    and the number of rows decide. Raise TableError; the tables are then unchanged.
    """
    release = kind.release(files, replace(options, before=lambda table, day: rows_before(folder, table, day)))
    if partial is None and release.missing_parts:
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
        raise TableError(f"{files[0].name}: no effective date found")
    done = store(folder, about, release.rows(progress), release.fewest, partial=partial)
    if done.complete:
        return done, ""
    reason = release.missing_parts or ("" if partial else f"it has only {done.rows} rows")
    because = f" ({reason})" if reason else ""
    return done, f"imported as a partial table{because}: codes it does not list stay unchecked"


def _of_another_kind(kind: FileKind, path: Path, candidates: Sequence[OfficialFile]) -> str:
    """Return why a path is refused, with what it seems to be."""
    for file in candidates:
        if mistaken := kind.mistaken(file):
            return f"{file.name}: {mistaken}"
        for other in KINDS.values():
            if other is not kind and other.recognizes(file):
                seems = f"{other.name} ({other.title})"
                return f"{path}:1: column 1: expected {kind.title}; this looks like {seems}"
    return f"{path}:1: column 1: expected {kind.title}: {kind.expects}"
