"""Preflight, the first pass over an input: its hash, its envelopes, and what they mean for its claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct, field, structs

from scrubber.claim.procedures import ProcedureSets
from scrubber.engine.evaluate import evaluate_envelope
from scrubber.engine.finding import EditFailure, Finding, Fix, Hit
from scrubber.engine.history import NO_HISTORY, History, InFile
from scrubber.engine.policy import Policy
from scrubber.engine.result import WhyUnreadable
from scrubber.envelopes.earlier import FOLLOWING, OPERATION, EarlierService, FamilyOf
from scrubber.envelopes.scan import Envelope, is_examined, scan_envelopes
from scrubber.text import counted
from scrubber.x12 import Block, Piece, Segment, read_blocks
from scrubber.x12.envelope import Scope, envelope_events
from scrubber.x12.source import HashingReader, Source

_MOST_SEGMENTS = 1000
"""The most segments outside claims that are kept for reports to show with their findings."""
ScopeKey = tuple[str, int]
OnProgress = Callable[[int], None]
"""Called with the number of bytes read since the last call."""


class Preflight(Struct):
    """The result of the first pass: which scopes are held or cannot be examined, and what to fix.

    ``envelopes`` are all interchanges and groups, and the transactions that are not sound. ``repeated`` has,
    for each fault of a submitter or receiver, the index of its finding and the number of other transaction
    sets with the same.
    """

    sha256: str = ""
    findings: list[Finding] = field(default_factory=list)
    failures: Counter[EditFailure] = field(default_factory=Counter)
    segments: dict[int, Segment] = field(default_factory=dict)
    envelopes: list[Envelope] = field(default_factory=list)
    held: set[ScopeKey] = field(default_factory=set)
    overlong: set[ScopeKey] = field(default_factory=set)
    miscounts: dict[ScopeKey, int] = field(default_factory=dict)
    misread: set[ScopeKey] = field(default_factory=set)
    fixes: dict[int, Segment] = field(default_factory=dict)
    repeats: Mapping[int, int] = field(default_factory=dict)
    earlier: Mapping[int, tuple[EarlierService, ...]] = field(default_factory=dict)
    history: InFile = field(default_factory=lambda: InFile(NO_HISTORY))
    has_interchange: bool = False
    has_837p: bool = False
    has_other: bool = False
    repeated: dict[tuple[str, str | None, bytes], list[int]] = field(default_factory=dict)
    is_damaged: bool = False
    holds_all: bool = False

    def holds(self, scope: Scope | None) -> bool:
        """Return True if this scope or one around it is held as a whole."""
        if self.holds_all:
            return True
        while scope:
            if scope.key in self.held:
                return True
            scope = scope.parent
        return False

    def is_misread(self, scope: Scope | None) -> bool:
        """Return True for an interchange, held for it, whose claims have another component separator than its
        ISA16.
        """
        while scope and scope.parent:
            scope = scope.parent
        return scope is not None and scope.key in self.misread and scope.key in self.held

    def is_opaque(self, scope: Scope) -> bool:
        """Return True if a transaction is passed through without being examined."""
        return scope.key in self.overlong or not is_examined(scope)

    def fixed(self, pieces: Iterator[Piece | Block]) -> Iterator[Piece | Block]:
        """Return the pieces of the input with preflight's fixes, which are of trailers, applied."""
        return map(self._fixed, pieces) if self.fixes else pieces

    def _fixed(self, piece: Piece | Block) -> Piece | Block:
        return self.fixes.get(piece.number, piece) if isinstance(piece, Segment) else piece

    def why_unreadable(self) -> WhyUnreadable:
        """Return why no claim was found in the input."""
        if self.has_837p:
            return "damaged" if self.is_damaged else "no_claim"
        if self.has_other:
            return "not_837p"
        if self.is_damaged:
            return "damaged"
        return "not_837p" if self.has_interchange else "not_x12"

    def add(self, envelope: Envelope, policy: Policy) -> None:
        """Evaluate the next envelope; they come in the order in which they end."""
        self._keep(envelope)
        if envelope.repeats:
            self.repeats = envelope.repeats
        if envelope.earlier:
            self.earlier = envelope.earlier
        if envelope.overlong:
            self.overlong.add(envelope.key)
        for result in evaluate_envelope(envelope, policy, self.history):
            if isinstance(result, EditFailure):
                self.failures[result] += 1
                # No one knows what the edit would have found.
                self.held.add(envelope.key)
                self.holds_all |= envelope.kind == "file"
            else:
                self._take(*result, envelope)
        if envelope.identity:
            self.history.add(envelope.identity)
        declared, trailer = envelope.declared, envelope.trailer
        if trailer and trailer.number not in self.fixes and declared is not None:
            miscount = declared - envelope.count
            if miscount:
                self.miscounts[envelope.key] = miscount

    def _keep(self, envelope: Envelope) -> None:
        """Keep what acknowledgments and the verdict need from an envelope."""
        self.has_interchange |= envelope.kind == "interchange" and envelope.header is not None
        if envelope.kind == "transaction" and envelope.recognition:
            self.has_837p |= envelope.recognition.supported
            self.has_other |= envelope.header is not None and not envelope.recognition.supported
        if envelope.kind == "group" and envelope.is_empty and envelope.recognition:
            self.has_837p |= envelope.recognition.supported
        if envelope.kind == "interchange" and envelope.component_mark:
            self.misread.add(envelope.key)
        if envelope.kind != "file":
            incomplete = envelope.header is None or envelope.trailer is None
            self.is_damaged |= incomplete or bool(envelope.isa_fault or envelope.overlong)
        if envelope.kind in ("interchange", "group") or (envelope.kind != "file" and not envelope.is_sound):
            self.envelopes.append(envelope)

    def _take(self, finding: Finding, hit: Hit, envelope: Envelope) -> None:
        if not self._is_repeated(finding, hit, envelope):
            self.findings.append(finding)
        if hit.segment and len(self.segments) < _MOST_SEGMENTS:
            self.segments[hit.segment.number] = hit.segment
        if finding.is_fixed and hit.fix and envelope.trailer:
            self._fix(envelope.trailer, hit.fix)
        elif finding.holds and hit.holds:
            self.held.add(envelope.key)

    def _is_repeated(self, finding: Finding, hit: Hit, envelope: Envelope) -> bool:
        """Return True if an earlier transaction set has the same fault of submitter or receiver."""
        segment = hit.segment
        if segment is None or segment not in envelope.heading:
            return False
        key = (finding.edit, finding.where.element, segment.body)
        told = self.repeated.get(key)
        if told is None:
            if len(self.repeated) < _MOST_SEGMENTS:
                self.repeated[key] = [len(self.findings), 0]
            return False
        told[1] += 1
        return True

    def count_repeated(self) -> None:
        """Say in findings that are told once for several transaction sets how many others there are."""
        for index, others in self.repeated.values():
            if others:
                finding = self.findings[index]
                message = f"{finding.message} Also in {counted(others, 'more transaction set')}."
                self.findings[index] = structs.replace(finding, message=message)

    def _fix(self, trailer: Segment, fix: Fix) -> None:
        for change in fix.changes:
            fixed = self.fixes.get(trailer.number, trailer)
            self.fixes[trailer.number] = fixed.replace(change.field.element, change.after.encode())


