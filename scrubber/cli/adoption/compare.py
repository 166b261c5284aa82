"""The command that compares what two packs, configurations, tables or reports say of the same claims."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from scrubber.adoption.compare import (
    Answers,
    Comparison,
    Pair,
    answers_of,
    pairs_of_reports,
    pairs_of_runs,
    read_report,
)
from scrubber.adoption.inputs import claim_files
from scrubber.cli.adoption.compare_figures import COMPARISONS, Sides
from scrubber.cli.ending import HELD, OK
from scrubber.cli.options import FIX, example, policy_near, policy_of, policy_options, selection_options
from scrubber.engine.policy import Policy
from scrubber.errors import ConfigurationError, FeedbackError, OutputExistsError, TableError
from scrubber.feedback.store import Store
from scrubber.files.folder import OutputFolder
from scrubber.stopping import stoppable

_STORE = Path("state", "feedback.db")


@click.command(
    short_help="Compare what two packs, configurations, tables or saved reports hold.",
    epilog=example("compare before.toml scrubber.toml june/*.837 --feedback feedback.db"),
)
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.argument("files", nargs=-1, metavar="[FILE|SPOOL]...", type=click.Path(exists=True, path_type=Path))
@click.option("--feedback", "store", metavar="FILE",
              type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="The store of `feedback import`: what was paid of the claims that change.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(list(COMPARISONS)), default="text")
@click.option("-o", "--output", "path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the comparison to this file instead of standard output.")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace an output file that exists.")
@click.option("--mask", is_flag=True, help="Hide the numbers of claims and the names of files.")
@FIX
@selection_options
@policy_options
def compare(
    before: str,
    after: str,
    files: tuple[Path, ...],
    store: Path | None,
    form: str,
    path: Path | None,
    force: bool,
    mask: bool,
    fix: tuple[str, ...],
    **options: Any,  # noqa: ANN401 - click passes them by name
) -> None:
    """Show which claims of FILE... B would hold and A would not, or the other way round, by edit.

    A and B are each the ID of a pack, a scrubber.toml, or tables (a folder, a lock file, a release such as
    mue-medicare@2026-07-01, an official file); all other options are those of both. Or both are JSON
    reports on the same files, such as those of two releases; then there is no FILE. Of a watch folder
    the archive is read, and the payers' answers are used.

    Exit status 0: no claim gets another verdict. 1: at least one does. 2: wrong usage or configuration.
    """
    fixes = () if fix == ("none",) else fix
    found = Comparison()
    with stoppable(), tempfile.TemporaryDirectory() as place:
        answers = _answers(store or _store_of(files))
        try:
            for pair in _pairs((before, after), files, options, fixes, Path(place), found):
                found.add(pair, answers, masked=mask)
        except (ConfigurationError, TableError) as error:
            raise click.UsageError(str(error)) from error
    text = COMPARISONS[form](found, Sides(before, after, answers is not None))
    if path is None:
        click.echo(text, nl=False)
    else:
        _write(path, text, force=force)
    sys.exit(HELD if found.changes else OK)


def _pairs(
    names: tuple[str, str],
    files: tuple[Path, ...],
    options: Mapping[str, Any],
    fixes: tuple[str, ...],
    place: Path,
    found: Comparison,
) -> Iterator[Pair]:
    reports = [read_report(Path(name)) for name in names]
    if reports[0] and reports[1]:
        if files:
            raise click.UsageError("two reports are compared as they are: leave the files out")
        return pairs_of_reports(reports[0], reports[1], found)
    if reports[0] or reports[1]:
        raise click.UsageError("a report is compared with another report only")
    if not files:
        raise click.UsageError("name files of claims, or a watch folder")
    near = tuple(file if file.is_file() else file / "file" for file in files)
    usual = policy_near(near, options, fixes)
    before, after = (_policy(name, usual, options, fixes, place) for name in names)
    return pairs_of_runs(claim_files(files), before, after)


def _policy(
    name: str, usual: Policy, options: Mapping[str, Any], fixes: tuple[str, ...], place: Path
) -> Policy:
    """Return the policy that an argument means."""
    path = Path(name)
    if path.suffix == ".toml" and path.is_file():
        return policy_of({**options, "config": path}, fixes)
    if name in usual.rulebook.packs:
        return replace(usual, pack=name)
    from scrubber.cli.reference.diff_tables import tables_for  # noqa: PLC0415 - few comparisons are of tables

    try:
        return replace(usual, tables=tables_for(name, usual.tables.vintages, place))
    except TableError as error:
        raise click.UsageError(f"{error}; nor a pack, a scrubber.toml or a JSON report") from error


def _store_of(files: Iterable[Path]) -> Path | None:
    """Return the store of the watch folder among the files, if it has one."""
    return next((file / _STORE for file in files if (file / _STORE).is_file()), None)


def _answers(store: Path | None) -> Answers | None:
    if store is None:
        return None
    try:
        with closing(Store.open(store, create=False)) as opened:
            return answers_of(opened)
    except FeedbackError as error:
        raise click.UsageError(str(error)) from error


def _write(path: Path, text: str, *, force: bool) -> None:
    try:
        with OutputFolder(path.resolve().parent, force) as outputs:
            outputs.create(path.name).write(text.encode())
            outputs.publish()
    except OutputExistsError as error:
        raise click.UsageError(str(error)) from error
