"""The command line: arguments in, exit status out."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar, cast

import click

from scrubber.cli.edits import edits
from scrubber.cli.manual import explain as explain_lines
from scrubber.cli.manual import explain_family
from scrubber.cli.manual import list_packs as pack_lines
from scrubber.cli.manual import show_pack as decision_lines
from scrubber.cli.options import (
    AS_OF,
    DAY,
    edit_options,
    example,
    policy_of,
    policy_options,
    rulebook_of,
    split,
)
from scrubber.cli.run import FILE_WIDTH, Run, is_terminal, style_of
from scrubber.cli.suggest import did_you_mean
from scrubber.cli.tables import tables
from scrubber.engine.discovery import Example, load_examples
from scrubber.engine.edit import Edit
from scrubber.engine.rulebook import Rulebook
from scrubber.pipeline.scrub import scrub_source
from scrubber.pipeline.to_folder import Wanted, scrub_to_folder
from scrubber.report.formats import FORMATS
from scrubber.version import __version__
from scrubber.x12.source import STANDARD_INPUT, source_of_path


def _run_options(report_help: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that adds the options of the commands that read claims."""
    options = [
        click.argument("files", nargs=-1, required=True, metavar="FILE...",
                       type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)),
        click.option("--format", "formats", multiple=True, type=click.Choice(list(FORMATS)),
                     help=report_help),
        click.option("--mask", is_flag=True,
                     help="Hide what identifies patients (names, IDs, dates of birth …) in every report."),
        click.option("--quiet", is_flag=True, help="Report only what is held, and the totals."),
        click.option("--statistics", is_flag=True, help="Add totals by edit and payer to the text report."),
        click.option("-v", "--verbose", is_flag=True, help="Log each file to standard error."),
        click.option("--debug", is_flag=True, help="If an edit fails, show where in its code."),
    ]  # fmt: skip

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return policy_options(command)

    return add


class _Commands(click.Group):
    """Commands in groups. Some are loaded only when they are run: what they need is not on every system."""

    _SECTIONS: ClassVar = {
        "Check claims": ("check", "scrub", "explain"),
        "Watch folder": ("watch", "spool"),
        "Configure": ("edits", "packs", "tables"),
    }
    _LAZY: ClassVar = {
        "watch": "Scrub every file dropped into a folder.",
        "spool": "Show and maintain a watch folder.",
    }

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted([*super().list_commands(context), *self._LAZY])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Return a command, loaded if need be."""
        if name not in self._LAZY:
            return super().get_command(context, name)
        if os.name != "posix":
            raise click.UsageError(f"{name} needs a POSIX system; check and scrub work here, too")
        return cast("click.Command", getattr(importlib.import_module("scrubber.cli.spool"), name))

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands in their groups, without loading any."""
        left = self.list_commands(context)
        sections = {
            title: [name for name in names if name in left] for title, names in self._SECTIONS.items()
        }
        if others := sorted(set(left) - {name for names in sections.values() for name in names}):
            sections["Other commands"] = others
        for title, names in sections.items():
            with formatter.section(title):
                formatter.write_dl([(name, self._short_help(name)) for name in names])

    def _short_help(self, name: str) -> str:
        return self._LAZY.get(name) or self.commands[name].get_short_help_str(limit=70)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=example("scrub claims.837 -o out --diff"),
)
@click.version_option(__version__, prog_name="scrubber")
def main() -> None:
    """Find in 837P claims what payers would reject or deny, before the claims are sent.

    `scrubber COMMAND -h` shows the options of a command and an example.
    """


@main.command(
    short_help="Report what is wrong; change and write nothing.",
    epilog=example("check claims.837 --format xlsx > worklist.xlsx"),
)
@_run_options("The format of the report; text by default.")
def check(
    files: tuple[Path, ...],
    formats: tuple[str, ...],
    verbose: bool,
    debug: bool,
    **options: Any,  # noqa: ANN401 - click passes them by name
) -> None:
    """Report what is wrong with the claims of FILE... (`-` is standard input). Change and write nothing."""
    policy = policy_of(options, ())
    shown = formats[0] if formats else "text"
    if FORMATS[shown].binary and is_terminal():
        raise click.UsageError(f"--format {shown} is for a file, not for a terminal")
    run = Run(policy, shown, style_of(policy, options), verbose=verbose, debug=debug)
    for path in files:
        run.each(path, lambda source, progress: scrub_source(source, policy, progress))
    sys.exit(run.finish())


