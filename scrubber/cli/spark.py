"""The command that scrubs a folder under Spark."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from scrubber.cli.ending import HELD, OK, PARTIAL, USAGE, say
from scrubber.cli.options import FIX, REPORT_ONLY, example, policy_near, policy_options, selection_options
from scrubber.engine.loading.config import Configuration, find_configuration, load_configuration
from scrubber.engine.policy import Policy
from scrubber.errors import OutputExistsError, WorkerError
from scrubber.report.formats import NAMES
from scrubber.report.wording import counts_of
from scrubber.stopping import stoppable
from scrubber.text import counted, dollars, plain, spoken

_MOST_NAMED = 10
_MEGABYTE = 1 << 20


@click.command(
    short_help="Scrub a folder of files under Spark.",
    epilog=example("spark lake/in lake/out --master local[4]"),
)
@click.argument("root", metavar="IN", type=click.Path(exists=True, path_type=Path))
@click.argument("folder", metavar="OUT", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--master",
    default="",
    metavar="URL",
    help="Spark's master: local[4], spark://HOST:7077, yarn; by default as spark-submit says.",
)
@click.option(
    "--conf", "settings", multiple=True, metavar="KEY=VALUE", help="A setting of Spark; may be repeated."
)
@click.option(
    "--split",
    "split_mb",
    type=click.IntRange(min=1),
    default=32,
    metavar="MB",
    help="Cut larger files into ranges of about this size; 32 by default.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(list(NAMES)),
    help="Write a report in this format, too; may be repeated.",
)
@click.option("--mask", is_flag=True, help="Hide what identifies patients in every report.")
@click.option("--diff", is_flag=True, help="Write STEM.diff with every change and its reason.")
@FIX
@click.option("--partial", is_flag=True, help="Allow --select and --ignore; all names then say so.")
@click.option(
    "--repeats",
    is_flag=True,
    help="Hold what another file of the run, before it in the order of paths, has sent already.",
)
@click.option("--force", is_flag=True, help="Replace output files that exist.")
@REPORT_ONLY
@selection_options
@policy_options
def spark(
    root: Path,
    folder: Path,
    master: str,
    settings: tuple[str, ...],
    split_mb: int,
    formats: tuple[str, ...],
    mask: bool,
    diff: bool,
    fix: tuple[str, ...],
    partial: bool,
    repeats: bool,
    force: bool,
    **options: Any,  # noqa: ANN401 - click passes them by name
) -> None:  # fmt: skip
    """Scrub every file below IN under Spark; write the same outputs as `scrub` below OUT, and run.json.

    IN and OUT are paths that every machine sees. Exit status 0: all claims are accepted. 1: at least one
    claim is held, or a file is unreadable. 2: wrong usage or configuration, a file could not be scrubbed, or
    an edit failed. 3: nothing is held, but --select or --ignore left edits out.
    """
    if importlib.util.find_spec("pyspark") is None:
        raise click.UsageError("this needs PySpark, the extra `spark`: pip install 'scrubber837[spark]'")
    pairs = [entry.partition("=") for entry in settings]
    if wrong := [key for key, equals, _ in pairs if not (key and equals)]:
        raise click.UsageError(f"--conf {wrong[0]}: write it as KEY=VALUE")
    near = root / "file" if root.is_dir() else root
    policy = policy_near((near,), options, () if fix == ("none",) else fix)
    if policy.rulebook.is_narrowed and not partial:
        raise click.UsageError("--select and --ignore leave edits out: with --partial all names say so")
    from scrubber.spark.bundle import make_bundle  # noqa: PLC0415 - the extra is there
    from scrubber.spark.job import Plan, discard, require_new, run_job, staging_in  # noqa: PLC0415
    from scrubber.spark.session import context_of  # noqa: PLC0415
    from scrubber.spark.summary import Summary  # noqa: PLC0415

    try:
        require_new(folder, force=force)
    except OutputExistsError as error:
        raise click.UsageError(str(error)) from error
    names = ("json", *(name for name in dict.fromkeys(formats) if name != "json"))
    edits, tables, lock = _sources(near, options)
    with stoppable(), tempfile.TemporaryDirectory() as made:
        bundle = make_bundle(policy, Path(made), edits, tables, lock)
        staging = staging_in(folder)
        plan = Plan(
            bundle=bundle,
            folder=str(folder.resolve()),
            staging=str(staging.resolve()),
            formats=names,
            masked=mask,
            diff=diff,
            split=split_mb * _MEGABYTE,
            repeats=repeats,
        )
        try:
            with context_of(master, {key: value for key, _, value in pairs}) as context:
                outcome = run_job(context, root.resolve(), plan)
            summary = Summary(policy, outcome.provenance)
            for row in outcome.in_order:
                summary.add(row)
            summary.write(folder, bundle)
        except WorkerError as error:
            say(str(error))
            sys.exit(USAGE)
        finally:
            discard(staging)
    _print(summary)
    sys.exit(_status(summary, policy))


def _sources(near: Path, options: Mapping[str, Any]) -> tuple[list[Path], Path | None, Path | None]:
    """Return what the policy is made of: folders of own edits, that of imported tables, the lock file."""
    config = options["config"]
    if not config and not options["no_config"]:
        config = find_configuration([near.parent])
    known = load_configuration(Path(config)) if config else Configuration()
    edits = [*known.edits, *map(Path, options["edits"])]
    tables = Path(options["tables"]) if options["tables"] else known.tables
    return edits, tables, Path(options["lock"]) if options["lock"] else None


def _print(summary: Any) -> None:  # noqa: ANN401 - a class of the extra
    verdicts: Counter[str] = summary.verdicts
    kinds = ", ".join(f"{count:,} {spoken(verdict)}" for verdict, count in sorted(verdicts.items()))
    counts = summary.counts
    click.echo(f"{counted(summary.files, 'file')}: {kinds}." if kinds else "No files.")
    held = f"${dollars(counts.held_charges)} of ${dollars(counts.charges)}"
    click.echo(f"{counted(counts.claims, 'claim')}: {counts_of(counts)}.")
    click.echo(f"Held charges: {held}.")
    if counts.would_be_held:
        click.echo(f"Charges that would be held: ${dollars(counts.would_be_held_charges)}.")
    _name_failed(summary.failed)
    for failure, times in sorted(summary.provenance.failures.items(), key=lambda item: str(item[0])):
        say(f"{failure} ({counted(times, 'time')})")


def _name_failed(failed: Iterable[tuple[str, str]]) -> None:
    failed = list(failed)
    for name, reason in failed[:_MOST_NAMED]:
        say(f"{plain(name)}: {reason}")
    if len(failed) > _MOST_NAMED:
        say(f"and {counted(len(failed) - _MOST_NAMED, 'other file')}; run.json has all")


def _status(summary: Any, policy: Policy) -> int:  # noqa: ANN401 - see above
    if summary.failed or summary.provenance.failures:
        return USAGE
    if set(summary.verdicts) - {"clean", "partly_checked", "would_be_held"}:
        return HELD
    return PARTIAL if policy.rulebook.is_narrowed else OK
