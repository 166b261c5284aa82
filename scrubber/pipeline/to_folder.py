"""Scrub one input into a folder: 837 files, acknowledgments and reports, all or nothing."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path

from msgspec.structs import replace

from scrubber.acks.writer import Acknowledger, Streams
from scrubber.engine.history import NO_HISTORY, History
from scrubber.engine.memory.evaluator import Evaluator
from scrubber.engine.policy import Policy
from scrubber.engine.steps import FileDone, Sink, Step
from scrubber.files.folder import OutputFolder
from scrubber.files.read_back import read_back
from scrubber.files.split import Split
from scrubber.pipeline.preflight import OnProgress
from scrubber.pipeline.scrub import Elsewhere, scrub_source
from scrubber.report.diff import Diff
from scrubber.report.fan_out import ReportSink
from scrubber.report.formats import FORMATS, PARQUET, Style, parquet_writer
from scrubber.stopping import uninterrupted
from scrubber.text import partial_run
from scrubber.x12.segment_numbers import SegmentNumbers
from scrubber.x12.source import Source


@dataclass(frozen=True, slots=True)
class Wanted:
    """The outputs besides the 837 files: report formats and their style; ``force`` overwrites files.

    ``staging`` is where they are until they are complete, on the same file system as their folder.
    """

    formats: tuple[str, ...] = ("json",)
    style: Style = field(default_factory=Style)
    force: bool = False
    staging: Path | None = None


def scrub_to_folder(
    source: Source,
    policy: Policy,
    folder: Path,
    wanted: Wanted,
    progress: OnProgress = lambda _: None,
    history: History = NO_HISTORY,
    jobs: int = 1,
    evaluator: Evaluator | None = None,
    elsewhere: Elsewhere | None = None,
) -> Generator[Step, None, None]:
    """Scrub an input; yield each step once all outputs have taken it.

    Names are ``STEM.clean.837``, ``STEM.held.837``, ``STEM.999``, ``STEM.ta1``, ``STEM.277``,
    ``STEM.report.*``, for ``parquet`` ``STEM.TABLE.parquet``, and with ``style.diff`` ``STEM.diff``; where
    the user left edits out, all names have ``STEM.partial`` instead of ``STEM``. They appear before the last
    step is yielded, the clean file last. If the caller stops before that, nothing is written. Raise
    OutputExistsError, InputChangedError, ReadBackError, WorkerError or OSError, in which case nothing is
    written either.
    """
    with OutputFolder(folder, wanted.force, source.path, wanted.staging) as outputs:
        job = _Outputs(outputs, source, policy, wanted)
        steps = scrub_source(source, policy, progress, history, evaluator, jobs, elsewhere)
        for step in steps:
            if isinstance(step, FileDone):
                done = job.close(step)
                with uninterrupted():  # who asks to stop now hears that the outputs are complete
                    outputs.publish()
                    yield done
            else:
                for sink in job.sinks:
                    step.to(sink)
                yield step


def output_stem(stem: str, policy: Policy) -> str:
    """Return what the names of all outputs of an input begin with: where edits are left out, that is said."""
    return f"{stem}.partial" if policy.rulebook.is_narrowed else stem


class _Outputs:
    """The outputs of one input: streams in the folder, and the sinks that write to them."""

    def __init__(self, folder: OutputFolder, source: Source, policy: Policy, wanted: Wanted) -> None:
        style, rulebook = wanted.style, policy.rulebook
        stem = output_stem(source.stem, policy)
        left_out = partial_run(rulebook.select, rulebook.ignore)
        self._folder = folder
        self._clean = folder.create(f"{stem}.clean.837")
        self._held = folder.create(f"{stem}.held.837")
        self._acks = Streams(*(folder.create(f"{stem}.{suffix}") for suffix in ("999", "ta1", "277")))
        names = [name for name in wanted.formats if name != PARQUET]
        created = [(name, folder.create(f"{stem}.report.{FORMATS[name].suffix}")) for name in names]
        writers = [FORMATS[name].writer(stream, style) for name, stream in created]
        if PARQUET in wanted.formats:
            writers.append(parquet_writer(folder.create, stem))
        self._diff = folder.create(f"{stem}.diff") if style.diff else None
        origins = None
        if self._diff:
            origins = SegmentNumbers()
            writers.append(Diff(self._diff, source, self._clean, origins, masked=style.masked))
        self._split = Split(self._clean, self._held, origins)
        self._reports = ReportSink(writers, style, policy)
        remark = f"Partial run, {left_out}" if left_out else ""
        acknowledger = Acknowledger(self._acks, datetime.combine(policy.as_of, time()), remark)
        self.sinks: tuple[Sink, ...] = (self._split, acknowledger, self._reports)

    def close(self, done: FileDone) -> FileDone:
        """Discard empty outputs, complete the reports, and return the step with what was recounted."""
        counts = done.result.counts
        empty = [stream for stream in self._acks if not stream.tell()]
        if counts.sent:
            read_back(self._clean, counts.sent)
        else:
            empty += [self._clean, *([self._diff] if self._diff else [])]
        if not (counts.claims and self._split.has_held):
            empty.append(self._held)
        for stream in empty:
            self._folder.discard(stream)
        done = replace(done, recount=self._split.recount)
        self._reports.file(done)
        self._reports.finish()
        return done
