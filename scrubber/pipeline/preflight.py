"""The first reading of an input: its hash, what is wrong with its envelopes, what follows for its claims."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from scrubber.acks.writer import EnvelopeFacts
from scrubber.engine.evaluate import evaluate_envelope
from scrubber.engine.finding import Finding, Fix, Hit
from scrubber.engine.history import NO_HISTORY, History, InFile
from scrubber.engine.policy import Policy
from scrubber.envelopes.scan import Envelope, is_examined, scan_envelopes
from scrubber.x12 import Piece, Segment, read_pieces
from scrubber.x12.envelope import Scope, envelope_events
from scrubber.x12.source import HashingReader, Source

_MOST_SEGMENTS = 1000
"""So many segments outside claims are kept, so that reports can show what findings speak of."""
Key = tuple[str, int]
OnProgress = Callable[[int], None]
"""Told of each bit of an input that was read, in bytes."""


@dataclass(slots=True)
class Preflight:
    """What the first reading found: which scopes are held or cannot be examined, and what to repair."""

    sha256: str = ""
    findings: list[Finding] = field(default_factory=list)
    segments: dict[int, Segment] = field(default_factory=dict)
    held: set[Key] = field(default_factory=set)
    overlong: set[Key] = field(default_factory=set)
    miscounts: dict[Key, int] = field(default_factory=dict)
    repairs: dict[int, Segment] = field(default_factory=dict)
    facts: EnvelopeFacts = field(default_factory=EnvelopeFacts)
    repeats: Mapping[int, int] = field(default_factory=dict)
    history: InFile = field(default_factory=lambda: InFile(NO_HISTORY))

    def holds(self, scope: Scope | None) -> bool:
        """Whether this scope or one around it is held as a whole."""
        while scope:
            if scope.key in self.held:
                return True
            scope = scope.parent
        return False

    def is_opaque(self, scope: Scope) -> bool:
        """Whether a transaction is passed on without looking into it."""
        return scope.key in self.overlong or not is_examined(scope)

    def add(self, envelope: Envelope, policy: Policy) -> None:
        """Judge the next envelope, in the order in which they end."""
        self.facts.add(envelope)
        if envelope.repeats:
            self.repeats = envelope.repeats
        if envelope.overlong:
            self.overlong.add(envelope.key)
        for finding, found in evaluate_envelope(envelope, policy, self.history):
            self._take(finding, found, envelope)
        if envelope.identity:
            self.history.add(envelope.identity)
        declared, trailer = envelope.declared, envelope.trailer
        if trailer and trailer.number not in self.repairs and declared is not None:
            miscount = declared - envelope.count
            if miscount:
                self.miscounts[envelope.key] = miscount

    def _take(self, finding: Finding, found: Hit, envelope: Envelope) -> None:
        self.findings.append(finding)
        if found.segment and len(self.segments) < _MOST_SEGMENTS:
            self.segments[found.segment.number] = found.segment
        if finding.is_repaired and found.fix and envelope.trailer:
            self._repair(envelope.trailer, found.fix)
        elif finding.holds and found.holds:
            self.held.add(envelope.key)

    def _repair(self, trailer: Segment, fix: Fix) -> None:
        for change in fix.changes:
            repaired = self.repairs.get(trailer.number, trailer)
            self.repairs[trailer.number] = repaired.replace(change.field.element, change.after.encode())


def preflight(
    source: Source,
    policy: Policy,
    progress: OnProgress = lambda _: None,
    history: History = NO_HISTORY,
) -> Preflight:
    """Read the input once for its hash and its envelopes."""
    result = Preflight(history=InFile(history))
    with source.open() as reader:
        events = envelope_events(watched(reader, progress))
        for envelope in scan_envelopes(events):
            result.add(envelope, policy)
        result.sha256 = reader.sha256()
    result.findings.sort(key=lambda finding: finding.order)
    return result


def watched(reader: HashingReader, progress: OnProgress) -> Iterator[Piece]:
    """The pieces of an input, with word of how far the reading is."""
    last = 0
    for piece in read_pieces(reader):
        if reader.bytes_read != last:
            progress(reader.bytes_read - last)
            last = reader.bytes_read
        yield piece
