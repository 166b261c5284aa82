"""The commands on a watch folder. POSIX only: loaded when one of them is run."""

from __future__ import annotations

import functools
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import click

from scrubber import log
from scrubber.cli.ending import HELD, OK, TRY_LATER, USAGE
from scrubber.cli.options import (
    DAY,
    FIX,
    REPORT_ONLY,
    example,
    has_own_edits,
    policy_of,
    policy_options,
)
from scrubber.cli.watch.in_spool import FOLDER, reading, spool_argument, writing
from scrubber.cli.watch.spool_figures import SUMMARIES, status_json, status_text, totals_text
from scrubber.engine.loading.config import load_configuration
from scrubber.engine.loading.discovery import shipped_folder, shipped_rulebook
from scrubber.engine.loading.watch_section import WatchSection
from scrubber.engine.policy import Policy
from scrubber.errors import ConfigurationError, TableError
from scrubber.report.formats import NAMES, PARQUET, require_arrow
from scrubber.spool import pruning
from scrubber.spool.access import Access, require_own
from scrubber.spool.answers.folder import AnswersIn
from scrubber.spool.durable import write_whole
from scrubber.spool.hooks import Hooks
from scrubber.spool.jobs import failing
from scrubber.spool.layout import Spool
from scrubber.spool.ledger import rebuild as rebuilding
from scrubber.spool.ledger import verify as verification
from scrubber.spool.ledger.summary import summarise
from scrubber.spool.lock import owned
from scrubber.spool.settings import Settings
from scrubber.spool.status import status_of
from scrubber.spool.tables_in import TablesIn
from scrubber.spool.watch import Watch
from scrubber.spool.work.probe import titles_of
from scrubber.spool.work.worker import Scrubber, warm
from scrubber.tables import Tables, open_tables
from scrubber.tables.folder import default_folder
from scrubber.tables.status import TableStatus
from scrubber.tables.status import status_of as states_of
from scrubber.text import counted


@click.command(
    short_help="Scrub every file dropped into a folder.", epilog=example("watch /var/spool/scrubber --once")
)
@click.option("--once", is_flag=True, help="Scrub the files that are there, then exit; for cron.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N",
              help="How many files to scrub at a time; 1 by default.")  # fmt: skip
@click.option(
    "--interval",
    type=click.FloatRange(min=0.1),
    default=5.0,
    metavar="SECONDS",
    help="How often to look into in/; every 5 seconds by default.",
)
@click.option(
    "--settle",
    type=click.FloatRange(min=0),
    default=2.0,
    metavar="SECONDS",
    help="How long a file must stay unchanged; 2 by default.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(list(NAMES)),
    default=["text"],
    help="Write a report in this format in addition to JSON; may be repeated; text by default.",
)
@FIX
@click.option(
    "--mask",
    is_flag=True,
    help="Hide what identifies patients (names, IDs, dates of birth …) in every report.",
)
@click.option("--diff", is_flag=True, help="Write STEM.diff with every change and its reason.")
@click.option("-v", "--verbose", is_flag=True,
              help="With --once: log each file to standard error.")  # fmt: skip
@REPORT_ONLY
@policy_options
@spool_argument
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
    """Scrub every file dropped into SPOOL/in. SPOOL and its folders are created if they do not exist.

    Exit status of --once 0: all claims are accepted, or with --report-only none is held. 1: something is
    held, unreadable or failed. 2: wrong usage or configuration, a spool that cannot be used, or an edit
    failed. 75: try again later.
    """
    log.configure(verbose=verbose or not once)
    fixes = () if fix == ("none",) else fix
    try:
        if PARQUET in formats:
            require_arrow()
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error
    loaded = _loader(options, fixes)
    scrubber = Scrubber(
        loaded.load,
        tuple(dict.fromkeys(("json", *formats))),
        fixed_day=options["as_of"] is not None,
        masked=mask,
        diff=diff,
    )
    section, as_of = _section(options), options["as_of"]
    place = Spool(root, Access.of(section.groups))
    new_tables = TablesIn(place.tables_in, _tables_folder(options), loaded.reload, settle)
    run = Watch(
        place,
        scrubber,
        Settings(jobs=jobs, interval=interval, quiet=settle),
        titles=loaded.titles,
        hooks=Hooks(section.hooks),
        renew=new_tables.look,
        tables=functools.partial(_states, loaded.tables, as_of.date() if as_of else None),
        answers=AnswersIn(place, loaded.load, settle),
    )
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


def _section(options: Mapping[str, Any]) -> WatchSection:
    try:
        return load_configuration(Path(options["config"])).watch if options["config"] else WatchSection()
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error


class _Loaded(NamedTuple):
    """How workers get the policy, and how it gets new tables; the titles of its edits, and its tables."""

    load: Callable[[], Policy]
    reload: Callable[[], None]
    titles: Mapping[str, str]
    tables: Callable[[], Tables]


