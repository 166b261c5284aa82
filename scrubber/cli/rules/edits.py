"""The commands on edits: list, test, new."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from scrubber.cli.ending import HELD, OK
from scrubber.cli.options import DAY, edit_options, example, rulebook_of, split
from scrubber.cli.rules.manual import list_edits as edit_lines
from scrubber.cli.rules.stale import stale_edits
from scrubber.engine.loading.config import Configuration, load_configuration
from scrubber.engine.loading.discovery import load_rulebook
from scrubber.errors import ConfigurationError, TableError
from scrubber.text import counted

_CONFIG = click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The configuration, scrubber.toml, for the folders that it names.",
)
_FOLDER = Path("our-edits")


@click.group(short_help="List the edits; begin and test edits of your own.", epilog=example("edits list"))
def edits() -> None:
    """List the edits, shipped ones and your own; begin an edit of your own, and test it."""


@edits.command("list", epilog=example("edits list --edits our-edits"))
@click.option("--stale", type=DAY, metavar="DATE",
              help="Only those whose sources are all more than two years older.")  # fmt: skip
@edit_options
def list_edits(stale: datetime | None, **options: Any) -> None:  # noqa: ANN401 - click passes them by name
    """List all edits with their default severity, and where those come from that are not shipped."""
    rulebook = rulebook_of(options)
    click.echo(
        "\n".join(stale_edits(rulebook, stale.date()) if stale else edit_lines(rulebook.edits.values()))
    )


@edits.command("test", epilog=example("edits test our-edits"))
@click.argument("folders", nargs=-1, metavar="[DIR]...",
                type=click.Path(exists=True, file_okay=False, path_type=Path))  # fmt: skip
@_CONFIG
@click.option("--select", default="", callback=split, metavar="IDS", help="Only these edits or families.")
def test_edits(folders: tuple[Path, ...], config: Path | None, select: tuple[str, ...]) -> None:
    """Test the edits of DIR by their cases in DIR/cases, or those of the configuration's folders.

    Exit status 0 where all is right, 1 where something is not, 2 where the edits cannot be loaded.
    """
    # Nothing else needs these.
    from scrubber.casetest.folder_test import check_folder  # noqa: PLC0415
    from scrubber.casetest.workbench import Workbench  # noqa: PLC0415

    try:
        configured = _configured(config).edits
        tested = folders or configured
        if not tested:
            raise click.UsageError("name a folder of edits, or a configuration that has some (--config)")
        with Workbench.of([*configured, *folders]) as bench:
            results = [check_folder(folder, bench, select=select, on_problem=click.echo) for folder in tested]
    except (ConfigurationError, TableError) as error:
        raise click.UsageError(str(error)) from error
    problems = sum(len(result.problems) for result in results)
    edits = counted(sum(result.edits for result in results), "edit")
    cases = counted(sum(result.cases for result in results), "case")
    click.echo(f"{edits}, {cases}: {counted(problems, 'problem') if problems else 'all right'}")
    sys.exit(HELD if problems else OK)


@edits.command("new", epilog=example('edits new LHP-01 "Visit without referral" --family referral'))
@click.argument("edit_id", metavar="ID")
@click.argument("title")
@click.option("--family", required=True, metavar="FAMILY", help="The subfolder that the edit goes into.")
@click.option("--dir", "folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help=f"Your folder of edits; the first of the configuration, or {_FOLDER}.")  # fmt: skip
@_CONFIG
def new_edit(edit_id: str, title: str, family: str, folder: Path | None, config: Path | None) -> None:
    """Begin an edit: write it and its cases from templates. TITLE names the fault.

    ID is such as LHP-01, or only LHP for the next free number.
    """
    from scrubber.casetest.new import new_edit as write  # noqa: PLC0415 - nothing else needs it

    try:
        configured = _configured(config).edits
        target = folder or next(iter(configured), _FOLDER)
        known = [place for place in (*configured, target) if place.is_dir()]
        paths = write(target, family, edit_id, title, load_rulebook(known).edits)
    except (ConfigurationError, OSError) as error:
        raise click.UsageError(str(error)) from error
    for path in paths:
        click.echo(path)
    click.echo(f"Next: scrubber edits test {target}")


def _configured(config: Path | None) -> Configuration:
    return load_configuration(config) if config else Configuration()
