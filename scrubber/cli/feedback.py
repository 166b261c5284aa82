"""The commands on payers' answers: import them, and report what they teach."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from scrubber.cli.ending import HELD, OK, TRY_LATER, USAGE, say
from scrubber.cli.options import example, policy_near, policy_of, policy_options
from scrubber.engine.policy import Policy
from scrubber.errors import ConfigurationError, FeedbackError, OutputExistsError, SpoolBusyError, SpoolError
from scrubber.feedback.figures import FeedbackReport
from scrubber.feedback.importing import AnswersImported, ClaimsImported, import_answers, import_claims
from scrubber.feedback.store import Store
from scrubber.files.folder import OutputFolder
from scrubber.report.formats import require_arrow
from scrubber.stopping import stoppable
from scrubber.text import counted, dollars, in_dollars, plain, spoken
from scrubber.x12.source import source_of_path

if TYPE_CHECKING:
    from scrubber.spool.answers.entering import AnswersEntered

_PARQUET = "parquet"
_STORE_NAME = "feedback.db"
_INBOX = "feedback-in"
_PATH = click.Path(exists=True, path_type=Path)


def _store_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where the store is."""
    options = [
        click.option("--store", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
                     help="The file in which claims and answers are kept; it is made if it does not exist."),
        click.option("--spool", metavar="SPOOL",
                     type=click.Path(exists=True, file_okay=False, path_type=Path),
                     help="Use the store of this watch folder, and the claims of its archive."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@click.group(
    short_help="Learn from 835, 277CA, 999 and TA1 what the edits got right.",
    epilog=example("feedback report --store feedback.db"),
)
def feedback() -> None:
    """Match payers' answers to the claims that were sent, and report what the edits got right."""


@feedback.command("import", epilog=example("feedback import era.835 --claims sent.837 --store feedback.db"))
@click.argument("files", nargs=-1, metavar="[FILE]...", type=_PATH)
@click.option("--claims", multiple=True, type=_PATH, metavar="FILE",
              help="An 837 as it was sent, or a folder of them; may be repeated.")  # fmt: skip
@_store_options
@click.option("--again", is_flag=True,
              help="Evaluate the whole archive of SPOOL again: the edits may have changed.")  # fmt: skip
@click.option("--no-config", is_flag=True,
              help="Do not look for a scrubber.toml in the folder of the claims and above.")  # fmt: skip
@policy_options
def import_files(
    files: tuple[Path, ...],
    claims: tuple[Path, ...],
    store: Path | None,
    spool: Path | None,
    again: bool,
    **options: Any,  # noqa: ANN401 - click passes them by name
) -> None:
    """Import answers (835, 277CA, 999, TA1): FILE... are files, or folders of them.

    Without FILE, those in SPOOL/feedback-in are read, if there is such a folder.

    The claims are evaluated by the edits and packs of today, as of the day on which their file was made
    (--as-of for another day). The order of imports does not matter, and importing a file again changes
    nothing.

    Exit status 0: all files were read and all payments balance. 1: something is wrong in a file; it was
    imported, and what is wrong is printed. 2: wrong usage or configuration. 75: try again later.
    """
    if spool and not files and (spool / _INBOX).is_dir():
        files = (spool / _INBOX,)
    sent, answers = tuple(_files_in(claims)), list(_files_in(files))
    if not (sent or spool or answers):
        raise click.UsageError("name files of answers, or files of claims with --claims")
    is_sound = True
    with stoppable(), _opened(store, spool, create=True) as opened:
        if sent:
            policy = policy_near(sent, options, ())
            is_sound &= _import_claims(sent, opened, policy, _as_of(options))
        if spool:
            is_sound &= _import_in_spool(spool, opened, answers, options, again=again)
        else:
            for path in answers:
                is_sound &= _tell(import_answers(source_of_path(path), opened))
    sys.exit(OK if is_sound else HELD)


@feedback.command(
    "report", epilog=example("feedback report --store feedback.db --format csv -o feedback.csv")
)
@click.option("--format", "format_", default="text",
              type=click.Choice(["text", "html", "csv", "json", _PARQUET]),
              help="The format of the report; text by default. With parquet, -o FILE.parquet gives the tables"
              " FILE.outcomes.parquet and FILE.denials.parquet.")  # fmt: skip
@click.option("-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write the report to this file instead of standard output.")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace the output file if it exists.")
@click.option("--least", type=click.IntRange(min=1), default=2, metavar="N",
              help="Show patterns of at least N denials; 2 by default.")  # fmt: skip
@click.option("--mask", is_flag=True, help="Hide the names of files, which may be those of patients.")
@_store_options
def report(
    format_: str,
    path: Path | None,
    force: bool,
    least: int,
    mask: bool,
    store: Path | None,
    spool: Path | None,
) -> None:
    """Report what the answers teach: precision and recall by edit, pack and payer, with the money.

    A denial is caught (an edit with its code rejected the claim there), missed (an edit would have, but only
    warned, was overridden, is off or unchecked), without an edit, or not foreseeable from a claim. No patient
    and no claim number is in the report.
    """
    from scrubber.feedback.build import feedback_report  # noqa: PLC0415 - an import needs none of it

    if format_ == _PARQUET and path is None:
        raise click.UsageError("--format parquet needs -o FILE")
    try:
        with _opened(store, spool, create=False) as opened:
            if format_ == _PARQUET and path:
                _write_tables(opened, path, force=force)
                return
            raw = _rendered(feedback_report(opened, least=least, mask=mask), format_)
        if path is None:
            click.echo(raw.decode(), nl=False)
            return
        with OutputFolder(path.resolve().parent, force) as outputs:
            outputs.create(path.name).write(raw)
            outputs.publish()
    except OutputExistsError as error:
        raise click.UsageError(str(error)) from error


def _write_tables(store: Store, path: Path, *, force: bool) -> None:
    """Write the tables of outcomes beside each other, both or none."""
    try:
        require_arrow()
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error
    from scrubber.feedback.arrow import write_outcomes  # noqa: PLC0415 - needs the extra

    stem = path.name.removesuffix(".parquet")
    with OutputFolder(path.resolve().parent, force) as outputs:
        write_outcomes(store, lambda table: outputs.create(f"{stem}.{table}.parquet"))
        outputs.publish()


def _rendered(report: FeedbackReport, format_: str) -> bytes:
    """Return the report in a format; the same store gives the same bytes."""
    if format_ == "json":
        return msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"
    if format_ == "csv":
        from scrubber.feedback.table import write_csv  # noqa: PLC0415 - one format is enough

        out = io.StringIO(newline="")
        write_csv(report, out)
        return out.getvalue().encode()
    if format_ == "html":
        from scrubber.feedback.page import page  # noqa: PLC0415 - likewise

        return "".join(page(report)).encode()
    from scrubber.feedback.text import text_lines  # noqa: PLC0415 - likewise

    return "".join(f"{line}\n" for line in text_lines(report)).encode()


def _import_claims(files: Iterable[Path], store: Store, policy: Policy, as_of: date | None) -> bool:
    """Import files of claims; return False if one has none."""
    done = [_tell_claims(import_claims(source_of_path(path), store, policy, as_of)) for path in files]
    return all(done)


def _import_in_spool(
    root: Path, store: Store, answers: Iterable[Path], options: Mapping[str, Any], *, again: bool
) -> bool:
    """Import the claims of a spool's archive, then answers, and enter these on the claim work list."""
    from scrubber.cli.watch.in_spool import account, writing  # noqa: PLC0415 - a spool needs Linux
    from scrubber.spool.answers.entering import enter_answers  # noqa: PLC0415 - likewise
    from scrubber.spool.answers.importing import import_archive, import_file  # noqa: PLC0415 - likewise
    from scrubber.spool.worklist.worklist import Worklist  # noqa: PLC0415 - likewise

    is_sound = True
    try:
        with writing(root) as (folders, ledger):
            # The watch fixes what is safe before it sends.
            policy = policy_of(options, ("safe",))
            for done in import_archive(folders, ledger, store, policy, _as_of(options), again=again):
                is_sound &= _tell_claims(done)
            for path in answers:
                is_sound &= _tell(import_file(source_of_path(path), store, ledger))
            _tell_entered(enter_answers(Worklist(folders, ledger), store, account()))
    except SpoolError as error:
        say(str(error))
        sys.exit(TRY_LATER if isinstance(error, SpoolBusyError) else USAGE)
    return is_sound


def _as_of(options: Mapping[str, Any]) -> date | None:
    return options["as_of"].date() if options["as_of"] else None


def _tell_claims(done: ClaimsImported) -> bool:
    """Print what came of a file of claims; return False if it has none."""
    claims = counted(done.claims, "claim")
    click.echo(plain(f"{done.name}: {claims}, {done.held:,} held by the edits"))
    if not done.claims:
        say(f"{done.name}: no 837P claim is in this file")
    return done.claims > 0


def _tell_entered(entered: AnswersEntered) -> None:
    """Print what the answers have changed on the claim work list, and what they could not."""
    events = [f"{count:,} {spoken(event)}" for event, count in sorted(entered.events.items())]
    click.echo(f"work list: {', '.join(events) or 'nothing new'}")
    for count, why in (
        (entered.ambiguous, "fits several claims"),
        (entered.superseded, "about a claim that a later file has again"),
        (entered.contradicted, "about a claim of a set that another receipt accepts"),
    ):
        if count:
            click.echo(f"work list: {counted(count, 'answer')} not entered, {why}")


def _tell(done: AnswersImported) -> bool:
    """Print what came of a file of answers; return False if something is wrong in it."""
    if done.is_known:
        click.echo(plain(f"{done.name}: imported before, nothing changed"))
        return True
    parts = []
    if done.payments:
        payments, claims = counted(done.payments, "payment"), counted(done.claims, "claim")
        parts.append(f"{payments} of ${dollars(in_dollars(done.paid))} with {claims}")
    if done.statuses:
        parts.append(f"277CA: {counted(done.statuses, 'claim')}")
    if done.receipts:
        parts.append(counted(done.receipts, "receipt"))
    click.echo(plain(f"{done.name}: {'; '.join(parts) or 'nothing that is read'}"))
    for trouble in done.troubles:
        say(f"{done.name}: {trouble}")
    if done.more_troubles:
        say(f"{done.name}: {done.more_troubles:,} more")
    return not (done.troubles or done.more_troubles)


def _files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield files, and those in folders, without hidden ones."""
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.iterdir() if each.is_file() and each.name[0] != ".")
        else:
            yield path


@contextmanager
def _opened(store: Path | None, spool: Path | None, *, create: bool) -> Iterator[Store]:
    """Open the store that the options name."""
    if store is None and spool is None:
        raise click.UsageError("say where the store is: --store FILE, or --spool SPOOL")
    if store is None and spool is not None:
        if not (spool / "state").is_dir():
            raise click.UsageError(f"{spool}: not a spool; `scrubber watch` creates one")
        store = spool / "state" / _STORE_NAME
    assert store is not None
    try:
        with closing(Store.open(store, create=create)) as opened:
            yield opened
    except FeedbackError as error:
        raise click.UsageError(str(error)) from error
