"""The commands on a watch folder. POSIX only: loaded when one of them is asked for."""

from __future__ import annotations

import functools
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from scrubber import log
from scrubber.api import make_policy
from scrubber.cli.options import (
    DAY,
    HELD,
    OK,
    TRY_LATER,
    USAGE,
    has_own_edits,
    policy_of,
    policy_options,
    split,
)
from scrubber.cli.spool_figures import SUMMARIES, status_json, status_text, totals_text
from scrubber.engine.policy import Policy
from scrubber.errors import ConfigurationError, SpoolBusyError, SpoolError, TableError
from scrubber.report.formats import FORMATS
from scrubber.spool import pruning
from scrubber.spool.jobs import failing
from scrubber.spool.layout import Spool
from scrubber.spool.ledger import rebuild as rebuilding
from scrubber.spool.ledger import verify as verification
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.ledger.summary import summarise
from scrubber.spool.lock import owned
from scrubber.spool.settings import Settings
from scrubber.spool.status import status_of
from scrubber.spool.watch import Watch
from scrubber.spool.work.foreman import TroubleError
from scrubber.spool.work.probe import titles_of
from scrubber.spool.work.worker import Scrubber, warm
from scrubber.text import counted, plain

_FOLDER = click.Path(file_okay=False, path_type=Path)


def _spool_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """The spool, and its errors as exit statuses: 75 where waiting may help, else 2."""

    @click.argument("root", metavar="SPOOL", type=_FOLDER)
    @functools.wraps(command)
    def run(root: Path, **options: Any) -> None:  # noqa: ANN401 - click passes them by name
        try:
            command(root, **options)
        except (SpoolError, TableError, OSError) as error:
            # Of an OSError the system's own words only: the path in it may hold a sender's name for a file.
            reason = error.strerror if isinstance(error, OSError) else plain(str(error))
            click.echo(f"scrubber: {reason}", err=True)
            sys.exit(TRY_LATER if isinstance(error, OSError | SpoolBusyError | TroubleError) else USAGE)

    return run


