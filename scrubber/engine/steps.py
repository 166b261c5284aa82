"""The steps of a run, in the order of the input, and the sinks that take them.

Evaluation yields steps and knows no sink; files, acknowledgments and reports are sinks and know no edits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from msgspec import Struct, field

from scrubber.claim.walk import Frame, Leaf
from scrubber.engine.result import ClaimResult, FileResult, RunProvenance
from scrubber.envelopes.scan import Envelope
from scrubber.x12 import Segment
from scrubber.x12.envelope import Recount


class Sink(Protocol):
    """Where the steps of one input go."""

    def begin(self, step: Begun) -> None:
        """Take the envelopes, before anything else."""

    def claim(self, step: ClaimDone) -> None:
        """Take a claim."""

    def remainder(self, step: Remainder) -> None:
        """Take pieces that are not part of a claim."""

    def end(self, step: ScopeEnded) -> None:
        """Take the end of a level or envelope."""


class SilentSink:
    """A sink that ignores everything; subclasses override the methods that they need."""

    def begin(self, step: Begun) -> None:
        """Ignore the envelopes."""

    def claim(self, step: ClaimDone) -> None:
        """Ignore a claim."""

    def remainder(self, step: Remainder) -> None:
        """Ignore pieces that are not part of a claim."""

    def end(self, step: ScopeEnded) -> None:
        """Ignore the end of a level or envelope."""


class Begun(Struct, frozen=True):
    """Preflight is done. ``envelopes`` are those that acknowledgments are about; ``held`` are held ones."""

    envelopes: Sequence[Envelope]
    held: Collection[tuple[str, int]] = ()

    def to(self, sink: Sink) -> None:
        """Pass this to a sink."""
        sink.begin(self)


class ClaimDone(Struct, frozen=True):
    """A claim with its result. ``held`` is True if the claim, or the envelope around it, is held.

    Where it is not and the result holds, the run is a report-only one.
    """

    leaf: Leaf
    result: ClaimResult
    held: bool

    def to(self, sink: Sink) -> None:
        """Pass this to a sink."""
        sink.claim(self)


class Remainder(Struct, frozen=True):
    """Pieces of the input that are not part of a claim; ``blank`` if they are only whitespace."""

    leaf: Leaf
    blank: bool

    def to(self, sink: Sink) -> None:
        """Pass this to a sink."""
        sink.remainder(self)


class ScopeEnded(Struct, frozen=True):
    """A level or envelope is complete; ``trailer`` is its SE, GE or IEA if there is one.

    ``miscount`` is by how much the trailer's count is too high.
    """

    frame: Frame
    trailer: Segment | None
    miscount: int
    held: bool

    def to(self, sink: Sink) -> None:
        """Pass this to a sink."""
        sink.end(self)


class FileDone(Struct, frozen=True):
    """The input is complete: always the last step. ``recount`` is what the clean file recounts, if any."""

    result: FileResult
    provenance: RunProvenance
    recount: Recount = field(default_factory=Recount)


Step = Begun | ClaimDone | Remainder | ScopeEnded | FileDone


def deliver(steps: Iterable[Step], *sinks: Sink) -> FileDone:
    """Pass every step to every sink, in order; return the last step."""
    done = None
    for step in steps:  # to the end: only then are the files of a run closed
        if isinstance(step, FileDone):
            done = step
        else:
            for sink in sinks:
                step.to(sink)
    assert done is not None  # a run ends with it
    return done
