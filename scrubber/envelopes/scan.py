"""Scan the envelopes of an input and collect the facts about each, before its claims are read.

Counts are in trailers, so whether a transaction set may be sent is known only at its end. Reading the input
twice keeps memory flat: the scan remembers only which envelopes have faults.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from msgspec import Struct, field

from scrubber.claim.level import unit_faults
from scrubber.claim.party import Party, party_in
from scrubber.envelopes.earlier import EarlierService, EarlierServices, FamilyOf
from scrubber.envelopes.hierarchy import Hierarchy, HierarchyFault
from scrubber.envelopes.repeats import Repeats
from scrubber.guide.fault import Fault, FaultKind
from scrubber.guide.loops import parse_loops
from scrubber.guide.versions import Recognition, recognize
from scrubber.x12 import Block, IsaFault, Segment, Stray, isa_fault
from scrubber.x12.envelope import Body, Closed, Event, Opened, Scope
from scrubber.x12.segment import is_count

MAX_SEGMENTS = 10_000
MAX_BYTES = 1 << 19
MAX_LINES = 500
"""A claim or HL level above these limits is not examined: time and memory must stay bounded. The TR3 allows
50 service lines; a claim that uses everything the TR3 allows is about 300 kB long."""


MOST_NUMBERS = 100_000
"""The most control numbers that are kept of one envelope to find repeated ones: memory stays bounded."""

CONTROL_NUMBER = {"interchange": 13, "group": 6, "transaction": 2}
"""The element of the header with the control number that the trailer repeats: ISA13, GS06, ST02."""

MOST_DIGITS = {"interchange": 5, "group": 6, "transaction": 10}
"""How long the count in the trailer may be: IEA01, GE01, SE01."""

_ELEMENTS = {"GS": 8, "ST": 3, "GE": 2, "SE": 2, "IEA": 2}
"""How many elements an envelope segment has; the form of an ISA is checked by itself."""

_PLACE = re.compile(rb"[0-9]{2}([^0-9A-Za-z ])[AB]\1[0-9A-Z]")
"""CLM05: place of service, its qualifier, and the frequency, with any mark between them."""
_HEADING = frozenset({"BHT", "NM1", "PER"})
_MOST_IN_HEADING = 20  # segments; the TR3 allows seven


class Identity(NamedTuple):
    """A number that identifies a file to the receiver.

    ``kind`` is ``interchange`` (sender, receiver, ISA13), ``group`` (GS01, GS02, GS03, GS06) or ``content``
    (SHA-256 of the whole file).
    """

    kind: str
    value: str

    @classmethod
    def of_interchange(cls, isa: Segment) -> Identity:
        """Make the identity of an interchange from its ISA; spaces that pad an element do not count."""
        return cls("interchange", "|".join(isa.get(at).strip() for at in (5, 6, 7, 8, 13)))

    @classmethod
    def of_group(cls, gs: Segment) -> Identity:
        """Make the identity of a functional group from its GS."""
        return cls("group", "|".join(gs.get(at).strip() for at in (1, 2, 3, 6)))


class Gap(Struct, frozen=True):
    """Bytes of the input that are not part of any segment: where they begin, and how many."""

    offset: int
    length: int


class Envelope(Struct, frozen=True):
    """What edits see of one ISA–IEA, GS–GE or ST–SE, or of the whole input (kind ``file``).

    ``count`` is what the trailer must report: functional groups, transaction sets or segments. ``first`` is
    the first segment, ``last`` the last one so far. ``unclosed`` is true if the trailer is missing,
    ``unended`` if the next interchange begins directly after it, without a segment terminator in between,
    ``at_end`` if the input, or the interchange around it, ended instead, ``nameless_parent`` if the header
    of the enclosing envelope is missing. ``is_empty`` is true for an interchange or a functional group in
    which there is no segment. ``repeated`` is true if an earlier one in the same envelope, or in the file,
    has the same control number. ``container``, ``repeats`` and ``earlier`` are for the whole input: what it
    is if it is an archive or a document, the segment number of each repeated claim, to that of the first
    such claim, and the services that precede those of a claim, by its segment number. ``recognition`` is
    for functional groups and transaction sets; ``group_supported`` is true if the group of a transaction
    set is supported. ``group`` is the GS around a transaction set, ``heading`` its BHT and the NM1 and PER
    of its submitter and receiver. ``component_mark`` is the component separator of the claims in it, if
    that is another one than ISA16 declares.
    """

    kind: Literal["file", "interchange", "group", "transaction"]
    key: tuple[str, int]
    header: Segment | None
    first: Segment | None
    trailer: Segment | None
    count: int
    last: Segment | None = None
    unclosed: bool = False
    unended: bool = False
    at_end: bool = False
    is_empty: bool = False
    recognition: Recognition | None = None
    group_supported: bool = True
    nameless_parent: bool = False
    repeated: bool = False
    claims: int = 0
    hierarchy: tuple[HierarchyFault, ...] = ()
    without_claim: tuple[Segment, ...] = ()
    gaps: tuple[Gap, ...] = ()
    container: str = ""
    overlong: Segment | None = None
    isa_fault: IsaFault | None = None
    faults: tuple[Fault, ...] = ()
    repeats: Mapping[int, int] = field(default_factory=dict)
    earlier: Mapping[int, tuple[EarlierService, ...]] = field(default_factory=dict)
    group: Segment | None = None
    heading: tuple[Segment, ...] = ()
    component_mark: str = ""

    @property
    def submitter(self) -> Party | None:
        """The submitter of a transaction set (loop 1000A)."""
        return party_in(parse_loops("HEADER", self.heading), "1000A") if self.heading else None

    @property
    def declared(self) -> int | None:
        """The count in the trailer (SE01, GE01, IEA01); ``None`` where that is not a number."""
        text = self.trailer.get(1) if self.trailer else ""
        return int(text) if is_count(text) else None

    @property
    def identity(self) -> Identity | None:
        """The number that identifies an interchange or a functional group to the receiver."""
        if self.header is None or self.kind not in ("interchange", "group"):
            return None
        of = Identity.of_interchange if self.kind == "interchange" else Identity.of_group
        return of(self.header)

    @property
    def count_agrees(self) -> bool:
        """Whether the trailer has the actual count, in no more digits than the standard allows."""
        if self.trailer is None or self.kind == "file":
            return False
        return self.declared == self.count and len(self.trailer.get(1)) <= MOST_DIGITS[self.kind]

    @property
    def control_numbers_agree(self) -> bool:
        """Whether the trailer has the same control number as the header.

        GS06 and GE02 are numbers, in which leading zeros do not matter; ISA13 and IEA02 have nine digits, and
        ST02 and SE02 are text.
        """
        if self.header is None or self.trailer is None or self.kind == "file":
            return False
        opening, closing = self.header.get(CONTROL_NUMBER[self.kind]), self.trailer.get(2)
        is_number = self.kind == "group" and is_count(closing)
        return opening == closing or (is_number and is_same_number(opening, closing))

    @property
    def surplus(self) -> Iterator[Fault]:
        """The faults of a header or trailer with more elements, or element separators, than it can have."""
        for segment in (self.header, self.trailer):
            most = _ELEMENTS.get(segment.id) if segment else None
            if segment is None or most is None or len(segment.elements) - 1 <= most:
                continue
            if any(segment.elements[most + 1 :]):
                yield Fault(FaultKind.TOO_MANY_ELEMENTS, segment, "", most + 1, expected=str(most))
            else:
                yield Fault(FaultKind.TRAILING_SEPARATOR, segment, "")

    @property
    def extra_elements(self) -> tuple[Fault, ...]:
        """The faults of a header or trailer with a value in an element that it does not have."""
        return tuple(fault for fault in self.surplus if fault.kind is FaultKind.TOO_MANY_ELEMENTS)

    @property
    def names_other_guide(self) -> bool:
        """Whether a transaction set (ST03) does not name the TR3 that its group names (GS08)."""
        st, gs = self.header, self.group
        return st is not None and gs is not None and st.get(3) != gs.get(8)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong with it: supported, complete, counts and numbers right, no faults."""
        if self.repeated or self.names_other_guide:
            return False
        supported = self.recognition is None or (self.recognition.supported and self.group_supported)
        closed = self.trailer is not None and not self.unended
        counted = self.control_numbers_agree and self.count_agrees
        inside = self.faults or self.hierarchy or self.without_claim or self.overlong or self.isa_fault
        return supported and closed and counted and not inside and not self.extra_elements

    @property
    def is_examined(self) -> bool:
        """Whether this is a transaction set that is read as claims."""
        supported = self.recognition is not None and self.recognition.supported
        return self.kind == "transaction" and supported and self.group_supported and not self.overlong


