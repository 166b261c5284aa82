"""The commands for tables: list, show, import, remove."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scrubber.cli.show_tables import describe, list_vintages, look_up, show_answer
from scrubber.engine.discovery import shipped_folder
from scrubber.errors import TableError
from scrubber.tables import Lookups, Tables, eleven_digits, open_tables
from scrubber.tables.store import default_folder, remove, stored
from scrubber.tables.tables import PROGRAMS

if TYPE_CHECKING:
    from scrubber.tables.official.source import OfficialFile, OnProgress

_DAY = click.DateTime(formats=["%Y-%m-%d"])
IMPORTED = ("icd10cm", "hcpcs", "asp", "mue", "ptp", "ndc", "mcd")
"""The kinds of `scrubber.tables.official`, loaded only for an import so that other commands start faster."""
_SHOWN = (*IMPORTED, "drugs", "places", "modifiers", "states", "unclassified")
_PROGRESS_FROM = 4 << 20


def _folder_option(*, exists: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(
        "--tables",
        "folder",
        metavar="DIR",
        type=click.Path(exists=exists, file_okay=False, path_type=Path),
        help="Folder of imported tables (default: the user's data directory).",
    )


@click.group()
def tables() -> None:
    """Manage dated reference data: codes, limits, drugs."""


@tables.command("list")
@_folder_option(exists=True)
def list_tables(folder: Path | None) -> None:
    """List every table's vintages and the dates they cover."""
    click.echo("\n".join(list_vintages(_open(folder).vintages)))


@tables.command()
@click.argument("kind", type=click.Choice(_SHOWN))
@click.argument("keys", nargs=-1, required=True, metavar="KEY...")
@click.option("--on", type=_DAY, metavar="DATE", help="Date of service (default: today).")
@click.option("--program", type=click.Choice(PROGRAMS), default="medicare", help="For mue and ptp.")
@click.option("--state", default="", metavar="XX", help="For mcd: the provider's state.")
@_folder_option(exists=True)
def show(
    kind: str, keys: tuple[str, ...], on: datetime | None, program: str, state: str, folder: Path | None
) -> None:
    """Show the table entry for KEY, for example: show mue 96372 --on 2026-05-01.

    ptp takes two codes, column 1 and column 2; mcd takes a procedure and --state.
    """
    if len(keys) != (2 if kind == "ptp" else 1):
        raise click.UsageError("ptp takes two codes" if kind == "ptp" else f"{kind} takes one key")
    if kind == "mcd" and not state:
        raise click.UsageError("mcd needs --state: coverage is decided by the state's MAC")
    normalized = tuple(_normalized(kind, key) for key in keys)
    day = on.date() if on else date.today()  # noqa: DTZ011 - the user's local date is intended
    try:
        answer = look_up(Lookups(_open(folder)), kind, normalized, day, program, state.upper())
    except TableError as error:
        raise click.UsageError(str(error)) from error
    click.echo("\n".join(show_answer(f"{kind} {' '.join(normalized)}", day, answer)))


@tables.command("import")
@click.argument("kind", type=click.Choice(IMPORTED))
@click.argument("files", nargs=-1, required=True, metavar="FILE...",
                type=click.Path(exists=True, dir_okay=False, path_type=Path))  # fmt: skip
@click.option(
    "--effective", type=_DAY, metavar="DATE", help="First date covered, if the file does not state it."
)
@click.option("--until", type=_DAY, metavar="DATE", help="Last date covered, if it is not the usual one.")
@click.option(
    "--program",
    type=click.Choice(PROGRAMS),
    default=None,
    help="For mue and ptp, if the file does not state it.",
)
@click.option("--partial/--complete", "partial", default=None,
              help="Whether it is only part of the official table (default: by its size).")  # fmt: skip
@_folder_option(exists=False)
def import_table(
    kind: str,
    files: tuple[Path, ...],
    effective: datetime | None,
    until: datetime | None,
    program: str | None,
    partial: bool | None,
    folder: Path | None,
) -> None:
    """Import official FILE... as published, or the zip that contains them; all or nothing.

    Exit status 2: a file is of another kind or damaged, and no table was changed.
    """
    from scrubber.tables.importing import files_of, import_files  # noqa: PLC0415 - see IMPORTED
    from scrubber.tables.official import KINDS  # noqa: PLC0415 - see IMPORTED
    from scrubber.tables.official.release import ImportOptions  # noqa: PLC0415 - see IMPORTED

    options = ImportOptions(
        effective.date() if effective else None,
        until.date() if until else None,
        "medicaid" if program == "medicaid" else "medicare" if program else "",
    )
    try:
        official = files_of(KINDS[kind], files)
        with _progress(official) as progress:
            about, remark = import_files(
                KINDS[kind], official, folder or default_folder(), options, partial=partial, progress=progress
            )
    except (TableError, OSError) as error:
        raise click.UsageError(str(error)) from error
    click.echo(describe(about))
    if remark:
        click.echo(f"note: {remark}", err=True)


@tables.command("remove")
@click.argument("table", metavar="TABLE")
@click.argument("label", metavar="VINTAGE")
@_folder_option(exists=True)
def remove_table(table: str, label: str, folder: Path | None) -> None:
    """Remove an imported vintage, as named by `tables list`: mue-medicare 2026-04-01."""
    try:
        entries = stored(folder or default_folder())
    except TableError as error:
        raise click.UsageError(str(error)) from error
    for entry in entries:
        if (entry.about.table, entry.about.label) == (table, label):
            remove(entry)
            click.echo(f"removed {table} {label}")
            return
    raise click.UsageError(f"no imported vintage {table} {label}; shipped ones cannot be removed")


def _open(folder: Path | None) -> Tables:
    try:
        return open_tables(shipped_folder() / "tables", folder)
    except TableError as error:
        raise click.UsageError(str(error)) from error


def _normalized(kind: str, key: str) -> str:
    """Return a key in the table's form: no dots in diagnosis codes, eleven digits for an NDC."""
    text = key.strip().upper()
    if kind == "icd10cm":
        return text.replace(".", "")
    if kind in ("asp", "ndc"):
        return eleven_digits(text) or text
    return text


@contextmanager
def _progress(files: list[OfficialFile]) -> Iterator[OnProgress]:
    """Show a progress bar for large files if standard error is a terminal."""
    size = sum(file.size() for file in files)
    if size < _PROGRESS_FROM or not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=size, label="importing", file=sys.stderr) as bar:
        pending = 0

        def advance(count: int) -> None:
            nonlocal pending
            pending += count
            if pending > 1 << 20:
                bar.update(pending)
                pending = 0

        yield advance
