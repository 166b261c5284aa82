"""Acknowledging an input while it is walked: 999, TA1 for rejected interchanges, and 277CA.

The 999 and the TA1 report on the input as received: its faults before any fix. The 277CA reports which claims
are accepted, which includes fixed ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import BinaryIO, NamedTuple

from scrubber.acks.ack277 import Writer277
from scrubber.acks.ack999 import Writer999
from scrubber.acks.interchange import MAX_CONTROL_NUMBER, Addressee
from scrubber.acks.model import GroupAck, GroupFault, SegmentFaults, SetFault
from scrubber.acks.model import TransactionAck as Ack
from scrubber.acks.ta1 import interchange_status, write_ta1
from scrubber.claim.walk import Frame, Leaf
from scrubber.engine.steps import Begun, ClaimDone, Remainder, ScopeEnded, SilentSink
from scrubber.envelopes.scan import Envelope
from scrubber.envelopes.values import wrong_gs_values
from scrubber.guide.fault import Fault
from scrubber.x12 import Segment
from scrubber.x12.envelope import Scope
from scrubber.x12.segment import is_count, text

Key = tuple[str, int]


@dataclass(slots=True)
class _EnvelopeFacts:
    """What preflight found out about envelopes, as far as acknowledgements need it."""

    headers: dict[Key, tuple[Fault, ...]] = field(default_factory=dict)
    trailers: dict[Key, tuple[Fault, ...]] = field(default_factory=dict)
    transactions: dict[Key, tuple[SetFault, ...]] = field(default_factory=dict)
    groups: dict[Key, GroupAck] = field(default_factory=dict)
    interchanges: list[Envelope] = field(default_factory=list)

    def add(self, envelope: Envelope, today: date) -> None:
        """Add the faults of one envelope, if it has any."""
        if envelope.kind == "transaction":
            extra = envelope.extra_elements
            in_header = (*(fault for fault in extra if fault.segment is envelope.header), *envelope.faults)
            in_trailer = tuple(fault for fault in extra if fault.segment is envelope.trailer)
            if in_header:
                self.headers[envelope.key] = in_header
            if in_trailer:
                self.trailers[envelope.key] = in_trailer
            faults = tuple(_set_faults(envelope))
            if faults:
                self.transactions[envelope.key] = faults
        elif envelope.kind == "group" and envelope.header:
            self.groups[envelope.key] = GroupAck(
                gs=envelope.header,
                declared=envelope.declared,
                received=envelope.count,
                transactions=(),
                faults=tuple(_group_faults(envelope, today)),
            )
        elif envelope.kind == "interchange":
            self.interchanges.append(envelope)


_REQUEST = 14  # ISA14 is 1 if the sender asks for a TA1
_OF_GS = {2: GroupFault.SENDER, 3: GroupFault.RECEIVER}  # GS06: see Writer999

MOST_FAULTY = 10_000
"""The most faulty segments of a transaction that are reported one by one; memory stays bounded."""


class Streams(NamedTuple):
    """The output streams of one input's acknowledgements; nothing is written to a stream without content."""

    ack999: BinaryIO
    ta1: BinaryIO
    ack277: BinaryIO