def _loader(options: Mapping[str, Any], fixes: tuple[str, ...]) -> _Loaded:
    """Load the policy, or let workers do so.

    Shipped edits are loaded here and shared by all workers. A user's own edits never run in this process:
    they are tried out in one of their own, and each worker loads them for itself, and the tables with them.
    """
    load = functools.partial(policy_of, options, fixes)
    if has_own_edits(options):
        warm(_shipped_policy())
        try:
            return _Loaded(load, lambda: None, titles_of(load), functools.partial(_open_tables, options))
        except ConfigurationError as error:
            raise click.UsageError(str(error)) from error
    current = load()
    warm(current)

    def reload() -> None:
        nonlocal current
        # While a table cannot be used, the old ones are; `tables list` says what is wrong.
        with suppress(TableError):
            current = replace(current, tables=_open_tables(options))

    titles = {edit.id: edit.title for edit in current.rulebook.edits.values()}
    return _Loaded(lambda: current, reload, titles, lambda: current.tables)


def _open_tables(options: Mapping[str, Any]) -> Tables:
    """Open the tables of a run with these options as they are now. Raise TableError."""
    lock = Path(options["lock"]) if options["lock"] else None
    return open_tables(shipped_folder() / "tables", _given_folder(options), lock)


def _states(tables: Callable[[], Tables], as_of: date | None) -> Sequence[TableStatus]:
    """Return the state of all tables today; nothing if they cannot be read, which `tables list` explains."""
    day = as_of or date.today()  # noqa: DTZ011 - the user's local date
    try:
        return states_of(tables().vintages, day)
    except TableError:
        return ()


def _tables_folder(options: Mapping[str, Any]) -> Path:
    """Return the folder of imported tables that a run with these options uses."""
    return _given_folder(options) or default_folder()


def _given_folder(options: Mapping[str, Any]) -> Path | None:
    """Return the folder of imported tables that the options or the configuration name."""
    config = options["config"]
    configured = load_configuration(Path(config)).tables if config else None
    return Path(options["tables"]) if options["tables"] else configured


def _shipped_policy() -> Policy:
    """Return a policy of the shipped edits alone, which any process may run."""
    tables = open_tables(shipped_folder() / "tables", None)
    return Policy(shipped_rulebook(), tables, date.today())  # noqa: DTZ011 - for samples; any day will do


@contextmanager
def _bar(run: Watch) -> Iterator[None]:
    """Show a progress bar on a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    with click.progressbar(length=0, label="scrubbing", file=sys.stderr, show_pos=True) as bar:

        def begin(count: int) -> None:
            bar.length = count

        run.progress = begin
        run.done = lambda _job, _outcome: bar.update(1)
        yield


@click.group(epilog=example("spool status /var/spool/scrubber"))
def spool() -> None:
    """Show and maintain a watch folder."""


@spool.command(epilog=example("spool status /var/spool/scrubber"))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@spool_argument
def status(root: Path, form: str) -> None:
    """Show what is waiting, in work, to be sent, held and failed, and today's clean-claim rate."""
    with reading(root) as (folders, ledger):
        current = status_of(folders, ledger, date.today())  # noqa: DTZ011 - the user's local date
    click.echo((status_json if form == "json" else status_text)(current), nl=False)


@spool.command(epilog=example("spool summary /var/spool/scrubber --since 2026-11-01"))
@click.option("--since", type=DAY, metavar="DATE", help="The first day; today by default.")
@click.option("--until", type=DAY, metavar="DATE", help="The last day; today by default.")
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text")
@spool_argument
def summary(root: Path, since: datetime | None, until: datetime | None, form: str) -> None:
    """Show claims, charges, the clean-claim rate, and the edits and payers with the most held claims."""
    today = date.today()  # noqa: DTZ011 - the user's local date
    last = until.date() if until else today
    first = since.date() if since else last
    if first > last:
        raise click.UsageError("--since is after --until")
    with reading(root) as (_, ledger):
        period = summarise(ledger, first, last)
    click.echo(SUMMARIES[form](period), nl=False)


@spool.command(epilog=example("spool retry /var/spool/scrubber 20261123-021500-7f3a9c21"))
@spool_argument
@click.argument("job", metavar="JOB")
def retry(root: Path, job: str) -> None:
    """Put the file of a failed job, or of a job without accepted claims, back into in/."""
    with writing(root) as (folders, ledger):
        failing.retry(folders, job, ledger)
    click.echo(f"{job}: its file is back in in/")