class _ScopeFacts(Struct):
    """The facts that are being collected about one open scope."""

    scope: Scope | None
    is_empty: bool = True  # no envelope and no other segment is in it
    count: int = 0
    claims: int = 0
    gaps: list[Gap] = field(default_factory=list)
    container: str = ""
    numbers: set[str] = field(default_factory=set)  # control numbers of the envelopes in it
    hierarchy: Hierarchy = field(default_factory=Hierarchy)
    faults: list[HierarchyFault] = field(default_factory=list)
    without_claim: list[Segment] = field(default_factory=list)
    header: list[Segment] | None = field(default_factory=list)  # from ST on; None once it is complete
    guide_faults: tuple[Fault, ...] = ()
    heading: tuple[Segment, ...] = ()
    level: Segment | None = None  # the HL that has no claim and no child level yet
    segments: int = 0  # since the last claim or HL level began
    size: int = 0
    lines: int = 0
    last: Segment | None = None
    overlong: Segment | None = None
    mark: str = ""  # the component separator of the first claim, if it is not that of ISA16
    unmeasured: Block | None = None  # the claim or HL level began with it; it is within the limits

    def is_repeated(self, scope: Scope) -> bool:
        """Return True if an envelope in this one has a number that an earlier one has had."""
        number = _number_of(scope)
        if number in self.numbers:
            return True
        if number and len(self.numbers) < MOST_NUMBERS:
            self.numbers.add(number)
        return False

    def end_header(self) -> None:
        """Validate the header of the transaction set, once it is complete, against the TR3."""
        if self.header is not None and self.scope and is_examined(self.scope):
            self.guide_faults = unit_faults("HEADER", self.header)
            self.heading = tuple(
                segment for segment in self.header[:_MOST_IN_HEADING] if segment.id in _HEADING
            )
        self.header = None

    def begin_measuring(self) -> None:
        """Begin to measure a new claim or HL level."""
        self.segments = self.size = self.lines = 0
        self.unmeasured = None

    def begin_with(self, block: Block) -> None:
        """Begin to measure a new claim or HL level, whose first segments are these."""
        self.unmeasured = block
        if block.count > MAX_LINES or len(block.raw) > MAX_BYTES:
            self._measure(block)

    def _measure(self, block: Block) -> None:
        """Measure a block; that is not done before it is needed, as it rarely is."""
        self.begin_measuring()
        for segment in block.segments:
            self.add_segment(segment, is_line=segment.elements[0] == b"SV1")

    def add_segment(self, segment: Segment, *, is_line: bool) -> None:
        """Add a segment to the claim or HL level, and notice when that gets too long."""
        if self.unmeasured:
            self._measure(self.unmeasured)
        self.segments += 1
        self.size += len(segment.body)
        self.lines += is_line
        self.last = segment
        self._check_length()

    def add_stray(self, stray: Stray) -> None:
        """Add stray bytes to the claim or HL level, as its reader must hold them in memory, too."""
        if self.unmeasured:
            self._measure(self.unmeasured)
        self.size += len(stray.raw)
        self._check_length()
        if not stray.blank:
            self._add_gap(stray)
            self.container = self.container or stray.container

    def _check_length(self) -> None:
        too_long = self.segments > MAX_SEGMENTS or self.size > MAX_BYTES or self.lines > MAX_LINES
        if too_long and self.overlong is None and self.scope and self.scope.kind == "transaction":
            self.overlong = self.last or self.scope.header

    def _add_gap(self, stray: Stray) -> None:
        """Remember where stray bytes are, but not the bytes: there may be gigabytes of them."""
        last = self.gaps[-1] if self.gaps else None
        if last and last.offset + last.length == stray.offset:
            self.gaps[-1] = Gap(last.offset, last.length + len(stray.raw))
        else:
            self.gaps.append(Gap(stray.offset, len(stray.raw)))