class Acknowledger(SilentSink):
    """A sink that writes the acknowledgements of an input.

    ``when`` is the local time that the envelopes state; control numbers are those of the input, so that the
    same input is acknowledged by the same bytes. The 277CA says of each claim what is in ``remark``.
    """

    def __init__(self, streams: Streams, when: datetime, remark: str = "") -> None:
        self._streams = streams
        self._remark = remark
        self._facts = _EnvelopeFacts()
        self._when = when
        self._writer: Writer999 | None = None
        self._statuses: Writer277 | None = None
        self._group: Key | None = None
        self._faulty: list[SegmentFaults] = []
        # The open levels whose faults are reported.
        self._told: list[Frame] = []
        self._frame: Frame | None = None  # of the last claim
        self._provider: Frame | None = None  # its HL loop 2000A
        self._isa: Segment | None = None
        self._claims = self._sound = 0
        self.written = 0

    def begin(self, step: Begun) -> None:
        """Take the envelopes; write a TA1 for each interchange that fails as a whole, or asks for one."""
        today = self._when.date()
        for envelope in step.envelopes:
            self._facts.add(envelope, today)
        for envelope in self._facts.interchanges:
            isa, held = envelope.header, envelope.key in step.held
            if isa and (held or isa.get(_REQUEST) == "1"):
                status = interchange_status(envelope, today, held=held)
                write_ta1(*status, self._reply(isa), self._streams.ta1)

    def claim(self, step: ClaimDone) -> None:
        """Take a claim: its faults go to the 999, its verdict to the 277CA."""
        leaf, result = step.leaf, step.result
        self._claims += 1
        # In a report-only run the faulty go on, too.
        self._sound += not (step.held and result.findings and result.holds_by_guide)
        if leaf.frame is not self._frame:
            self._enter(leaf)
        if result.faults:
            clm = leaf.segments[0]
            self._take(leaf.frame, result.faults, text(clm.elements[1]) if len(clm.elements) > 1 else "")
        if self._isa is not None:
            if self._statuses is None:
                self._statuses = Writer277(self._reply(self._isa), self._streams.ack277, self._remark)
            self._statuses.claim(result, self._provider, leaf.frame, held=step.held)

    def remainder(self, step: Remainder) -> None:
        """Take what is not a claim: the faults of the levels above it are reported."""
        if not step.blank:
            self._enter(step.leaf)

    def _enter(self, leaf: Leaf) -> None:
        """Go to the frames above a claim or remainder, and report the faults of new levels."""
        frame = self._frame = leaf.frame
        if frame is None:
            self._isa, self._provider, self._told = None, None, []
            return
        self._isa = _isa(frame.scope)
        levels = [level for level in frame.chain() if level.is_level]
        self._provider = next((level for level in levels if level.kind == "2000A"), None)
        for level in levels:
            if level not in self._told:
                self._take(level, level.level.faults, "")
        # A closed level does not come again; a transaction may have millions.
        self._told = levels

    def end(self, step: ScopeEnded) -> None:
        """Close the acknowledgement of a transaction, group or interchange."""
        frame, held = step.frame, step.held
        scope = frame.scope
        if frame.kind == "transaction":
            self._end_transaction(frame, held=held)
        elif frame.kind == "group":
            self._begin_group(frame)  # a group without transactions is acknowledged, too
            if self._writer:
                self._writer.end()
            self._group = None
        elif frame.kind == "interchange":
            if self._writer and scope.header:
                self._writer.close()
                self.written += self._writer.written
                self._writer = None
            if self._statuses:
                self._statuses.close()
                self._statuses = None

    def _end_transaction(self, frame: Frame, *, held: bool) -> None:
        scope = frame.scope
        accepted: Segment | None = None
        if scope.header:
            header = _by_segment(scope.header, self._facts.headers.get(scope.key, ()), "")
            trailer = _by_segment(scope.header, self._facts.trailers.get(scope.key, ()), "")
            nothing_goes_on = held or (self._claims > 0 and self._sound == 0)
            self._begin_group(frame.parent)
            if self._writer:
                faults = self._facts.transactions.get(scope.key, ())
                segments = (*header, *self._faulty, *trailer)
                self._writer.transaction(Ack(scope.header, segments, faults, held=nothing_goes_on))
                group = scope.parent.header if scope.parent else None
                accepted = None if nothing_goes_on else group
        if self._statuses:
            self._statuses.end(accepted)
        self._faulty, self._claims, self._sound = [], 0, 0
        self._told, self._frame = [], None

    def _begin_group(self, frame: Frame | None) -> None:
        """Begin the 999 of the open group, unless it has begun already."""
        group = self._facts.groups.get(frame.scope.key) if frame else None
        interchange = frame.scope.parent if frame else None
        if frame is None or group is None or frame.scope.key == self._group:
            return
        if interchange is None or interchange.header is None:
            return
        if self._writer is None:
            self._writer = Writer999(self._reply(interchange.header), self._streams.ack999)
        self._group = frame.scope.key
        self._writer.begin(group)

    def _take(self, frame: Frame | None, faults: Sequence[Fault], claim: str) -> None:
        st = frame.scope.header if frame else None
        if st is not None and faults and len(self._faulty) < MOST_FAULTY:
            self._faulty += _by_segment(st, faults, claim)

    def _reply(self, isa: Segment) -> Addressee:
        number = isa.get(13)
        control = int(number) if is_count(number) and 1 <= int(number) <= MAX_CONTROL_NUMBER else 1
        return Addressee(isa, isa.delimiters, control, self._when)


def _isa(scope: Scope | None) -> Segment | None:
    """Return the ISA of the interchange that contains a scope."""
    while scope and scope.kind != "interchange":
        scope = scope.parent
    return scope.header if scope else None


def _by_segment(st: Segment, faults: Sequence[Fault], claim: str) -> list[SegmentFaults]:
    """Return faults grouped by segment, in the order of the input."""
    gathered: dict[int, list[Fault]] = {}
    for fault in sorted(faults, key=lambda fault: fault.segment.number):
        gathered.setdefault(fault.segment.number, []).append(fault)
    return [
        SegmentFaults(number - st.number + 1, found[0].segment, found[0].loop, tuple(found), claim)
        for number, found in gathered.items()
    ]


def _set_faults(envelope: Envelope) -> list[SetFault]:
    faults = [SetFault.REPEATED_CONTROL_NUMBER] if envelope.repeated else []
    recognition = envelope.recognition
    is_supported = recognition is None or (recognition.supported and envelope.group_supported)
    if not is_supported or envelope.names_other_guide:
        faults.append(SetFault.GUIDE_UNSUPPORTED)
    if envelope.trailer is None:
        faults.append(SetFault.TRAILER_MISSING)
    elif envelope.header is not None:
        if not envelope.control_numbers_agree:
            faults.append(SetFault.CONTROL_NUMBERS_DIFFER)
        if not envelope.count_agrees:
            faults.append(SetFault.COUNT_DIFFERS)
    if envelope.hierarchy or envelope.without_claim or envelope.overlong:
        faults.append(SetFault.SEGMENTS)
    return faults


def _group_faults(envelope: Envelope, today: date) -> list[GroupFault]:
    faults = [GroupFault.REPEATED_CONTROL_NUMBER] if envelope.repeated else []
    wrong = {found.element for found in wrong_gs_values(envelope.header, today)} if envelope.header else ()
    faults += [fault for element, fault in _OF_GS.items() if element in wrong]
    if envelope.recognition and not envelope.recognition.supported:
        faults.append(GroupFault.VERSION_UNSUPPORTED)
    if envelope.trailer is None:
        faults.append(GroupFault.TRAILER_MISSING)
    else:
        if not envelope.control_numbers_agree:
            faults.append(GroupFault.CONTROL_NUMBERS_DIFFER)
        if not envelope.count_agrees:
            faults.append(GroupFault.COUNT_DIFFERS)
    return faults