@spool.command(epilog=example("spool verify /var/spool/scrubber"))
@spool_argument
def verify(root: Path) -> None:
    """Check all hashes and the audit log. Exit status 1: something is wrong."""
    count = 0
    with reading(root) as (folders, ledger):
        jobs = sum(1 for _ in ledger.jobs())
        for fault in verification.verify(folders, ledger):
            click.echo(fault)
            count += 1
    click.echo(
        f"{counted(jobs, 'job')}: " + (f"{counted(count, 'fault')}" if count else "everything matches")
    )
    sys.exit(HELD if count else OK)


@spool.command(epilog=example("spool prune /var/spool/scrubber --older-than 400"))
@click.option("--older-than", "days", type=click.IntRange(min=1), required=True, metavar="DAYS")
@spool_argument
def prune(root: Path, days: int) -> None:
    """Remove the originals and reports of jobs older than DAYS; their counts stay."""
    before = date.today() - timedelta(days=days)  # noqa: DTZ011 - the user's local date
    with writing(root) as (folders, ledger):
        count = pruning.prune(folders, ledger, before)
    click.echo(f"{counted(count, 'job')} from before {before} pruned")


@spool.command(epilog=example("spool export /var/spool/scrubber history"))
@spool_argument
@click.argument("target", metavar="DIR", type=FOLDER)
def export(root: Path, target: Path) -> None:
    """Write the history to DIR as Parquet tables by day; jobs that are there already are left as they are."""
    try:
        require_arrow()
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error
    from scrubber.spool.export import export as export_to  # noqa: PLC0415 - needs the extra

    with reading(root) as (folders, ledger):
        counts = export_to(folders, ledger, target)
    pruned = f"; {counts['pruned']} were pruned before" if counts["pruned"] else ""
    click.echo(f"{counted(counts['new'], 'job')} exported, {counts['there']} were there{pruned}")


@spool.command(epilog=example("spool rebuild /var/spool/scrubber"))
@spool_argument
def rebuild(root: Path) -> None:
    """Rebuild the ledger from the archive. No watch may be running."""
    folders = Spool(root)
    folders.require()
    require_own(folders.state)
    with owned(folders):
        count = rebuilding.rebuild(folders)
    click.echo(f"the ledger is rebuilt from {counted(count, 'manifest')}")


@spool.command(epilog=example("spool timely /var/spool/scrubber INJ-0001 --format html -o proof.html"))
@click.option("--service-date", "service", type=DAY, metavar="DATE",
              help="The claim's first date of service, if several claims have the number.")  # fmt: skip
@click.option("--job", default="", metavar="JOB", help="A job that had the claim, if that is not enough.")
@click.option("--answers", multiple=True, metavar="FILE", type=click.Path(exists=True, path_type=Path),
              help="A 999, TA1 or 277CA, or a folder of them, beside SPOOL/feedback-in.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "html"]), default="text")
@click.option("-o", "--output", "path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the page to this file instead of standard output.")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace an output file that exists.")
@click.option("--mask", is_flag=True, help="Hide the patient, the claim's number and the names of files.")
@policy_options
@spool_argument
@click.argument("claim", metavar="CLAIM")
def timely(
    root: Path,
    claim: str,
    service: datetime | None,
    job: str,
    answers: tuple[Path, ...],
    form: str,
    path: Path | None,
    force: bool,
    mask: bool,
    **options: Any,  # noqa: ANN401 - click passes them by name
) -> None:
    """Write a proof of timely filing for a claim (CLM01): when it was received, sent and acknowledged.

    It says what the archive and the acknowledgments prove, with hashes and control numbers, how much of the
    payer's timely filing limit was used, and what is not on record.
    """
    from scrubber.adoption.inputs import claim_files  # noqa: PLC0415 - few commands need any of these
    from scrubber.cli.watch.timely_sheet import SHEETS  # noqa: PLC0415
    from scrubber.spool.answers.folder import IMPORTED  # noqa: PLC0415
    from scrubber.spool.timely.answers import acknowledgments  # noqa: PLC0415
    from scrubber.spool.timely.proof import proof_of  # noqa: PLC0415
    from scrubber.spool.worklist.worklist import ClaimChoiceError  # noqa: PLC0415

    if path and path.exists() and not force:
        raise click.UsageError(f"{path} exists; --force replaces it")
    policy = policy_of(options, ())
    with reading(root) as (folders, ledger):
        kept = (folders.feedback_in, folders.feedback_in / IMPORTED)
        known = acknowledgments(file.path for file in claim_files((*answers, *filter(Path.is_dir, kept))))
        try:
            day = service.date() if service else None
            proof = proof_of(folders, ledger, claim, policy, known, day, job)
        except ClaimChoiceError as error:
            click.echo(f"scrubber: {error}", err=True)
            for choice in error.choices:
                click.echo(f"  {choice}", err=True)
            sys.exit(USAGE)
    text = SHEETS[form](proof, policy.as_of, masked=mask)
    if path is None:
        click.echo(text, nl=False)
    else:
        write_whole(path, text.encode())