def scan_envelopes(events: Iterable[Event], family_of: FamilyOf = lambda _: "") -> Iterator[Envelope]:
    """Yield each envelope when it is complete, the innermost first, and finally the whole input.

    ``family_of`` tells with which services of the same patient in other claims one is compared.
    """
    whole = _ScopeFacts(None)
    stack = [whole]
    earlier = EarlierServices(family_of)
    repeats = Repeats(earlier)
    last: Segment | Block | None = None
    for event in events:
        if isinstance(event, Body):
            piece = event.piece
            if isinstance(piece, Block):
                _add_block(stack[-1], piece, repeats)
                last = piece
            else:
                _add_piece(stack[-1], piece, repeats)
                last = last if isinstance(piece, Stray) else piece
        elif isinstance(event, Opened):
            last = event.scope.first
            repeats.begin_set()
            stack[-1].is_empty = False
            starts_with_st = event.scope.kind == "transaction" and event.scope.header is not None
            stack.append(_ScopeFacts(event.scope, count=int(starts_with_st)))
        else:
            repeats.begin_set()
            last = event.trailer or (last.segments[-1] if isinstance(last, Block) else last)
            yield _close(stack, event, last)
    yield Envelope(
        "file",
        ("file", 0),
        None,
        None,
        None,
        whole.count,
        gaps=tuple(whole.gaps),
        container=whole.container,
        repeats=repeats.found(),
        earlier=earlier.found(),
    )


