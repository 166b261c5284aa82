"""The commands on the claim work list of a spool. POSIX only: loaded when one of them is run."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from scrubber.cli.ending import HELD, OK, USAGE, say
from scrubber.cli.options import example
from scrubber.cli.watch.in_spool import account, spool_argument, writing
from scrubber.cli.watch.work_figures import (
    CLAIMS,
    LISTS,
    correction_lines,
    correction_text,
    corrections_csv,
    list_xlsx,
)
from scrubber.spool.corrections.apply import apply, places_of, preview
from scrubber.spool.corrections.table import read_new_values
from scrubber.spool.corrections.values import NewValue, NewValueError
from scrubber.spool.durable import write_whole
from scrubber.spool.worklist.line import line_of
from scrubber.spool.worklist.states import STATES, TO_DO, Event
from scrubber.spool.worklist.wanted import Wanted, in_one_line, owner_named
from scrubber.spool.worklist.worklist import ClaimChoiceError, Entry, Worklist
from scrubber.text import counted, spoken

_STATES = [state.replace("_", "-") for state in STATES]
_MASK = click.option("--mask", is_flag=True, help="Hide the claim's number, the patient and all notes.")
_MASK_VALUES = click.option(
    "--mask", is_flag=True, help="Hide the claim's number, and values of the patient."
)
_USER = click.option("--user", default="", metavar="NAME",
                     help="Who enters it; by default, the account, or who called sudo.")  # fmt: skip
_CLAIM = click.argument("claim", metavar="CLAIM")


@click.group(epilog=example("work list /var/spool/scrubber --state open --older-than 14"))
def work() -> None:
    """Work off the held claims of a watch folder.

    CLAIM is the claim's number (CLM01) or the ID that `work list` shows.
    """


@work.command("list", epilog=example("work list /var/spool/scrubber --owner ann --format xlsx -o work.xlsx"))
@click.option("--state", "states", multiple=True, type=click.Choice([*_STATES, "all"]),
              help="Only this state; may be repeated; open, in-work and denied by default.")  # fmt: skip
@click.option("--owner", metavar="NAME", help="Only claims of this owner; - for those without one.")
@click.option("--edit", metavar="ID", help="Only claims that this edit or family holds: PAIR-01, DX.")
@click.option("--payer", metavar="ID", help="Only claims to this payer.")
@click.option("--older-than", "days", type=click.IntRange(min=0), metavar="DAYS",
              help="Only claims that have been waiting longer.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(list(LISTS)), default="text")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write the list to this file instead of standard output.")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace an output file that exists.")
@click.option("--corrections", is_flag=True,
              help="With --format csv: a row for each value that can be corrected, and a column for the"
              " new one. A workbook always has them on its second sheet.")  # fmt: skip
@_MASK
@spool_argument
def list_(
    root: Path,
    states: tuple[str, ...],
    form: str,
    output: Path | None,
    force: bool,
    corrections: bool,
    mask: bool,
    **filters: Any,  # noqa: ANN401 - click passes them by name
) -> None:
    """List the claims that wait for a person, those with the highest charges first."""
    if form == "xlsx" and output is None and sys.stdout.isatty():
        raise click.UsageError("--format xlsx needs -o FILE")
    if corrections and form not in ("csv", "xlsx"):
        raise click.UsageError("--corrections needs --format csv or xlsx")
    if output and output.exists() and not force:
        raise click.UsageError(f"{output} exists; --force replaces it")
    today = _today()
    wanted = () if "all" in states else tuple(state.replace("-", "_") for state in states) or TO_DO
    with _worklist(root) as worklist:
        items = [item for item in worklist.items(wanted) if Wanted(**filters).takes(item, today)]
    lines = [line_of(item, today, masked=mask) for item in items]
    if form == "xlsx" or corrections:
        values = [line for item in items for line in correction_lines(item, masked=mask)]
        raw = list_xlsx(lines, today, values) if form == "xlsx" else corrections_csv(values)
    else:
        raw = LISTS[form](lines, today)
    if output is None:
        click.echo(raw, nl=False)
        return
    write_whole(output, raw)


@work.command(epilog=example("work show /var/spool/scrubber INJ-0001"))
@click.option("--format", "form", type=click.Choice(list(CLAIMS)), default="text")
@_MASK
@spool_argument
@_CLAIM
def show(root: Path, claim: str, form: str, mask: bool) -> None:
    """Show a claim: what it is held for, the files that had it, and all that was entered."""
    with _worklist(root) as worklist:
        item = worklist.find(claim)
        history = worklist.history(item)
    click.echo(CLAIMS[form](item, history, _today(), masked=mask), nl=False)


@work.command("apply", epilog=example("work apply /var/spool/scrubber work.xlsx --dry-run"))
@click.option("--dry-run", is_flag=True, help="Show what would be changed, and change nothing.")
@_USER
@_MASK_VALUES
@spool_argument
@click.argument("table", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def apply_(root: Path, table: Path, dry_run: bool, user: str, mask: bool) -> None:
    """Correct claims by the new values in FILE, a list of corrections (xlsx or CSV) of `work list`.

    The corrected claims are dropped into in/ as a file of their own, in which nothing but these values and
    the envelopes differs, and scrubbed as any other. A claim that has moved on is refused.

    Exit status 0: all values are applied, now or before. 1: a claim was refused. 2: wrong usage, or a value
    that cannot be written as it is; then nothing was changed. 75: try again later.
    """
    with _worklist(root) as worklist:
        _correct(worklist, read_new_values(table), user, dry_run=dry_run, masked=mask)


@work.command("set", epilog=example("work set /var/spool/scrubber INJ-0001 LIN03@32 00143961901"))
@click.option("--dry-run", is_flag=True, help="Show what would be changed, and change nothing.")
@_USER
@_MASK_VALUES
@spool_argument
@_CLAIM
@click.argument("place", metavar="PLACE")
@click.argument("value", metavar="VALUE")
def set_(root: Path, claim: str, place: str, value: str, dry_run: bool, user: str, mask: bool) -> None:
    """Correct one value of a claim, as `work apply` does.

    PLACE is the element, as `work show` names it: LIN03@32, or LIN03 if only one is asked for. VALUE -
    reads the value from standard input, so that no list of processes shows it.
    """
    if value == "-":
        value = sys.stdin.read()
    with _worklist(root) as worklist:
        item = worklist.find(claim)
        places = places_of(item)
        fitting = [name for name in places if place.upper() in (name, name.partition("@")[0])]
        if len(fitting) != 1:
            choices = ", ".join(fitting or places) or "none"
            raise click.UsageError(f"PLACE must be one of the places of this claim: {choices}")
        new = NewValue(item.row.id, fitting[0], _checked(in_one_line, value, "VALUE"), item.row.job)
        _correct(worklist, [new], user, dry_run=dry_run, masked=mask)


@work.command(epilog=example('work note /var/spool/scrubber INJ-0001 "Chart requested from Dr. Wren"'))
@_USER
@spool_argument
@_CLAIM
@click.argument("text", metavar="TEXT")
def note(root: Path, claim: str, text: str, user: str) -> None:
    """Add a note to a claim. TEXT - reads it from standard input, so that no list of processes shows it."""
    if text == "-":
        text = sys.stdin.read()
    _enter(root, claim, "noted", user, _checked(in_one_line, text, "TEXT"))


@work.command(epilog=example("work assign /var/spool/scrubber INJ-0001 ann"))
@_USER
@spool_argument
@_CLAIM
@click.argument("owner", metavar="OWNER")
def assign(root: Path, claim: str, owner: str, user: str) -> None:
    """Give a claim an owner. It is then in work."""
    _enter(root, claim, "assigned", user, _checked(owner_named, owner, "OWNER"))


@work.command(epilog=example("work close /var/spool/scrubber INJ-0001 --as written-off"))
@click.option("--as", "how", type=click.Choice(["written-off", "other"]), default="other",
              help="Whether its charges are written off; other by default.")  # fmt: skip
@_USER
@spool_argument
@_CLAIM
def close(root: Path, claim: str, how: str, user: str) -> None:
    """Close a claim that will not come back corrected."""
    _enter(root, claim, "written_off" if how == "written-off" else "closed", user)


@work.command(epilog=example("work reopen /var/spool/scrubber INJ-0001"))
@_USER
@spool_argument
@_CLAIM
def reopen(root: Path, claim: str, user: str) -> None:
    """Put a claim back among the open ones."""
    _enter(root, claim, "reopened", user)


def _correct(
    worklist: Worklist, values: Sequence[NewValue], user: str, *, dry_run: bool, masked: bool
) -> None:
    """Correct claims, and print what became of each."""
    try:
        if dry_run:
            done = preview(worklist, values)
        else:
            done = apply(worklist, values, _checked(in_one_line, user or account(), "--user"))
    except NewValueError as error:
        for fault in error.faults:
            say(fault)
        say("nothing was changed")
        sys.exit(USAGE)
    for correction in done:
        click.echo(correction_text(correction, masked=masked))
    counts = Counter(correction.outcome for correction in done)
    files = sorted({correction.file for correction in done if correction.outcome == "changed"} - {""})
    if dry_run:
        click.echo(f"{counted(counts['changed'], 'claim')} would be corrected")
    else:
        into = f" in in/{', in/'.join(files)}" if files else ""
        click.echo(f"{counted(counts['changed'], 'claim')} corrected{into}")
    sys.exit(HELD if counts["refused"] else OK)


def _enter(root: Path, claim: str, event: Event, user: str, text: str = "") -> None:
    with _worklist(root) as worklist:
        row = worklist.find(claim).row
        worklist.enter([Entry(row, event, text)], _checked(in_one_line, user or account(), "--user"))
        (after,) = (item.row for item in [worklist.find(row.id)])
    owner = f", owner {after.owner}" if after.owner else ""
    done = "note added; " if event == "noted" else ""
    click.echo(f"{after.id}: {done}{spoken(after.state)}{owner}")


@contextmanager
def _worklist(root: Path) -> Iterator[Worklist]:
    with writing(root) as (folders, ledger):
        try:
            yield Worklist(folders, ledger)
        except ClaimChoiceError as error:
            click.echo(f"scrubber: {error}", err=True)
            for choice in error.choices:
                click.echo(f"  {choice}", err=True)
            sys.exit(USAGE)


def _checked(check: Callable[[str], str], text: str, what: str) -> str:
    """Return a text as it may be entered. Arguments need not be valid text."""
    try:
        return check(text)
    except ValueError as error:
        raise click.UsageError(f"{what} {error}") from error


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the user's local date
