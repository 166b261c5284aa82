"""The commands that read claims: check and scrub."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any, BinaryIO

import click
from msgspec.structs import replace

from scrubber.cli.ending import STANDARD_OUTPUT
from scrubber.cli.options import (
    FIX,
    REPORT_ONLY,
    example,
    policy_near,
    policy_options,
    selection_options,
)
from scrubber.cli.run import FILE_WIDTH, Run, is_terminal, style_of
from scrubber.errors import ConfigurationError, OutputExistsError
from scrubber.pipeline.scrub import MOST_JOBS, processors, scrub_source
from scrubber.report.formats import FORMATS, NAMES, PARQUET, Writer, parquet_writer, require_arrow
from scrubber.stopping import stoppable
from scrubber.text import plain
from scrubber.x12.source import stem_of_path

_FORCE = click.option("--force", is_flag=True, help="Replace output files that exist.")


def _run_options(report_help: str, *, multiple: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that adds the options of the commands that read claims."""
    options = [
        click.argument("files", nargs=-1, required=True, metavar="FILE...",
                       type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)),
        click.option("--format", "formats", multiple=multiple, type=click.Choice(list(NAMES)),
                     help=report_help),
        click.option("--mask", is_flag=True,
                     help="Hide what identifies patients (names, IDs, dates of birth …) in every report."),
        click.option("--quiet", is_flag=True, help="Report only what is held, and the totals."),
        click.option("--statistics", is_flag=True, help="Add totals by edit and payer to the text report."),
        click.option("--jobs", type=click.IntRange(min=1), default=processors, metavar="N",
                     help="Evaluate the claims of a large file in N processes; by default in one for each "
                          f"processor, at most {MOST_JOBS}."),
        click.option("-v", "--verbose", is_flag=True, help="Log each file to standard error."),
        click.option("--debug", is_flag=True, help="If an edit fails, show where in its code."),
    ]  # fmt: skip

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return policy_options(selection_options(REPORT_ONLY(command)))

    return add


@click.command(
    short_help="Report what is wrong; change and write nothing.",
    epilog=example("check claims.837 -o worklist.xlsx"),
)
@_run_options("The format of the report; text by default, with -o by the suffix of FILE.", multiple=False)
@click.option("-o", "--output", "path", metavar="FILE", type=click.Path(path_type=Path),
              help="Write the report to this file (parquet: folder) instead of standard output.")  # fmt: skip
@_FORCE
def check(
    files: tuple[Path, ...],
    formats: str | None,
    jobs: int,
    verbose: bool,
    debug: bool,
    path: Path | None,
    force: bool,
    **options: Any,  # noqa: ANN401 - click passes them by name
) -> None:
    """Report what is wrong with the claims of FILE... (`-` is standard input); change nothing.

    Exit status 0: all claims are accepted, or with --report-only none is held. 1: at least one claim is held,
    or a file is unreadable. 2: wrong usage or configuration, or an edit failed. 3: nothing is held, but
    --select or --ignore left edits out. 75: try again later.
    """
    format_ = formats or _format_of(path)
    _require_tables(format_)
    if format_ == PARQUET and path is None:
        raise click.UsageError("--format parquet is five files: add -o DIR")
    policy = policy_near(files, options, ())
    if path is None and format_ in FORMATS and FORMATS[format_].for_files and is_terminal():
        raise click.UsageError(f"--format {format_} is for a file, not for a terminal: add -o FILE")
    style = style_of(policy, options, for_file=path is not None)
    with stoppable(), _report_to(format_, path, files, force=force) as (out, writer):
        name = STANDARD_OUTPUT if path is None else str(path.resolve())
        run = Run(policy, format_, style, out=out, writer=writer, name=name, verbose=verbose, debug=debug)
        for file in files:
            run.each(
                file,
                lambda source, progress: scrub_source(
                    source, policy, progress, evaluator=run.evaluator, jobs=jobs
                ),
            )
        status = run.finish()
    sys.exit(status)


@click.command(
    short_help="Fix what is safe; write a clean and a held 837, and reports.",
    epilog=example("scrub claims.837 -o out --format html --diff"),
)
@_run_options("Write a report in this format, too; may be repeated. The first one that can be read on a "
              "terminal is also printed.", multiple=True)  # fmt: skip
@click.option("-o", "--output", "folder", required=True, metavar="DIR",
              type=click.Path(file_okay=False, path_type=Path),
              help="The folder for the clean 837, the held 837 and the reports.")  # fmt: skip
@FIX
@click.option("--diff", is_flag=True,
              help="Write STEM.diff with every change and its reason; show fixes in the text.")  # fmt: skip
@click.option("--partial", is_flag=True,
              help="Allow --select and --ignore; the names then say so: STEM.partial.clean.837.")  # fmt: skip