def is_same_number(opening: str, closing: str) -> bool:
    """Return True if two numbers differ in leading zeros and in spaces around them at most."""
    opening, closing = opening.strip(), closing.strip()
    return is_count(opening) and is_count(closing) and int(opening) == int(closing)


def is_examined(scope: Scope) -> bool:
    """Return True if a transaction set and its group are supported, so that it is read as claims."""
    group = scope.parent.header if scope.parent else None
    if scope.header is None or (group and not recognize(group).supported):
        return False
    return recognize(group, scope.header).supported


def _add_piece(facts: _ScopeFacts, piece: Segment | Stray, repeats: Repeats) -> None:
    """Add one piece to the facts about the innermost scope."""
    if isinstance(piece, Stray):
        facts.add_stray(piece)
        return
    scope = facts.scope
    if scope is None or not piece.body:
        return
    facts.is_empty = False
    if scope.kind != "transaction":
        return
    facts.count += 1
    name = piece.body.partition(piece.delimiters.element)[0]
    if name == b"HL":
        facts.end_header()
        facts.begin_measuring()
        _add_level(facts, piece)
    elif name == b"CLM":
        facts.end_header()
        facts.begin_measuring()
        facts.claims += 1
        facts.level = None
    elif facts.header is not None and not facts.overlong:
        facts.header.append(piece)
    facts.add_segment(piece, is_line=name == b"SV1")
    repeats.add(name, piece)


