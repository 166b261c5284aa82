"""Scrubbing one input into a folder: the cleaned and the held 837 and the report, all or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from pathlib import Path

from scrubber.acks.writer import Acknowledger, EnvelopeFacts, Streams
from scrubber.claim.walk import Ended, Leaf
from scrubber.engine.history import NO_HISTORY, History
from scrubber.engine.policy import Policy
from scrubber.engine.result import ClaimResult
from scrubber.files.folder import OutputFolder
from scrubber.files.split import Split
from scrubber.pipeline.preflight import OnProgress
from scrubber.pipeline.scrub import OnClaim, RunProvenance, scrub_source
from scrubber.report.diff import Diff
from scrubber.report.fan_out import Reporting
from scrubber.report.formats import FORMATS, Style
from scrubber.report.model import ClaimReport, FileReport
from scrubber.x12 import Segment
from scrubber.x12.segment_numbers import SegmentNumbers
from scrubber.x12.source import Source


class _Written:
    """The outputs of one input: each step is taken to the split files and to the acknowledgements."""

    def __init__(self, split: Split, acks: Streams, when: datetime) -> None:
        self.split = split
        self._acks = acks
        self._when = when
        self._acknowledger: Acknowledger | None = None

    def begin(self, facts: EnvelopeFacts) -> None:
        """Make ready to acknowledge what the first reading saw."""
        self._acknowledger = Acknowledger(self._acks, facts, self._when)

    def claim(self, leaf: Leaf, judged: ClaimResult, *, held: bool) -> None:
        """Take a repaired claim to its side."""
        own = iter(judged.segments)
        pieces = [next(own) if isinstance(piece, Segment) else piece for piece in leaf.pieces]
        self.split.leaf(leaf.chain(), pieces, held=held, replaced=judged.replaced)
        if self._acknowledger:
            self._acknowledger.claim(leaf, judged)

    def remainder(self, leaf: Leaf, *, blank: bool) -> None:
        """Take what is no claim to the held side; blanks to both."""
        if blank:
            self.split.blank(b"".join(piece.raw for piece in leaf.pieces))
            return
        self.split.leaf(leaf.chain(), leaf.pieces, held=True, replaced={})
        if self._acknowledger:
            self._acknowledger.leaf(leaf)

    def end(self, step: Ended, miscount: int, *, held: bool) -> None:
        """Close a level or envelope everywhere."""
        self.split.end(step.frame, step.trailer, miscount)
        if self._acknowledger:
            self._acknowledger.end(step.frame, held=held)


def scrub_to_folder(
    source: Source,
    policy: Policy,
    folder: Path,
    on_claim: OnClaim = lambda _claim, _judged: None,
    *,
    formats: tuple[str, ...] = ("json",),
    style: Style | None = None,
    force: bool = False,
    progress: OnProgress = lambda _: None,
    history: History = NO_HISTORY,
) -> FileReport:
    """Scrub an input; see the module.

    Names are ``STEM.clean.837``, ``STEM.held.837``, ``STEM.999``, ``STEM.ta1``, ``STEM.277``,
    ``STEM.report.*``, and with ``style.diff`` ``STEM.diff``.

    The cleaned file gets its name last: who sees it finds everything else there. Raises
    OutputExistsError, InputChangedError, OSError; then nothing has been written.
    """
    with OutputFolder(folder, force, source.path) as outputs:
        clean = outputs.create(f"{source.stem}.clean.837")
        held = outputs.create(f"{source.stem}.held.837")
        acks = Streams(*(outputs.create(f"{source.stem}.{suffix}") for suffix in ("999", "ta1", "277")))
        style = style or Style(policy.rulebook.edits)
        created = [(name, outputs.create(f"{source.stem}.report.{FORMATS[name].suffix}")) for name in formats]
        writers = [FORMATS[name].writer(stream, style) for name, stream in created]
        origins, sent = None, [clean]
        if style.diff:
            origins = SegmentNumbers()
            sent.append(outputs.create(f"{source.stem}.diff"))
            writers.append(Diff(sent[-1], source, clean, origins, masked=style.masked))
        reporting = Reporting(writers, style)
        basis = RunProvenance()

        def take(claim: ClaimReport, judged: ClaimResult) -> None:
            basis.add(claim)
            reporting.claim(claim, judged)
            on_claim(claim, judged)

        written = _Written(Split(clean, held, origins), acks, datetime.combine(policy.as_of, time()))
        file = scrub_source(source, policy, take, written, progress, history)
        for stream in sent if not file.counts.accepted else ():
            outputs.discard(stream)
        if not (file.counts.claims and written.split.held_size):
            outputs.discard(held)
        for stream in acks:
            if not stream.tell():
                outputs.discard(stream)
        file = replace(file, recount=written.split.recount)
        reporting.file(file)
        reporting.finish(basis.report(policy))
        outputs.publish()
    return file