def preflight(
    source: Source,
    policy: Policy,
    progress: OnProgress = lambda _: None,
    history: History = NO_HISTORY,
) -> Preflight:
    """Read the input once, for its hash and its envelopes."""
    result = Preflight(history=InFile(history))
    with source.open() as reader:
        events = envelope_events(watched(reader, progress))
        for envelope in scan_envelopes(events, _family_of(policy.rulebook.codes)):
            result.add(envelope, policy)
        result.sha256 = reader.sha256()
    result.count_repeated()
    result.findings.sort(key=lambda finding: finding.order)
    return result


_FOLLOWING = frozenset({"daily_visit", "surgery"})
"""Sets of what an operation of the same provider may include when it follows."""


def _family_of(codes: ProcedureSets) -> FamilyOf:
    """Return what tells which services of a patient are compared over the claims of a file."""

    def family(code: str) -> str:
        names = codes.names_of(code)
        if "long_acting_drug" in names:
            return code
        if "new_patient_visit" in names:
            return "new_patient_visit"
        if "operation" in names:
            return OPERATION
        return "" if names.isdisjoint(_FOLLOWING) else FOLLOWING

    return family


def watched(reader: HashingReader, progress: OnProgress) -> Iterator[Piece | Block]:
    """Yield the pieces of an input, calling ``progress`` as it is read."""
    last = 0
    for piece in read_blocks(reader):
        if reader.bytes_read != last:
            progress(reader.bytes_read - last)
            last = reader.bytes_read
        yield piece
