"""The steps of a run, in the order of the input, and the sinks that take them.

Judging yields steps and knows no sink; files, acknowledgements and reports are sinks and know no judging.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from scrubber.claim.walk import Frame, Leaf
from scrubber.engine.result import ClaimResult, FileResult, RunProvenance
from scrubber.envelopes.scan import Envelope
from scrubber.x12 import Segment


class Sink(Protocol):
    """Where the steps of one input go."""

    def begin(self, step: Begun) -> None:
        """Take the envelopes, before anything else."""

    def claim(self, step: ClaimDone) -> None:
        """Take a claim."""

    def remainder(self, step: Remainder) -> None:
        """Take what is not a claim."""

    def end(self, step: ScopeEnded) -> None:
        """Take the end of a level or envelope."""


class SilentSink:
    """A sink that takes nothing; others replace the verbs that they need."""

    def begin(self, step: Begun) -> None:
        """Take no notice of the envelopes."""

    def claim(self, step: ClaimDone) -> None:
        """Take no notice of a claim."""

    def remainder(self, step: Remainder) -> None:
        """Take no notice of what is not a claim."""

    def end(self, step: ScopeEnded) -> None:
        """Take no notice of the end of a level or envelope."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Preflight is done. ``envelopes`` are those about which acknowledgements have something to say."""

    envelopes: Sequence[Envelope]

    def to(self, sink: Sink) -> None:
        """Hand this to a sink."""
        sink.begin(self)


@dataclass(frozen=True, slots=True)
class ClaimDone:
    """A claim with its result. ``held`` is True where the claim, or the envelope around it, is held."""

    leaf: Leaf
    result: ClaimResult
    held: bool

    def to(self, sink: Sink) -> None:
        """Hand this to a sink."""
        sink.claim(self)


@dataclass(frozen=True, slots=True)
class Remainder:
    """Pieces of the input that are not a claim; ``blank`` where they are only blanks between segments."""

    leaf: Leaf
    blank: bool

    def to(self, sink: Sink) -> None:
        """Hand this to a sink."""
        sink.remainder(self)


@dataclass(frozen=True, slots=True)
class ScopeEnded:
    """A level or envelope is complete; ``trailer`` is its SE, GE or IEA where there is one.

    ``miscount`` is by how much the trailer counts too many.
    """

    frame: Frame
    trailer: Segment | None
    miscount: int
    held: bool

    def to(self, sink: Sink) -> None:
        """Hand this to a sink."""
        sink.end(self)


@dataclass(frozen=True, slots=True)
class FileDone:
    """The input is complete: always the last step."""

    result: FileResult
    provenance: RunProvenance


Step = Begun | ClaimDone | Remainder | ScopeEnded | FileDone


def deliver(steps: Iterable[Step], *sinks: Sink) -> FileDone:
    """Hand every step to every sink, in order; return the last one."""
    done = None
    for step in steps:  # to the end: only then are the files of a run closed
        if isinstance(step, FileDone):
            done = step
        else:
            for sink in sinks:
                step.to(sink)
    assert done is not None  # a run ends with it
    return done
