"""The commands that read claims: check and scrub."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from scrubber.cli.options import example, policy_of, policy_options, split
from scrubber.cli.run import FILE_WIDTH, Run, is_terminal, style_of
from scrubber.pipeline.scrub import scrub_source
from scrubber.report.formats import FORMATS
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
        click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N",
                     help="Evaluate the claims of a file in N processes; 1 by default."),
        click.option("-v", "--verbose", is_flag=True, help="Log each file to standard error."),
        click.option("--debug", is_flag=True, help="If an edit fails, show where in its code."),
    ]  # fmt: skip

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return policy_options(command)

    return add


@click.command(
    short_help="Report what is wrong; change and write nothing.",
    epilog=example("check claims.837 --format xlsx > worklist.xlsx"),
)
@_run_options("The format of the report; text by default.")
def check(
    files: tuple[Path, ...],
    formats: tuple[str, ...],
    jobs: int,
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
        run.each(path, lambda source, progress: scrub_source(source, policy, progress, jobs=jobs))
    sys.exit(run.finish())


@click.command(
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
    jobs: int,
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
    from scrubber.pipeline.to_folder import Wanted, scrub_to_folder  # noqa: PLC0415 - check writes no files

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
            lambda source, progress: scrub_to_folder(source, policy, folder, wanted, progress, jobs=jobs),
        )
    sys.exit(run.finish())


def _refuse_same_names(files: tuple[Path, ...]) -> None:
    """Refuse two inputs with the same name, which would write to the same outputs."""
    stems = ["stdin" if str(path) == STANDARD_INPUT else source_of_path(path).stem for path in files]
    if len(set(stems)) < len(stems):
        raise click.UsageError("two inputs have the same name: scrub them into different folders")


def _format_of(formats: tuple[str, ...]) -> str:
    """Return what is printed in addition to the files: the first format that is text."""
    return next((name for name in formats if not FORMATS[name].binary), "text")