@click.command()
@click.option("--once", is_flag=True, help="Work on what lies there, then end; for cron.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="Files at a time.")
@click.option(
    "--interval",
    type=click.FloatRange(min=0.1),
    default=5.0,
    metavar="SECONDS",
    help="Between two looks into in/; 5 unless said otherwise.",
)
@click.option(
    "--settle",
    type=click.FloatRange(min=0),
    default=2.0,
    metavar="SECONDS",
    help="How long a file must stay unchanged; 2 unless said otherwise.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(list(FORMATS)),
    default=["text"],
    help="Reports beside the JSON one; text unless said otherwise.",
)
@click.option(
    "--fix",
    default="safe",
    callback=split,
    metavar="none|safe|IDS",
    help="Which repairs to make; an unsafe one only by its edit's id.",
)
@click.option("--mask", is_flag=True, help="Hide names, ids and dates of birth in every report.")
@click.option("--diff", is_flag=True, help="Write STEM.diff beside the reports: every change, and why.")
@click.option("-v", "--verbose", is_flag=True, help="With --once: log the steps to standard error.")
@policy_options
@_spool_argument
def watch(
    root: Path,
    once: bool,
    jobs: int,
    interval: float,
    settle: float,
    formats: tuple[str, ...],
    fix: tuple[str, ...],
    mask: bool,
    diff: bool,
    verbose: bool,
    **options: Any,  # noqa: ANN401 - click passes them by name
) -> None:
    """Scrub every file dropped into SPOOL/in; SPOOL and its folders are made where they are missing."""
    log.configure(verbose=verbose or not once)
    fixes = () if fix == ("none",) else fix
    load, titles = _loader(options, fixes)
    decide = Scrubber(
        load,
        tuple(dict.fromkeys(("json", *formats))),
        fixed_day=options["as_of"] is not None,
        masked=mask,
        diff=diff,
    )
    run = Watch(Spool(root), decide, Settings(jobs=jobs, interval=interval, quiet=settle), titles=titles)
    for which in (signal.SIGTERM, signal.SIGINT):
        signal.signal(which, run.stop)
    if not once:
        run.forever()
        return
    with _bar(run):
        run.once()
    click.echo(totals_text(run.totals), nl=False)
    if run.was_stopped:
        sys.exit(TRY_LATER)
    if run.totals.edit_errors:
        sys.exit(USAGE)
    sys.exit(HELD if run.totals.needs_a_person else OK)


def _loader(
    options: Mapping[str, Any], fixes: tuple[str, ...]
) -> tuple[Callable[[], Policy], Mapping[str, str]]:
    """Return how workers get the policy, and the titles of its edits.

    Shipped edits are loaded here and shared by all workers. A user's own edits never run in this process:
    they are tried out in one of their own, and each worker loads them for itself.
    """
    load = functools.partial(policy_of, options, fixes)
    if has_own_edits(options):
        warm(make_policy())
        try:
            return load, titles_of(load)
        except ConfigurationError as error:
            raise click.UsageError(str(error)) from error
    policy = load()
    warm(policy)
    return lambda: policy, {edit.id: edit.title for edit in policy.rulebook.edits.values()}


@contextmanager
def _bar(run: Watch) -> Iterator[None]:
    """A progress bar where a person looks on."""
    if not sys.stderr.isatty():
        yield
        return
    with click.progressbar(length=0, label="scrubbing", file=sys.stderr, show_pos=True) as bar:

        def begin(count: int) -> None:
            bar.length = count

        run.progress = begin
        run.done = lambda _job, _outcome: bar.update(1)
        yield


@click.group()
def spool() -> None:
    """Look after a watch folder."""


@spool.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@_spool_argument
def status(root: Path, form: str) -> None:
    """What is waiting, in work, to be sent, held, failed; today's clean-claim rate."""
    with _reading(root) as (folders, ledger):
        found = status_of(folders, ledger, date.today())  # noqa: DTZ011 - the user's own calendar day
    click.echo((status_json if form == "json" else status_text)(found), nl=False)


@spool.command()
@click.option("--since", type=DAY, metavar="DATE", help="The first day; today unless said otherwise.")
@click.option("--until", type=DAY, metavar="DATE", help="The last day; today unless said otherwise.")
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text")
@_spool_argument
def summary(root: Path, since: datetime | None, until: datetime | None, form: str) -> None:
    """Claims, charges, clean-claim rate, the edits and payers that hold most."""
    today = date.today()  # noqa: DTZ011 - the user's own calendar day
    last = until.date() if until else today
    first = since.date() if since else last
    if first > last:
        raise click.UsageError("--since is after --until")
    with _reading(root) as (_, ledger):
        found = summarise(ledger, first, last)
    click.echo(SUMMARIES[form](found), nl=False)


@spool.command()
@_spool_argument
@click.argument("job", metavar="JOB")
def retry(root: Path, job: str) -> None:
    """Drop the file of a failed job, or of one of which nothing went out, into in/ again."""
    with _writing(root) as (folders, ledger):
        failing.retry(folders, job, ledger)
    click.echo(f"{job}: its file is in in/ again")


@spool.command()
@_spool_argument
def verify(root: Path) -> None:
    """Compare all hashes and the audit log; status 1 says that something is not right."""
    count = 0
    with _reading(root) as (folders, ledger):
        jobs = sum(1 for _ in ledger.jobs())
        for fault in verification.verify(folders, ledger):
            click.echo(fault)
            count += 1
    click.echo(
        f"{counted(jobs, 'job')}: " + (f"{counted(count, 'fault')}" if count else "all is as it was decided")
    )
    sys.exit(HELD if count else OK)


@spool.command()
@click.option("--older-than", "days", type=click.IntRange(min=1), required=True, metavar="DAYS")
@_spool_argument
def prune(root: Path, days: int) -> None:
    """Remove originals and reports of jobs older than so many days; their numbers stay."""
    before = date.today() - timedelta(days=days)  # noqa: DTZ011 - the user's own calendar day
    with _writing(root) as (folders, ledger):
        count = pruning.prune(folders, ledger, before)
    click.echo(f"{counted(count, 'job')} of days before {before} pruned")


@spool.command()
@_spool_argument
def rebuild(root: Path) -> None:
    """Make the ledger anew from the archive; no watch may run meanwhile."""
    folders = Spool(root)
    folders.require()
    with owned(folders):
        count = rebuilding.rebuild(folders)
    click.echo(f"the ledger is made anew from {counted(count, 'manifest')}")


@contextmanager
def _reading(root: Path) -> Iterator[tuple[Spool, Ledger]]:
    with _opened(root, writing=False) as pair:
        yield pair


@contextmanager
def _writing(root: Path) -> Iterator[tuple[Spool, Ledger]]:
    with _opened(root, writing=True) as pair:
        yield pair


@contextmanager
def _opened(root: Path, *, writing: bool) -> Iterator[tuple[Spool, Ledger]]:

    os.umask(0o077)
    folders = Spool(root)
    folders.require()
    ledger = (Ledger.writing if writing else Ledger.reading)(folders.ledger)
    try:
        yield folders, ledger
    finally:
        ledger.close()