@_FORCE
def scrub(
    files: tuple[Path, ...],
    formats: tuple[str, ...],
    jobs: int,
    verbose: bool,
    debug: bool,
    folder: Path,
    fix: tuple[str, ...],
    diff: bool,
    partial: bool,
    force: bool,
    **options: Any,  # noqa: ANN401 - click passes them by name
) -> None:
    """Apply safe fixes, run the edits, and split the claims of FILE... into a clean and a held 837.

    Exit status 0: all claims are accepted, or with --report-only none is held. 1: at least one claim is held,
    or a file is unreadable. 2: wrong usage or configuration, or an edit failed. 3: nothing is held, but
    --select or --ignore left edits out. 75: try again later.
    """
    from scrubber.pipeline.to_folder import (  # noqa: PLC0415 - check writes no files
        Wanted,
        output_stem,
        scrub_to_folder,
    )

    _require_tables(*formats)
    policy = policy_near(files, options, () if fix == ("none",) else fix)
    if policy.rulebook.is_narrowed and not partial:
        raise click.UsageError(
            "--select and --ignore leave edits out, so a clean 837 would not be fully checked; with --partial"
            " it is written all the same, and named STEM.partial.clean.837"
        )
    _refuse_same_names(files)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    shown = next((name for name in formats if name in FORMATS and not FORMATS[name].for_files), "text")
    style = style_of(policy, options, diff=diff)
    run = Run(policy, shown, style, verbose=verbose, debug=debug)
    filed = replace(style, color=False, width=FILE_WIDTH)
    written = ("json", *(name for name in dict.fromkeys(formats) if name != "json"))
    wanted = Wanted(written, filed, force)
    with stoppable():
        done = [
            path
            for path in files
            if run.each(
                path,
                lambda source, progress: scrub_to_folder(
                    source, policy, folder, wanted, progress, jobs=jobs, evaluator=run.evaluator
                ),
                writes=True,
            )
        ]
        status = run.finish()
    unprinted = [name for name in dict.fromkeys(formats) if name == PARQUET or FORMATS[name].for_files]
    for name, path in product(unprinted, done):
        ending = "*.parquet" if name == PARQUET else f"report.{FORMATS[name].suffix}"
        report = folder / f"{output_stem(stem_of_path(path), policy)}.{ending}"
        click.echo(plain(f"{name}: {report}"), err=shown != "text")
    sys.exit(status)


def _require_tables(*formats: str) -> None:
    """Refuse the format of tables where what it needs is not installed."""
    try:
        if PARQUET in formats:
            require_arrow()
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error


@contextmanager
def _report_to(
    format_: str, path: Path | None, inputs: tuple[Path, ...], *, force: bool
) -> Iterator[tuple[BinaryIO | None, Writer | None]]:
    """Open what the report of `check` goes to: a file, or a writer of tables in a folder."""
    if format_ != PARQUET or path is None:
        with _report_file(path, inputs, force=force) as out:
            yield out, None
        return
    from scrubber.files.folder import OutputFolder  # noqa: PLC0415 - few runs of check write a file

    if path.exists() and not path.is_dir():
        raise click.UsageError(f"{path} is not a folder, and parquet is five files")
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    with OutputFolder(path, force) as outputs:
        try:
            yield None, parquet_writer(outputs.create)
            outputs.publish()
        except OutputExistsError as error:
            raise click.UsageError(str(error)) from error


@contextmanager
def _report_file(path: Path | None, inputs: tuple[Path, ...], *, force: bool) -> Iterator[BinaryIO | None]:
    """Open the file for the report, if there is to be one; it appears when the block is done."""
    if path is None:
        yield None
        return
    from scrubber.files.folder import OutputFolder  # noqa: PLC0415 - few runs of check write a file

    if path.exists() and not path.is_file():
        raise click.UsageError(f"{path} is not a regular file; without -o the report is printed")
    if any(path.exists() and file.exists() and path.samefile(file) for file in inputs):
        raise click.UsageError(f"{path} is an input; choose another file")
    target = path.resolve()  # a link is followed, not replaced
    with OutputFolder(target.parent, force) as outputs:
        try:
            yield outputs.create(target.name)
            outputs.publish()
        except OutputExistsError as error:
            raise click.UsageError(str(error)) from error


def _format_of(path: Path | None) -> str:
    """Return the format that a file's suffix stands for, otherwise text."""
    suffix = path.suffix.lower() if path else ""
    return next((name for name, entry in FORMATS.items() if suffix == f".{entry.suffix}"), "text")


def _refuse_same_names(files: tuple[Path, ...]) -> None:
    """Refuse two inputs with the same name, which would write to the same outputs."""
    if len({stem_of_path(path) for path in files}) < len(files):
        raise click.UsageError("two inputs have the same name: scrub them into different folders")
