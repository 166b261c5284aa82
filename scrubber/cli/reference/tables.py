"""The commands on tables: list, show, status, import, lock, diff, remove."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import json

from scrubber.cli.ending import HELD, USAGE
from scrubber.cli.options import AS_OF, DAY, example
from scrubber.cli.reference.show_tables import (
    describe,
    list_vintages,
    look_up,
    show_answer,
    show_changes,
    show_status,
)
from scrubber.cli.suggest import SuggestingChoice
from scrubber.engine.loading.discovery import shipped_folder
from scrubber.errors import ConfigurationError, TableError
from scrubber.tables import Lookups, Tables, eleven_digits, open_tables
from scrubber.tables.folder import default_folder
from scrubber.tables.lookups import PROGRAMS
from scrubber.tables.status import has_expired, status_of
from scrubber.tables.store import remove, stored
from scrubber.text import counted, plain

if TYPE_CHECKING:
    from scrubber.tables.official.official_file import OfficialFile, OnProgress

IMPORTED = (
    "icd10cm", "hcpcs", "asp", "mue", "ptp", "ndc", "mcd", "sad", "pfs", "aoc", "asp-limits", "noc", "zip5",
    "taxonomy", "order-refer", "deactivated-npi", "leie", "opt-out",
)  # fmt: skip
"""The kinds of `scrubber.tables.official`, which only an import loads: other commands start faster."""
_SHOWN = (
    *IMPORTED, "diagnosis-rules", "diagnosis-notes", "drugs", "drug-listings", "ended-reasons", "indications",
    "places", "modifiers", "states", "unclassified",
)  # fmt: skip
_PROGRESS_FROM = 4 << 20
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _folder_option(*, exists: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(
        "--tables",
        "folder",
        metavar="DIR",
        type=click.Path(exists=exists, file_okay=False, path_type=Path),
        help="The folder of imported tables; by default, your user data directory.",
    )


@click.group(
    short_help="Show and import reference data: codes, limits, drugs.",
    epilog=example("tables show mue 96372 --on 2026-05-01"),
)
def tables() -> None:
    """Show and import dated reference data: codes, limits, drugs."""


@tables.command("list", epilog=example("tables list"))
@_folder_option(exists=True)
def list_tables(folder: Path | None) -> None:
    """List the releases of every table and the days that they cover."""
    click.echo("\n".join(list_vintages(_open(folder).vintages)))


@tables.command(epilog=example("tables show mue 96372 --on 2026-05-01"))
@click.argument("kind", type=SuggestingChoice(_SHOWN), metavar="TABLE")
@click.argument("keys", nargs=-1, required=True, metavar="KEY...")
@click.option("--on", type=DAY, metavar="DATE", help="The date of service; today by default.")
@click.option("--program", type=click.Choice(PROGRAMS), default="medicare",
              help="For mue and ptp; medicare by default.")  # fmt: skip
@click.option("--state", default="", metavar="XX", help="For mcd and sad: the state of the provider.")
@_folder_option(exists=True)
def show(
    kind: str, keys: tuple[str, ...], on: datetime | None, program: str, state: str, folder: Path | None
) -> None:
    """Look KEY up in TABLE as an edit would.

    TABLE is one of those that can be imported or that are shipped, such as drugs or places. ptp takes
    two codes, column one and column two; pfs takes a procedure and may take a modifier; mcd and sad take
    a procedure and --state.
    """
    if len(keys) != (2 if kind == "ptp" else 1) and not (kind == "pfs" and len(keys) == 2):
        raise click.UsageError("ptp takes two codes" if kind == "ptp" else f"{kind} takes one key")
    if kind in ("mcd", "sad") and not state:
        raise click.UsageError(f"{kind} needs --state: each MAC decides for its states")
    normalized = tuple(_normalized(kind, key) for key in keys)
    day = on.date() if on else date.today()  # noqa: DTZ011 - the user's local date is intended
    try:
        answer = look_up(Lookups(_open(folder)), kind, normalized, day, program, state.upper())
    except TableError as error:
        raise click.UsageError(str(error)) from error
    click.echo("\n".join(show_answer(f"{kind} {' '.join(normalized)}", day, answer)))


@tables.command(
    "import",
    short_help="Import official files as published.",
    epilog=example("tables import downloads"),
)
@click.argument("what", nargs=-1, required=True, metavar="[TABLE] FILE...")
@click.option(
    "--effective", type=DAY, metavar="DATE", help="The first day that it covers, if the file does not say."
)
@click.option("--until", type=DAY, metavar="DATE", help="The last day that it covers, if not the usual one.")
@click.option(
    "--program",
    type=click.Choice(PROGRAMS),
    default=None,
    help="For mue and ptp, if the file does not say.",
)
@click.option("--partial/--complete", "partial", default=None,
              help="Whether it is only part of the official table; its size decides otherwise.")  # fmt: skip
@_folder_option(exists=False)
@click.pass_context
def import_table(
    context: click.Context,
    what: tuple[str, ...],
    effective: datetime | None,
    until: datetime | None,
    program: str | None,
    partial: bool | None,
    folder: Path | None,
) -> None:
    """Import official files, as published or in their zip, all or nothing for each table.

    With a folder (or files) alone, every file is recognized, and what it was is reported; a file of no kind
    is left aside. With TABLE first, the files are of this one: the options are for it, and a file of
    another kind is an error. Exit status 2: a file is damaged, and its table stays as it was.
    """
    to = folder or default_folder()
    # A folder may be called mue; behind it, the name of a table is one.
    is_named = what[0] in IMPORTED and len(what) > 1
    if not is_named and all(Path(name).exists() for name in what):
        if effective or until or program or partial is not None:
            raise click.UsageError("these options are for one table: name it first")
        from scrubber.stopping import stoppable  # noqa: PLC0415 - see IMPORTED

        with stoppable():
            _import_all([Path(name) for name in what], to)
        return
    # Only what is neither a file nor a folder can be meant as the name of a table.
    kind: str = SuggestingChoice(IMPORTED).convert(what[0], None, context)
    paths = [_FILE.convert(name, None, context) for name in what[1:]]
    if not paths:
        raise click.UsageError(f"which files? scrubber tables import {kind} FILE...")
    options = (effective.date() if effective else None, until.date() if until else None)
    _import_one(kind, paths, to, options, program, partial)


def _import_one(
    kind: str,
    paths: list[Path],
    folder: Path,
    days: tuple[date | None, date | None],
    program: str | None,
    partial: bool | None,
) -> None:
    from scrubber.stopping import stoppable  # noqa: PLC0415 - see IMPORTED
    from scrubber.tables.importing import files_of, import_files  # noqa: PLC0415 - see IMPORTED
    from scrubber.tables.official import KINDS  # noqa: PLC0415 - see IMPORTED
    from scrubber.tables.official.release import ImportOptions  # noqa: PLC0415 - see IMPORTED

    import_options = ImportOptions(
        *days, "medicaid" if program == "medicaid" else "medicare" if program else ""
    )
    try:
        official = files_of(KINDS[kind], paths)
        with stoppable(), _progress(official) as progress:
            about, remark = import_files(
                KINDS[kind], official, folder, import_options, partial=partial, progress=progress
            )
    except (TableError, OSError) as error:
        raise click.UsageError(str(error)) from error
    click.echo(describe(about))
    if remark:
        click.echo(f"note: {remark}", err=True)


def _import_all(paths: list[Path], folder: Path) -> None:
    """Import everything that is recognized, and print what became of each file."""
    from scrubber.tables.folder_import import import_all  # noqa: PLC0415 - see IMPORTED

    imported = left = failed = 0
    for outcome in import_all(paths, folder):
        names = ", ".join(plain(path.name) for path in outcome.paths)
        if outcome.about:
            imported += 1
            click.echo(f"{names}: {describe(outcome.about)}")
            if outcome.remark:
                click.echo(f"note: {names}: {outcome.remark}", err=True)
        elif outcome.kind:
            failed += 1
            click.echo(f"{names}: not imported as {outcome.kind.name}: {plain(outcome.problem)}", err=True)
        else:
            left += 1
            click.echo(f"{names}: left aside: {plain(outcome.problem)}")
    parts = [f"{counted(imported, 'table')} imported", f"{counted(left, 'file')} left aside"]
    click.echo(", ".join([*parts, f"{failed} failed"] if failed else parts))
    if failed:
        sys.exit(USAGE)


@tables.command(epilog=example("tables status --on 2026-12-31"))
@click.option("--on", type=DAY, metavar="DATE", help="The date of service; today by default.")
@click.option(
    "--format", "format_", type=click.Choice(("text", "json")), default="text", help="Text or JSON."
)
@_folder_option(exists=True)
def status(on: datetime | None, format_: str, folder: Path | None) -> None:
    """Show which tables are in force, which end within 30 days, and which are missing, with what to get.

    Exit status 1: a table that is in use has expired.
    """
    day = on.date() if on else date.today()  # noqa: DTZ011 - the user's local date is intended
    found = status_of(_open(folder).vintages, day)
    if format_ == "json":
        click.echo(json.encode({"on": day, "tables": found}))
    else:
        click.echo("\n".join(show_status(found, day)))
    if has_expired(found):
        sys.exit(HELD)


@tables.command(epilog=example("tables lock -o tables.lock"))
@click.option("-o", "--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
              help="Write to FILE instead of standard output.")  # fmt: skip
@_folder_option(exists=True)
def lock(output: Path | None, folder: Path | None) -> None:
    """Write down which releases of tables there are, with their hashes.

    `check` and `scrub` with `--lock FILE`, and the same `--as-of`, then report what they report now, whatever
    is imported later.
    """
    from scrubber.tables.lock import lock_of  # noqa: PLC0415 - only for this command

    content = lock_of(_open(folder).vintages)
    if output:
        output.write_bytes(content)
    else:
        click.echo(content.decode(), nl=False)


@tables.command(epilog=example("tables diff mue-medicare@2026-07-01 MUE_Eff_10-01-2026.zip --against spool"))
@click.argument("old")
@click.argument("new")
@click.option("--against", "paths", multiple=True, required=True, metavar="SPOOL|FILES",
              type=click.Path(exists=True, path_type=Path),
              help="The claims: a watch folder, a folder, or a file; may be repeated.")  # fmt: skip
@click.option("--pack", default="", metavar="ID", help="Use this pack for every claim.")
@click.option("--config", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
              help="The configuration, scrubber.toml.")  # fmt: skip
@AS_OF
@_folder_option(exists=True)
def diff(
    old: str,
    new: str,
    paths: tuple[Path, ...],
    pack: str,
    config: str | None,
    as_of: datetime | None,
    folder: Path | None,
) -> None:
    """Show what NEW tables would change on your own claims, compared with OLD ones.

    OLD and NEW are each an official file, an imported release (mue-medicare@2026-07-01), a lock file or a
    folder of tables. A file or a release is used for services of any day, so that a new one can be
    tried on claims of the last quarter. Exit status 1: a claim gets another verdict.
    """
    from scrubber.adoption.inputs import claim_files  # noqa: PLC0415 - only this command evaluates claims
    from scrubber.api import make_policy  # noqa: PLC0415 - likewise
    from scrubber.cli.reference.diff_tables import changes, tables_for  # noqa: PLC0415 - likewise

    try:
        policy = make_policy(
            pack=pack, config=config, tables=folder, fix=(), as_of=as_of.date() if as_of else None
        )
        now = policy.tables.vintages
        with tempfile.TemporaryDirectory() as place:
            policies = [
                replace(policy, tables=tables_for(name, now, Path(place)), is_report_only=False)
                for name in (old, new)
            ]
            files = (file.path for file in claim_files(paths))
            found = list(changes(files, policies[0], policies[1]))
    except (ConfigurationError, TableError, OSError) as error:
        raise click.UsageError(str(error)) from error
    changed = [change for change in found if change]
    click.echo("\n".join(show_changes(changed, len(found))))
    if any(change.is_turned for change in changed):
        sys.exit(HELD)


@tables.command("remove", epilog=example("tables remove mue-medicare 2026-04-01"))
@click.argument("table", metavar="TABLE")
@click.argument("label", metavar="RELEASE")
@_folder_option(exists=True)
def remove_table(table: str, label: str, folder: Path | None) -> None:
    """Remove an imported release, by the names that `tables list` shows."""
    try:
        entries = stored(folder or default_folder())
    except TableError as error:
        raise click.UsageError(str(error)) from error
    for entry in entries:
        if (entry.about.table, entry.about.label) == (table, label):
            remove(entry)
            click.echo(f"removed {table} {label}")
            return
    raise click.UsageError(f"no imported release {table} {label}; shipped ones cannot be removed")


def _open(folder: Path | None) -> Tables:
    try:
        return open_tables(shipped_folder() / "tables", folder)
    except TableError as error:
        raise click.UsageError(str(error)) from error


def _normalized(kind: str, key: str) -> str:
    """Return a key in the form of the table: no dots in diagnoses, eleven digits for an NDC."""
    text = key.strip().upper()
    if kind == "icd10cm":
        return text.replace(".", "")
    if kind in ("asp", "ndc", "noc"):
        return eleven_digits(text) or text
    return text


@contextmanager
def _progress(files: list[OfficialFile]) -> Iterator[OnProgress]:
    """Show a progress bar for large files on a terminal."""
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