def _add_block(facts: _ScopeFacts, block: Block, repeats: Repeats) -> None:
    """Add a block to the facts about its transaction set, as if its segments were added one by one."""
    facts.count += block.count
    if facts.header is not None:
        facts.end_header()
    facts.begin_with(block)
    if block.name == b"HL":
        _add_level(facts, block.first)
    else:
        if not facts.claims:
            facts.mark = foreign_mark(block)
        facts.claims += 1
        facts.level = None
    repeats.add_block(block)


def foreign_mark(claim: Block) -> str:
    """Return what separates components in a claim if ISA16 declares something else; otherwise ``""``.

    That is sure only where CLM05 and the procedure of a service line agree.
    """
    marks = claim.delimiters
    elements = claim.first.elements
    place = _PLACE.fullmatch(elements[5]) if len(elements) > 5 else None
    if place is None or place[1] in (marks.component, marks.element):
        return ""
    procedure = marks.element.join((b"SV1", b"HC" + place[1]))
    return place[1].decode("latin-1") if procedure in claim.raw else ""


def _add_level(facts: _ScopeFacts, hl: Segment) -> None:
    fault = facts.hierarchy.add(hl)
    if fault:
        facts.faults.append(fault)
    if facts.level and not _is_below(hl, facts.level):
        facts.without_claim.append(facts.level)
    facts.level = hl


def _is_below(hl: Segment, above: Segment) -> bool:
    """Return True if a level may be inside another: a subscriber in a provider, a patient in either."""
    return hl.get(3) in ("22", "23") and above.get(3) < hl.get(3)


def _close(stack: list[_ScopeFacts], event: Closed, last: Segment | None) -> Envelope:
    facts = stack.pop()
    scope = event.scope
    facts.end_header()
    if facts.level:
        facts.without_claim.append(facts.level)
    # A scope counts if its header or its trailer is present, so that one lost segment is one fault, not two.
    if stack[-1].scope is None or scope.header or event.trailer:
        stack[-1].count += 1
    stack[-1].mark = stack[-1].mark or facts.mark
    group = scope.parent
    group_recognition = recognize(group.header) if group and group.header else None
    is_transaction = scope.kind == "transaction"
    return Envelope(
        kind=scope.kind,
        key=scope.key,
        header=scope.header,
        first=scope.first,
        trailer=event.trailer,
        last=last,
        count=facts.count + (1 if is_transaction and event.trailer else 0),
        unclosed=event.trailer is None,
        unended=event.trailer is not None and bool(event.cut),
        at_end=event.cut == "end" or (event.cut == "isa" and scope.kind != "interchange"),
        recognition=_recognition(scope),
        group_supported=group_recognition is None or group_recognition.supported,
        is_empty=facts.is_empty and not is_transaction,
        nameless_parent=scope.parent is not None and scope.parent.header is None,
        repeated=stack[-1].is_repeated(scope),
        claims=facts.claims,
        hierarchy=tuple(facts.faults),
        without_claim=tuple(facts.without_claim),
        faults=facts.guide_faults,
        group=scope.parent.header if scope.parent and is_transaction else None,
        heading=facts.heading,
        gaps=tuple(facts.gaps),
        overlong=facts.overlong,
        isa_fault=_isa_fault(scope),
        component_mark=facts.mark,
    )


def _number_of(scope: Scope) -> str:
    """Return what must differ between the envelopes of a kind within the one around them; "" if unknown."""
    header = scope.header
    if header is None:
        return ""
    if scope.kind == "interchange":
        return Identity.of_interchange(header).value
    number = header.get(CONTROL_NUMBER[scope.kind])
    return str(int(number)) if scope.kind == "group" and is_count(number) else number


def _isa_fault(scope: Scope) -> IsaFault | None:
    isa = scope.header if scope.kind == "interchange" else None
    return isa_fault(isa.body, isa.end, isa.delimiters) if isa else None


def _recognition(scope: Scope) -> Recognition | None:
    if scope.header is None or scope.kind == "interchange":
        return None
    if scope.kind == "group":
        return recognize(scope.header)
    return recognize(scope.parent.header if scope.parent else None, scope.header)
