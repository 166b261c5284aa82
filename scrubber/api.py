"""The Python API, which does what the command line does. docs/api.md says what is public and how stable."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

from msgspec import structs

from scrubber.claim.model import Claim, build_claim
from scrubber.claim.walk import Leaf, walk
from scrubber.engine.history import NO_HISTORY, History
from scrubber.engine.loading.config import Configuration, load_configuration, require_known
from scrubber.engine.loading.discovery import load_rulebook, shipped_folder
from scrubber.engine.memory.evaluator import Evaluator
from scrubber.engine.policy import Fixes, Policy
from scrubber.engine.steps import ClaimDone, FileDone, Step, deliver
from scrubber.errors import ConfigurationError, UnreadableError
from scrubber.pipeline.preflight import Preflight
from scrubber.pipeline.scrub import scrub_source
from scrubber.report.build import claim_report, file_report, run_report
from scrubber.report.fan_out import ReportSink
from scrubber.report.formats import FORMATS, NAMES, PARQUET, Style, require_arrow
from scrubber.report.model import ClaimReport, Report
from scrubber.report.not_checked import NotCheckedTally
from scrubber.tables import open_tables
from scrubber.x12 import read_blocks
from scrubber.x12.envelope import envelope_events
from scrubber.x12.source import Source, source_of_bytes, source_of_path, source_of_stream

if TYPE_CHECKING:
    from scrubber.report.arrow.tables import ArrowTables

Input = str | Path | bytes | BinaryIO
"""A path, the content of a file, or a binary stream, which is read to its end."""


def read(source: Input) -> Iterator[Claim]:
    """Yield the 837P claims of an input one by one, in constant memory.

    Malformed values are kept as received; nothing is checked. Raise UnreadableError if the input has no
    claim at all, OSError if it cannot be opened.
    """
    has_claims = False
    with _source(source).open() as reader:
        for step in walk(envelope_events(read_blocks(reader)), Preflight().is_opaque):
            if isinstance(step, Leaf) and step.is_claim:
                has_claims = True
                yield build_claim(step.levels(), step.segments)
    if not has_claims:
        raise UnreadableError("the input has no 837P claim")


def scrub(
    source: Input,
    output: str | Path | None = None,
    *,
    policy: Policy | None = None,
    formats: Iterable[str] = (),
    mask: bool = False,
    diff: bool = False,
    pack: str = "",
    config: str | Path | None = None,
    edits: Iterable[str | Path] = (),
    tables: str | Path | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    fix: Iterable[str] = ("safe",),
    as_of: date | None = None,
    strict: bool = False,
    report_only: bool = False,
    force: bool = False,
    history: History = NO_HISTORY,
    jobs: int = 1,
) -> Report:
    """Scrub one input and return its report, including all claims; for many claims use `scrub_iter`.

    With ``output`` (a folder, created if it does not exist), also write the clean 837, the held 837, the
    acknowledgments, the JSON report and a report in each of ``formats`` (``text``, ``html``, ``csv``,
    ``xlsx``, ``jsonl``, ``xml``, ``parquet``) there. With ``mask``, written reports leave out what identifies
    patients.
    ``policy`` is one made by `make_policy`; without it, one is made from the other arguments. ``fix``
    contains ``safe`` and the ids of edits whose fixes are to be applied; if it is empty, nothing is fixed.
    With ``select`` or ``ignore``, the names of all outputs begin with ``STEM.partial``.
    ``strict`` holds claims that are not fully checked; ``report_only`` holds no claim for what is found on it
    and gives it the verdict ``would_be_held``. ``as_of`` is the day to use as today, ``tables`` the
    folder of imported tables, ``history`` what was received before. ``jobs`` is the number of processes that
    evaluate the claims of an input of a megabyte or more; it changes nothing but time. Raise
    ConfigurationError, TableError, OutputExistsError, InputChangedError, ReadBackError, WorkerError or
    OSError.
    """
    policy = policy or make_policy(
        pack=pack,
        config=config,
        edits=edits,
        tables=tables,
        select=select,
        ignore=ignore,
        fix=fix,
        as_of=as_of,
        strict=strict,
        report_only=report_only,
    )
    run = _run(source, policy, output, formats, force=force, mask=mask, diff=diff, history=history, jobs=jobs)
    claims, report = tuple(run), run.report
    return structs.replace(report, files=(structs.replace(report.files[0], claims=claims),))


def scrub_iter(
    source: Input,
    output: str | Path | None = None,
    *,
    policy: Policy | None = None,
    formats: Iterable[str] = (),
    mask: bool = False,
    diff: bool = False,
    force: bool = False,
    as_of: date | None = None,
    history: History = NO_HISTORY,
    jobs: int = 1,
) -> ScrubRun:
    """Scrub one input, yielding the report of each claim as it is ready, in constant memory.

    The arguments are those of `scrub`. Close the run, or use it as a context manager, if you stop early:
    then nothing is written to ``output``. Errors are raised when the iteration reaches them.
    """
    return _run(
        source,
        policy or make_policy(as_of=as_of),
        output,
        formats,
        force=force,
        mask=mask,
        diff=diff,
        history=history,
        jobs=jobs,
    )


def write_report(
    source: Input,
    stream: BinaryIO,
    format: str = "json",  # noqa: A002 - the command line's word
    *,
    policy: Policy | None = None,
    mask: bool = False,
    as_of: date | None = None,
    jobs: int = 1,
) -> None:
    """Scrub one input and write its report to a binary stream, in any format; write no 837.

    Raise ConfigurationError for an unknown format, and whatever `scrub` raises.
    """
    if format == PARQUET:
        raise ConfigurationError("parquet is five tables, which no single stream holds: use `to_arrow`")
    _require_formats((format,))
    _require_jobs(jobs)
    policy = policy or make_policy(as_of=as_of)
    style = Style(policy.rulebook.edits, masked=mask)
    sink = ReportSink([FORMATS[format].writer(stream, style)], style, policy)
    sink.file(deliver(scrub_source(_source(source), policy, jobs=jobs), sink))
    sink.finish()


def to_arrow(
    *sources: Input,
    policy: Policy | None = None,
    mask: bool = False,
    as_of: date | None = None,
    jobs: int = 1,
) -> ArrowTables:
    """Scrub inputs and return their results as five Arrow tables; write no file.

    They are ``files``, ``claims``, ``lines``, ``findings`` and ``unchecked``, each a
    ``pyarrow.RecordBatchReader``; docs/tables.md has their columns. They wait in unnamed temporary files, so
    memory stays flat. The other arguments are those of `scrub`. Raise ConfigurationError without pyarrow (the
    extra ``arrow``), and whatever `scrub` raises.
    """
    require_arrow()
    _require_jobs(jobs)
    from scrubber.report.arrow.tables import ArrowTables  # noqa: PLC0415 - needs the extra
    from scrubber.report.arrow.writer import Writer as ArrowWriter  # noqa: PLC0415

    policy = policy or make_policy(as_of=as_of)
    tables = ArrowTables()
    try:
        style = Style(policy.rulebook.edits, masked=mask)
        sink = ReportSink([ArrowWriter(tables.kept)], style, policy)
        evaluator = Evaluator(policy)
        for source in sources:
            steps = scrub_source(_source(source), policy, evaluator=evaluator, jobs=jobs)
            sink.file(deliver(steps, sink))
        sink.finish()
    except BaseException:
        tables.close()
        raise
    return tables


class ScrubRun(Iterator[ClaimReport]):
    """An iterator over the claims of one input; once it is exhausted, ``report`` is available."""

    def __init__(self, steps: Iterator[Step], policy: Policy) -> None:
        self._steps = steps
        self._policy = policy
        self._done: FileDone | None = None
        self._not_checked = NotCheckedTally()

    def __next__(self) -> ClaimReport:
        for step in self._steps:
            if isinstance(step, ClaimDone):
                report = claim_report(step.result, held=step.held)
                self._not_checked.add(report, step.result.facts.charge)
                return report
            if isinstance(step, FileDone):
                self._done = step
        raise StopIteration

    @property
    def report(self) -> Report:
        """Return the report of the run, with its file and no claims. Raise RuntimeError before the end."""
        if self._done is None:
            raise RuntimeError("the report is available after all claims have been read")
        not_checked = self._not_checked.report()
        file = file_report(self._done.result, self._done.provenance, self._policy, not_checked)
        return run_report(self._done.provenance, self._policy, (file,))

    def close(self) -> None:
        """Stop; nothing is written unless the run was complete."""
        close = getattr(self._steps, "close", None)
        if close:
            close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def make_policy(
    *,
    pack: str = "",
    config: str | Path | None = None,
    edits: Iterable[str | Path] = (),
    tables: str | Path | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    fix: Iterable[str] = ("safe",),
    as_of: date | None = None,
    lock: str | Path | None = None,
    strict: bool = False,
    report_only: bool = False,
) -> Policy:
    """Load edits, packs and configuration, and open the tables; the same policy serves many inputs.

    ``lock`` is a file of `scrubber tables lock`: then exactly the releases that it names are
    used. ``strict``, or the key of the configuration, holds claims that are not fully checked, and
    ``report_only`` holds none for what is found on it. Raise ConfigurationError for anything not understood,
    TableError for a table that cannot be used.
    """
    settings = load_configuration(Path(config)) if config else Configuration()
    rulebook = load_rulebook([*settings.edits, *(Path(folder) for folder in edits)])
    if config:
        require_known(settings, Path(config), rulebook)
    if pack:
        rulebook.chain(pack)
    fixes = tuple(fix)
    for name in fixes:
        if name != "safe" and name not in rulebook.edits:
            raise ConfigurationError(f"{name}: no edit has this id")
    return Policy(
        rulebook=rulebook.selected(tuple(select), tuple(ignore)),
        tables=open_tables(
            shipped_folder() / "tables",
            Path(tables) if tables else settings.tables,
            Path(lock) if lock else None,
        ),
        as_of=as_of or date.today(),  # noqa: DTZ011 - the user's local date is intended
        pack=pack or settings.pack,
        payers=settings.payers,
        suppressions=(*settings.suppressions, *settings.known),
        baseline=settings.baseline,
        fixes=Fixes("safe" in fixes, frozenset(fixes) - {"safe"}),
        configuration=settings.file,
        is_strict=strict or settings.strict,
        is_report_only=report_only or settings.report_only,
    )


def _run(
    source: Input,
    policy: Policy,
    output: str | Path | None,
    formats: Iterable[str],
    *,
    force: bool,
    mask: bool,
    diff: bool,
    history: History,
    jobs: int,
) -> ScrubRun:
    _require_jobs(jobs)
    opened = _source(source)
    if output is None:
        return ScrubRun(scrub_source(opened, policy, history=history, jobs=jobs), policy)
    from scrubber.pipeline.to_folder import Wanted, scrub_to_folder  # noqa: PLC0415 - check writes no files

    names = ("json", *(name for name in dict.fromkeys(formats) if name != "json"))
    _require_formats(names)
    Path(output).mkdir(parents=True, exist_ok=True, mode=0o700)
    wanted = Wanted(names, Style(policy.rulebook.edits, masked=mask, diff=diff), force)
    steps = scrub_to_folder(opened, policy, Path(output), wanted, history=history, jobs=jobs)
    return ScrubRun(steps, policy)


def _require_jobs(jobs: int) -> None:
    """Raise ConfigurationError for a number of processes that is not one."""
    if jobs < 1:
        raise ConfigurationError(f"jobs: {jobs} is less than 1")


def _require_formats(names: Collection[str]) -> None:
    """Raise ConfigurationError for a report format that does not exist."""
    for name in names:
        if name not in NAMES:
            raise ConfigurationError(f"{name}: unknown format; choose from {', '.join(NAMES)}")
    if PARQUET in names:
        require_arrow()


def _source(source: Input) -> Source:
    if isinstance(source, bytes):
        return source_of_bytes(source)
    if isinstance(source, str | Path):
        return source_of_path(Path(source))
    return source_of_stream(source, "input")
