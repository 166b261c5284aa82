"""The command line: arguments in, exit status out."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, cast

import click

from scrubber.cli.manual import explain as explain_lines
from scrubber.cli.manual import list_edits as edit_lines
from scrubber.cli.manual import list_packs as pack_lines
from scrubber.cli.manual import show_pack as decision_lines
from scrubber.cli.options import DAY, policy_of, policy_options, split
from scrubber.cli.run import FILE_WIDTH, Run, is_terminal, style_of
from scrubber.cli.tables import tables
from scrubber.engine.discovery import load_examples
from scrubber.pipeline.scrub import scrub_source
from scrubber.pipeline.to_folder import Wanted, scrub_to_folder
from scrubber.report.formats import FORMATS
from scrubber.version import __version__
from scrubber.x12.source import STANDARD_INPUT, source_of_path


def _run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of the commands that read claims."""
    options = [
        click.argument("files", nargs=-1, required=True, metavar="FILE...",
                       type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)),
        click.option("--format", "formats", multiple=True, type=click.Choice(list(FORMATS)),
                     help="How to report; text unless said otherwise."),
        click.option("--mask", is_flag=True, help="Hide names, ids and dates of birth in every report."),
        click.option("--quiet", is_flag=True, help="Only what is held, and the numbers."),
        click.option("--statistics", is_flag=True, help="Add numbers by edit and by payer."),
        click.option("-v", "--verbose", is_flag=True, help="Log the steps to standard error."),
        click.option("--debug", is_flag=True, help="Show where in its code an edit failed."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return policy_options(command)


class _Commands(click.Group):
    """Some commands are loaded when they are asked for: what they need is not on every system."""

    _LAZY: ClassVar = {
        "watch": "Scrub every file dropped into a folder.",
        "spool": "Look after a watch folder.",
    }

    def list_commands(self, context: click.Context) -> list[str]:
        """All of them, by name."""
        return sorted([*super().list_commands(context), *self._LAZY])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Load it, if need be."""
        if name not in self._LAZY:
            return super().get_command(context, name)
        if os.name != "posix":
            raise click.UsageError(f"{name} needs a POSIX system; check and scrub work here, too")
        return cast("click.Command", getattr(importlib.import_module("scrubber.cli.spool"), name))

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """For the list of commands none needs to be loaded."""
        rows = [
            (name, self._LAZY.get(name) or self.commands[name].get_short_help_str())
            for name in self.list_commands(context)
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(cls=_Commands)
@click.version_option(__version__, prog_name="scrubber")
def main() -> None:
    """Find in 837P claims what payers would refuse, before the claims are sent."""


@main.command()
@_run_options
def check(
    files: tuple[Path, ...],
    formats: tuple[str, ...],
    verbose: bool,
    debug: bool,
    **options: Any,  # noqa: ANN401 - click passes them by name
) -> None:
    """Report what is wrong with the claims of FILE...; repair nothing, write nothing."""
    policy = policy_of(options, ())
    shown = formats[0] if formats else "text"
    if FORMATS[shown].binary and is_terminal():
        raise click.UsageError(f"--format {shown} is for a file, not for a terminal")
    run = Run(policy, shown, style_of(policy, options), verbose=verbose, debug=debug)
    for path in files:
        run.each(path, lambda source, progress: scrub_source(source, policy, progress))
    sys.exit(run.finish())


@main.command()
@_run_options
@click.option("-o", "--output", "folder", required=True, metavar="DIR",
              type=click.Path(file_okay=False, path_type=Path),
              help="Where the cleaned and held 837 and the reports go.")  # fmt: skip
@click.option("--fix", default="safe", callback=split, metavar="none|safe|IDS",
              help="Which repairs to make; an unsafe one only by its edit's id.")  # fmt: skip
@click.option(
    "--diff", is_flag=True, help="Write STEM.diff: every change, and why; show repairs in the text."
)
@click.option("--force", is_flag=True, help="Replace outputs that exist.")
def scrub(
    files: tuple[Path, ...],
    formats: tuple[str, ...],
    verbose: bool,
    debug: bool,
    folder: Path,
    fix: tuple[str, ...],
    diff: bool,
    force: bool,
    **options: Any,  # noqa: ANN401 - click passes them by name
) -> None:
    """Repair, judge, and split the claims of FILE... into those that may go and those that must not."""
    shown = _format_of(formats)
    policy = policy_of(options, () if fix == ("none",) else fix)
    style = style_of(policy, options, diff=diff)
    _refuse_same_names(files)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    run = Run(policy, shown, style, verbose=verbose, debug=debug)
    filed = replace(style, color=False, width=FILE_WIDTH)
    written = ("json", *(name for name in dict.fromkeys(formats) if name != "json"))
    wanted = Wanted(written, filed, force)
    for path in files:
        run.each(
            path,
            lambda source, progress: scrub_to_folder(source, policy, folder, wanted, progress),
        )
    sys.exit(run.finish())


main.add_command(tables)


@main.command()
@click.argument("edit_id", metavar="ID")
@policy_options
def explain(edit_id: str, **options: Any) -> None:  # noqa: ANN401 - click passes them by name
    """Print the manual page of an edit."""
    policy = policy_of(options, ())
    edit = policy.rulebook.edits.get(edit_id.upper())
    if edit is None:
        raise click.UsageError(f"no edit has the id {edit_id}; `scrubber edits list` shows them")
    example = load_examples().get(edit.id)
    click.echo("\n".join(explain_lines(edit, policy.rulebook, policy.as_of, example)))


@main.group()
def edits() -> None:
    """What is checked."""


@edits.command("list")
@policy_options
def list_edits(**options: Any) -> None:  # noqa: ANN401 - click passes them by name
    """List all edits."""
    click.echo("\n".join(edit_lines(policy_of(options, ()).rulebook)))


@main.group()
def packs() -> None:
    """Which edits apply to which payer."""


@packs.command("list")
@policy_options
def list_packs(**options: Any) -> None:  # noqa: ANN401 - click passes them by name
    """List all packs."""
    click.echo("\n".join(pack_lines(policy_of(options, ()).rulebook)))


@packs.command("show")
@click.argument("pack_id", metavar="ID")
@click.option("--on", type=DAY, metavar="DATE", help="For services of this day.")
@policy_options
def show_pack(pack_id: str, on: datetime | None, **options: Any) -> None:  # noqa: ANN401 - click passes them by name
    """Show what a pack decides about each edit."""
    policy = policy_of(options, ())
    if pack_id not in policy.rulebook.packs:
        raise click.UsageError(f"no pack has the id {pack_id}; `scrubber packs list` shows them")
    day = on.date() if on else policy.as_of
    click.echo("\n".join(decision_lines(policy.rulebook, pack_id, day)))


def _refuse_same_names(files: tuple[Path, ...]) -> None:
    """Two inputs of one name would write to the same outputs."""
    stems = ["stdin" if str(path) == STANDARD_INPUT else source_of_path(path).stem for path in files]
    if len(set(stems)) < len(stems):
        raise click.UsageError("two inputs have the same name; give them folders of their own")


def _format_of(formats: tuple[str, ...]) -> str:
    """What is printed beside the files: the first format asked for that is text."""
    return next((name for name in formats if not FORMATS[name].binary), "text")
