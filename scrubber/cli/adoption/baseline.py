"""The command that freezes known findings."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from scrubber.adoption.baseline import KnownFindings, Left, known_findings, merged, pruned
from scrubber.adoption.inputs import claim_files
from scrubber.cli.ending import HELD, OK
from scrubber.cli.options import DAY, example, policy_near, policy_options, selection_options
from scrubber.engine.loading.baseline import baseline_text, read_baseline
from scrubber.engine.policy import Suppression
from scrubber.errors import ConfigurationError, OutputExistsError
from scrubber.files.folder import OutputFolder
from scrubber.stopping import stoppable
from scrubber.text import counted, dollars, plain

_DAYS = 90
_MOST_DAYS = 366
_LINE = "{:<10} {:<12} {:<11} {:<10} {:>6}  {:<18}  {}"
NOT_FROZEN: dict[Left, str] = {"fixable": "that a safe fix corrects", "patient": "about one patient"}
"""What is said of findings that are not frozen."""


@click.command(
    short_help="Freeze the findings that claims have today.",
    epilog=example('baseline june/*.837 --owner "billing lead" -o baseline.toml'),
)
@click.argument("files", nargs=-1, metavar="[FILE|SPOOL]...", type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--output", "path", metavar="FILE", default="baseline.toml", show_default=True,
              type=click.Path(dir_okay=False, path_type=Path), help="The baseline.")  # fmt: skip
@click.option("--owner", default="", metavar="NAME", help="Who answers for it; required.")
@click.option("--reason", default="", metavar="TEXT", help="Why; by default the day of the baseline.")
@click.option("--expires", type=DAY, metavar="DATE",
              help="The last day on which it counts: by default in 90 days, at most in a year.")  # fmt: skip
@click.option("--add", is_flag=True, help="Add to the baseline what it does not have yet.")
@click.option("--list", "is_list", is_flag=True, help="List the baseline. Exit status 1: entries expired.")
@click.option("--prune", is_flag=True, help="Remove the entries that have expired.")
@click.option("--force", is_flag=True, help="Replace a baseline that exists.")
@selection_options
@policy_options
def baseline(
    files: tuple[Path, ...],
    path: Path,
    owner: str,
    reason: str,
    expires: datetime | None,
    add: bool,
    is_list: bool,
    prune: bool,
    force: bool,
    **options: Any,  # noqa: ANN401 - click passes them by name
) -> None:
    """Write the findings that the claims of FILE... have today into a baseline, a file of edit overrides.

    The same edit is then silent about the same fault, for the same payer, billing provider and procedure, up
    to the last day; anything else is reported. Put `baseline = "baseline.toml"` into scrubber.toml to use it.
    Findings about a patient, and those that a safe fix corrects, are not frozen. FILE may be a folder or
    a watch folder, whose archive is then read.
    """
    today = options["as_of"].date() if options["as_of"] else date.today()  # noqa: DTZ011 - the local date
    if is_list or prune:
        if files or (is_list and prune):
            raise click.UsageError("--list and --prune stand alone")
        _show(path, today) if is_list else _prune(path, today)
        return
    if not files:
        raise click.UsageError("name files of claims, or a watch folder")
    if not owner.strip():
        raise click.UsageError("--owner says who answers for what is set aside")
    last = _last_day(expires, today)
    if path.exists() and not (force or add):
        raise click.UsageError(f"{path} exists; --add adds to it, --force replaces it")
    policy = policy_near(tuple(file if file.is_file() else file / "file" for file in files), options, ())
    with stoppable():
        known = known_findings(claim_files(files), policy)
    entries = list(known.overrides(reason.strip() or f"Baseline of {today}", owner.strip(), last))
    before = _entries(path) if add and path.exists() else ()
    _write(path, merged(before, entries), force=force or add)
    _tell(known, path, last)
    if policy.baseline is None:
        click.echo(f'To use it, put this into scrubber.toml before the first table: baseline = "{path.name}"')


def _last_day(expires: datetime | None, today: date) -> date:
    last = expires.date() if expires else today + timedelta(_DAYS)
    if not today <= last <= today + timedelta(_MOST_DAYS):
        raise click.UsageError(f"--expires {last}: it must be a day within a year from {today}")
    return last


def _tell(known: KnownFindings, path: Path, last: date) -> None:
    """Print what was frozen, and what was not."""
    what = f"{counted(known.findings, 'finding')} on {counted(known.claims, 'claim')}"
    click.echo(f"{what} (${dollars(known.charges)}) frozen until {last}: {plain(str(path))}")
    for why, text in NOT_FROZEN.items():
        if count := known.left[why]:
            click.echo(f"  not frozen: {counted(count, 'finding')} {text}")


def _show(path: Path, today: date) -> None:
    entries = _entries(path)
    _list(entries, today)
    sys.exit(HELD if len(pruned(entries, today)) < len(entries) else OK)


def _prune(path: Path, today: date) -> None:
    entries = _entries(path)
    kept = pruned(entries, today)
    _write(path, kept, force=True)
    click.echo(f"expired entries removed: {len(entries) - len(kept):,}; {len(kept):,} left")


def _entries(path: Path) -> tuple[Suppression, ...]:
    """Read a baseline."""
    try:
        return read_baseline(path)[1]
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error


def _write(path: Path, entries: Iterable[Suppression], *, force: bool) -> None:
    """Write a baseline, whole or not at all; only its owner may open it."""
    try:
        with OutputFolder(path.resolve().parent, force) as outputs:
            outputs.create(path.name).write(baseline_text(entries).encode())
            outputs.publish()
    except OutputExistsError as error:
        raise click.UsageError(str(error)) from error


def _list(entries: Iterable[Suppression], today: date) -> None:
    """Print the entries, those that end first on top."""
    click.echo(_LINE.format("edit", "payer", "provider", "procedure", "faults", "until", "owner and reason"))
    for entry in sorted(entries, key=lambda each: (each.expires or date.max, each.edit)):
        ended = " expired" if entry.has_expired(today) else ""
        scope = (entry.payer or "-", entry.provider or "-", entry.procedure or "-", len(entry.faults))
        line = _LINE.format(entry.edit, *scope, f"{entry.expires}{ended}", f"{entry.owner}: {entry.reason}")
        click.echo(plain(line))