@main.command(
    short_help="Fix what is safe; write a clean and a held 837, and reports.",
    epilog=example("scrub claims.837 -o out --format html --diff"),
)
@_run_options("Write a report in this format, too; may be repeated. The first one is also printed.")
@click.option("-o", "--output", "folder", required=True, metavar="DIR",
              type=click.Path(file_okay=False, path_type=Path),
              help="The folder for the clean 837, the held 837 and the reports.")  # fmt: skip
@click.option("--fix", default="safe", callback=split, metavar="none|safe|IDS",
              help="Which fixes to apply; safe by default, an unsafe one only by its edit's ID.")  # fmt: skip
@click.option("--diff", is_flag=True,
              help="Write STEM.diff with every change and its reason; show fixes in the text.")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace output files that exist.")
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
    """Apply safe fixes, run the edits, and split the claims of FILE... into a clean and a held 837.

    Exit status 0: all claims are accepted. 1: at least one claim is held, or a file is unreadable. 2: wrong
    usage or configuration, or an edit failed. 75: try again later.
    """
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


@main.command(
    short_help="Print the manual page of an edit, or list a family of edits.",
    epilog=example("explain PAIR-01"),
)
@click.argument("name", metavar="ID")
@edit_options
@AS_OF
def explain(name: str, as_of: datetime | None, **options: Any) -> None:  # noqa: ANN401 - click passes them by name
    """Print the manual page of an edit (PAIR-01), or list the edits of a family (PAIR)."""
    rulebook, wanted = rulebook_of(options), name.upper()
    edit = rulebook.edits.get(wanted)
    if edit:
        day = as_of.date() if as_of else date.today()  # noqa: DTZ011 - the user's own calendar day is meant
        lines = [*explain_lines(edit, rulebook, day, _example_of(edit, rulebook))]
    else:
        lines = [*explain_family(wanted, rulebook)]
    if not lines:
        families = sorted({edit.family for edit in rulebook.edits.values()})
        hint = did_you_mean(name, [*families, *rulebook.edits]) or "; `scrubber edits list` shows all edits"
        raise click.UsageError(f"no edit or family of edits is called {name}{hint}")
    click.echo("\n".join(lines))


main.add_command(edits)


@main.group(short_help="Show which edits apply to which payer.", epilog=example("packs show medicare-b"))
def packs() -> None:
    """Show the packs: a pack is a payer's policy, that is which edits apply, and how severe they are."""


@packs.command("list", epilog=example("packs list"))
@edit_options
def list_packs(**options: Any) -> None:  # noqa: ANN401 - click passes them by name
    """List all packs and the payers that they are for."""
    click.echo("\n".join(pack_lines(rulebook_of(options))))


@packs.command("show", epilog=example("packs show medicare-b --on 2026-05-01"))
@click.argument("pack_id", metavar="ID")
@click.option("--on", type=DAY, metavar="DATE", help="For services of this day; today by default.")
@edit_options
def show_pack(pack_id: str, on: datetime | None, **options: Any) -> None:  # noqa: ANN401 - click passes them by name
    """Show what a pack decides about each edit."""
    rulebook = rulebook_of(options)
    if pack_id not in rulebook.packs:
        hint = did_you_mean(pack_id, rulebook.packs) or "; `scrubber packs list` shows all packs"
        raise click.UsageError(f"no pack has the ID {pack_id}{hint}")
    day = on.date() if on else date.today()  # noqa: DTZ011 - the user's own calendar day is meant
    click.echo("\n".join(decision_lines(rulebook, pack_id, day)))


def _example_of(edit: Edit, rulebook: Rulebook) -> Example | None:
    """Return the example of an edit's page: shipped edits have theirs ready."""
    example = load_examples().get(edit.id)
    if example is None:
        from scrubber.casetest.example import example_of_own  # noqa: PLC0415 - own edits only

        example = example_of_own(edit, rulebook)
    return example


def _refuse_same_names(files: tuple[Path, ...]) -> None:
    """Refuse two inputs with the same name, which would write to the same outputs."""
    stems = ["stdin" if str(path) == STANDARD_INPUT else source_of_path(path).stem for path in files]
    if len(set(stems)) < len(stems):
        raise click.UsageError("two inputs have the same name: scrub them into different folders")


def _format_of(formats: tuple[str, ...]) -> str:
    """Return what is printed in addition to the files: the first format that is text."""
    return next((name for name in formats if not FORMATS[name].binary), "text")
