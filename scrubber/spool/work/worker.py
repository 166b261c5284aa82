"""Scrubbing one job in its own process: the outputs and ``verdict.json`` go to the job's folder."""

from __future__ import annotations

import enum
import gc
import multiprocessing
import os
import signal
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from decimal import Decimal
from importlib import resources
from multiprocessing.process import BaseProcess
from pathlib import Path

from scrubber.engine.history import Earlier, History
from scrubber.engine.policy import Policy
from scrubber.engine.steps import ClaimDone, SilentSink, deliver
from scrubber.envelopes.scan import Identity
from scrubber.errors import TableError, is_of_disk
from scrubber.pipeline.forked import die_with
from scrubber.pipeline.scrub import scrub_source
from scrubber.pipeline.to_folder import Wanted, scrub_to_folder
from scrubber.report.formats import Style
from scrubber.spool.durable import copy_hashed, hash_file, sync_folder, write_whole
from scrubber.spool.jobs.intake import Job
from scrubber.spool.jobs.job_files import VERDICT, EditCount, JobOutput, JobVerdict, PayerCount, Place
from scrubber.spool.layout import safe_stem
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.work.limits import Limits
from scrubber.spool.worklist.claims import CLAIMS, ClaimRecords
from scrubber.x12.source import Source, source_of_bytes, source_of_path


class Exit(enum.IntEnum):
    """The exit statuses of a worker."""

    DONE = 0
    FAILED = 1
    MEMORY = 12
    TABLES = 78
    LATER = 75


Decide = Callable[[Job, History], JobVerdict]
"""Writes the outputs of a job into its folder and returns the verdict."""


def start(job: Job, decide: Decide, ledger: Path, limits: Limits) -> BaseProcess:
    """Start a process for a job; its exit status is an `Exit` or the number of a signal."""
    # A fork shares the loaded edits and tables: a process costs milliseconds, not a second.
    process = multiprocessing.get_context("fork").Process(
        target=_run, args=(job, decide, ledger, limits, os.getpid()), name=job.id
    )
    process.start()
    return process


def explain(code: int | None) -> str:
    """Return why a worker failed, in words."""
    if code == -signal.SIGXCPU:
        return "it took more processor time than allowed"
    if code == -signal.SIGKILL:
        return "it was killed: no memory was left, or it took too long"
    if code == Exit.MEMORY:
        return "it needed more memory than allowed"
    if code is not None and code < 0:
        return f"it died by signal {-code}"
    return "it failed with an error of its own"


def _run(job: Job, decide: Decide, ledger: Path, limits: Limits, parent: int) -> None:
    die_with(parent)
    for which in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(which, signal.SIG_IGN)  # a signal to stop is meant for the watch
    silence()
    limits.apply(job.size)
    code = Exit.FAILED
    try:
        # What is spooled to disk stays in the job's folder and is removed with it.
        tempfile.tempdir = str(job.folder)
        write_whole(job.folder / VERDICT, decide(job, _Received(job, Ledger.reading(ledger))).to_json())
        code = Exit.DONE
    except MemoryError:
        code = Exit.MEMORY
    except TableError:
        code = Exit.TABLES
    except Exception as error:  # noqa: BLE001 - a traceback would hold values of claims; the status tells the kind
        code = Exit.LATER if is_of_disk(error) else Exit.FAILED
    sys.exit(code)


def silence() -> None:
    """Redirect all output: what a worker or library prints could be patient data and must not be logged."""
    null = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):
        os.dup2(null, handle)


class _Received:
    """The ledger's history of the identities of the job's file.

    Each answer is cached: the verdict must name what the findings rely on, not what was decided since.
    """

    _MOST = 1 << 15  # more than a verdict names

    def __init__(self, job: Job, ledger: Ledger) -> None:
        self._job = job
        self._ledger = ledger
        self._answers: dict[Identity, Earlier | None] = {}
        self.content = self.of(Identity("content", job.sha256))

    def of(self, identity: Identity) -> Earlier | None:
        """Return the first job with this identity that put a file into ``out/``, else the first one."""
        if identity in self._answers:
            return self._answers[identity]
        answer = self._ledger.earlier(identity, self._job.id)
        if len(self._answers) < self._MOST:
            self._answers[identity] = answer
        return answer


@dataclass(slots=True)
class _Count:
    claims: int = 0
    accepted: int = 0
    findings: int = 0
    charges: Decimal = field(default_factory=Decimal)
    held_charges: Decimal = field(default_factory=Decimal)


@dataclass(slots=True)
class VerdictTally(SilentSink):
    """Counts claims, charges and edits by payer, in bounded memory."""

    payers: defaultdict[tuple[str, str], _Count] = field(default_factory=lambda: defaultdict(_Count))
    edits: defaultdict[tuple[str, str, str], _Count] = field(default_factory=lambda: defaultdict(_Count))
    _MOST_PAYERS = 10_000

    def claim(self, step: ClaimDone) -> None:
        """Take a claim."""
        facts, pack = step.result.facts, step.result.pack
        charge = facts.charge or Decimal()
        payer = facts.levels.payer_id
        if (payer, pack) not in self.payers and len(self.payers) >= self._MOST_PAYERS:
            payer = ""
        count = self.payers[payer, pack]
        count.claims += 1
        count.charges += charge
        if step.held or step.result.holds:
            count.held_charges += charge
        else:
            count.accepted += 1
        told = set()
        for finding in step.result.all_findings:
            severity = "repaired" if finding.is_fixed else finding.severity
            key = (finding.edit, severity, payer)
            self.edits[key].findings += 1
            if key not in told:
                told.add(key)
                self.edits[key].claims += 1
                self.edits[key].charges += charge

    def payer_counts(self) -> tuple[PayerCount, ...]:
        """Return the counts by payer and pack."""
        return tuple(
            PayerCount(payer, pack, count.claims, count.accepted, count.charges, count.held_charges)
            for (payer, pack), count in sorted(self.payers.items())
        )

    def edit_counts(self) -> tuple[EditCount, ...]:
        """Return the counts by edit, severity and payer."""
        return tuple(
            EditCount(edit, severity, payer, count.findings, count.claims, count.charges)
            for (edit, severity, payer), count in sorted(self.edits.items())
        )


@dataclass(frozen=True, slots=True)
class Scrubber:
    """What decides on a job: the same as ``scrubber scrub``, under the day of the job.

    ``load`` returns the policy. Where a user's own edits are part of it, it is called in each worker and
    never in the watch itself, so that nothing in them can hang or end the watch.
    """

    load: Callable[[], Policy]
    formats: tuple[str, ...]
    fixed_day: bool = False
    masked: bool = False
    diff: bool = False

    def __call__(self, job: Job, history: History) -> JobVerdict:
        """Scrub the private copy."""
        policy = self.load()
        if not self.fixed_day:
            policy = replace(policy, as_of=job.taken.day)
        source = source_of_path(job.original)
        stem = safe_stem(job.taken.name)
        name = os.fsencode(job.taken.name).decode("utf-8", "replace")
        job.reports.mkdir(mode=0o700)
        tally = VerdictTally()
        wanted = Wanted(self.formats, Style(policy.rulebook.edits, masked=self.masked, diff=self.diff))
        steps = scrub_to_folder(Source(name, stem, source.path), policy, job.reports, wanted, history=history)
        # Bytes that went out before bring no new work: their claims are on the list, or are done.
        is_known = bool(history.content and history.content.sent)
        with nullcontext() if is_known else (job.archive / CLAIMS).open("xb") as stream:
            records = ClaimRecords(stream) if stream else None
            done = deliver(steps, *(sink for sink in (tally, records) if sink))
            if records:
                records.close()
        if not done.result.counts.claims:
            (job.archive / CLAIMS).unlink(missing_ok=True)
        file = done.result
        _divide(job, stem, whole_is_held=file.verdict == "unreadable")
        return JobVerdict(
            verdict=file.verdict,
            size=job.size,
            sha256=file.sha256,
            claims=file.counts.claims,
            accepted=file.counts.accepted,
            report_only=policy.is_report_only,
            would_be_held=file.counts.would_be_held,
            lines=file.counts.lines,
            payers=tally.payer_counts(),
            edits=tally.edit_counts(),
            identities=(Identity("content", file.sha256), *file.identities),
            earlier=earlier_of((Identity("content", file.sha256), *file.identities), history),
            files=tuple(_outputs(job, f"{job.id}_{stem}")),
            edit_errors=tuple(sorted({str(failure) for failure in done.provenance.failures})),
        )


def warm(policy: Policy) -> None:
    """Scrub a sample of invented claims, so that workers inherit what the first claims of a process need.

    A first claim takes ten times as long as any other.
    """
    sample = resources.files("scrubber.spool").joinpath("sample.837").read_bytes()
    deliver(scrub_source(source_of_bytes(sample), policy))


def prepare() -> None:
    """Freeze the loaded objects before workers are forked, so that garbage collection leaves them shared."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)  # a job remembers many objects that need not be searched often


def earlier_of(identities: tuple[Identity, ...], history: History) -> tuple[str, ...]:
    """Return the jobs in which these identities were seen before, each once."""
    found = (history.of(identity) for identity in identities)
    return tuple(dict.fromkeys(earlier.job for earlier in found if earlier))


def _divide(job: Job, stem: str, *, whole_is_held: bool) -> None:
    """Move the 837 files from the reports to where they are published from."""
    for name, target in ((f"{stem}.clean.837", job.clean), (f"{stem}.held.837", job.held)):
        path = job.reports / name
        if path.exists():
            path.rename(target)
    if whole_is_held:
        # No claim could be read: a person must look at the file as received.
        with job.original.open("rb") as stream:
            copy_hashed(stream, job.held)
    sync_folder(job.reports)
    sync_folder(job.folder)


def _outputs(job: Job, label: str) -> Iterator[JobOutput]:
    """Yield every file that the job produces, except the manifest, which lists them."""
    yield JobOutput("archive", job.original.name, job.size, job.sha256)
    if (job.archive / CLAIMS).exists():
        yield _output("archive", CLAIMS, job.archive / CLAIMS)
    for path in sorted(job.reports.iterdir()):
        yield _output("reports", path.name, path)
    if job.held.exists():
        yield _output("held", f"{label}.held.837", job.held)
    if job.clean.exists():
        yield _output("out", f"{label}.clean.837", job.clean)


def _output(place: Place, name: str, path: Path) -> JobOutput:
    return JobOutput(place, name, path.stat().st_size, hash_file(path))
