"""What is known of segments and lines that were read before: their content in few words.

A segment that the TR3 allows at its position is looked up once: that gives the position after it and its
*token*, its content. What differs from claim to claim (a charge, pointers, a date of service, a
line's control number) is left out of the token and kept beside it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from scrubber.claim.line import ServiceLine
from scrubber.claim.procedures import ProcedureSets
from scrubber.claim.signs import is_plain_charge
from scrubber.engine.traits import line_traits
from scrubber.guide.loops import Loop, parse_loops
from scrubber.guide.machine import State
from scrubber.guide.recognizer import Recognizer
from scrubber.x12 import Delimiters, Segment
from scrubber.x12.segment import text

_MOST_KNOWN = 2048
_LONGEST_KNOWN = 64
_DIFFERENT = frozenset({b"CLM", b"REF", b"N3", b"DMG"})
"""Segments that hardly ever come again: they are not kept."""
_OTHER_HI = (b"BP", b"BO", b"BG")
_FAMILIES = ("2410", "2420", "2430", "2440")


class Coded(NamedTuple):
    """A diagnosis: its position from 1, qualifier and code, and its place: which HI, from 0, and element."""

    position: int
    qualifier: bytes
    code: bytes
    segment: int
    element: int


class KnownSegment:
    """A valid segment at a position: ID, first element and token, what the token leaves out, what may follow.

    ``varies`` is, where the token does not say all: CLM01 and CLM02, charge and pointers of an SV1, the day
    of a DTP*472*D8, the value of a line's REF*6R. ``codes`` are the diagnoses of an HI.
    """

    __slots__ = ("body", "codes", "first", "following", "name", "token", "varies")

    def __init__(self, following: Position, name: bytes, first: bytes, token: Hashable, body: bytes) -> None:
        self.following = following
        self.name = name
        self.first = first
        self.token = token
        self.body = body
        self.varies: tuple[bytes, ...] | None = None
        self.codes: tuple[Coded, ...] = ()


class Position:
    """A position in the TR3, with the known segments that may come next, by their bytes.

    ``is_in_line`` if it is in a service line (loop 2400) itself, not in a loop inside it.
    """

    __slots__ = ("is_end", "is_in_line", "known", "state")

    def __init__(self, state: State, *, is_end: bool) -> None:
        self.state = state
        self.is_end = is_end
        self.is_in_line = state.frames[-1].loop.id == "2400"
        self.known: dict[bytes, KnownSegment] = {}


class KnownLine:
    """All lines of the same tokens: what is the same in them.

    ``parts`` are tokens of its segments by ID and of its loops by family; lines of one ``kind`` are alike in
    what edits ask of all lines (see `scrubber.claim.watched`). ``dated`` is the place of its
    DTP*472*D8 among its segments, ``numbered`` that of its REF*6R; -1 if there is none. ``drug`` is the first
    NDC with its quantity and unit.
    """

    def __init__(
        self,
        token: int,
        segments: Sequence[KnownSegment],
        plain: _Line,
        codes: ProcedureSets,
        kinds: dict[Hashable, int],
    ) -> None:
        line = plain.line
        self.token = token
        self.procedure = str(line.procedure)
        self.hcpcs = line.hcpcs
        self.traits = line_traits(line, codes)
        self.dated = _place_of(b"DTP", segments)
        self.numbered = _place_of(b"REF", segments)
        self.service = line.service if self.dated < 0 else None
        drug = line.drugs[0] if line.drugs else None
        self.drug = (str(drug.ndc), str(drug.quantity), str(drug.unit)) if drug else ("", "", "")
        self.parts = _parts_of(plain.loop, [segment.token for segment in segments])
        self.modifiers = line.modifier_codes
        which = line.sets_in(codes), line.is_wastage, line.has_drugs
        kind = *which, str(line.place), self.parts.get("DTP", ())
        self.kind = self.parts["kind"] = kinds.setdefault(kind, len(kinds))
        party = next((party for party in line.providers if party.loop == "2420A"), None)
        self.rendering = (party is not None, str(party.id) if party else "")


class _Line(NamedTuple):
    """A line built from its segments alone, numbered by their places in it."""

    line: ServiceLine
    loop: Loop

    @classmethod
    def of(cls, segments: Sequence[KnownSegment], delimiters: Delimiters) -> _Line:
        plain = [Segment(known.body, at, 0, delimiters) for at, known in enumerate(segments)]
        loop = parse_loops("2300", plain).inside("2400")[0]
        return cls(ServiceLine(loop, 1), loop)


def _place_of(name: bytes, segments: Sequence[KnownSegment]) -> int:
    places = (at for at, known in enumerate(segments) if known.name == name and known.varies is not None)
    return next(places, -1)


def _parts_of(loop: Loop, tokens: Sequence[Hashable]) -> dict[str, Hashable]:
    parts: dict[str, Hashable] = {
        name: tuple([tokens[segment.number] for segment in found]) for name, found in loop.segments.items()
    }
    for family in _FAMILIES:
        numbers = sorted(number for inner in loop.family(family) for number in _numbers_in(inner))
        if numbers:
            parts[family] = tuple([tokens[number] for number in numbers])
    parts["REF01"] = tuple([reference.get(1) for reference in loop.every("REF")])
    parts["2420 loops"] = tuple([inner.id for inner in loop.family("2420")])
    sv1 = loop.segments["SV1"][0].elements
    parts["charge kind"] = b"" if is_plain_charge(text(sv1[2])) else sv1[2]
    parts["outline"] = (tokens[loop.segments["SV1"][0].number], parts.get("DTP", ()))
    return parts


def _numbers_in(loop: Loop) -> Iterator[int]:
    for found in loop.segments.values():
        for segment in found:
            yield segment.number
    for inner in loop.loops:
        yield from _numbers_in(inner)


class SegmentReader:
    """Reads the segments of units (a level, a claim) with one set of delimiters."""

    def __init__(self, delimiters: Delimiters, recognizer: Recognizer, codes: ProcedureSets) -> None:
        self.delimiters = delimiters
        self._recognizer = recognizer
        self._codes = codes
        self._positions: dict[State, Position] = {}
        self._lines: dict[tuple[Hashable, ...], KnownLine] = {}
        self._kinds: dict[Hashable, int] = {}

    def read(self, unit: str, bodies: Sequence[bytes]) -> list[KnownSegment] | None:
        """Return the segments of a unit; ``None`` if the TR3 is violated."""
        position = self._position(self._recognizer.start(unit, bodies))
        found = []
        for body in bodies:
            known = position.known.get(body)
            if known is None:
                known = self._learn(position, body)
                if known is None:
                    return None
            position = known.following
            found.append(known)
        return found if position.is_end else None

    def _position(self, state: State) -> Position:
        position = self._positions.get(state)
        if position is None:
            position = self._positions[state] = Position(state, is_end=self._recognizer.is_end(state))
        return position

    def line(self, segments: Sequence[KnownSegment]) -> KnownLine:
        """Return what is known of a line with these segments, LX first."""
        key = tuple([known.token for known in segments])
        line = self._lines.get(key)
        if line is None:
            plain = _Line.of(segments, self.delimiters)
            line = self._lines[key] = KnownLine(len(self._lines), segments, plain, self._codes, self._kinds)
        return line

    @property
    def size(self) -> int:
        """How much is remembered here."""
        return len(self._lines)

    def _learn(self, position: Position, body: bytes) -> KnownSegment | None:
        segment = Segment(body, 0, 0, self.delimiters)
        state = self._recognizer.follow(position.state, segment)
        if state is None:
            return None
        known = self._described(self._position(state), segment, in_line=position.is_in_line)
        if len(body) <= _LONGEST_KNOWN and known.name not in _DIFFERENT:
            if len(position.known) >= _MOST_KNOWN:
                position.known.clear()
            position.known[body] = known
        return known

    def _described(self, following: Position, segment: Segment, *, in_line: bool) -> KnownSegment:
        body, elements = segment.body, segment.elements
        name = elements[0]
        first = elements[1] if len(elements) > 1 else b""
        varies: tuple[bytes, ...] | None = None
        content: Hashable = body
        if name == b"SV1":
            elements += [b""] * (8 - len(elements))
            # A charge that is not plain is part of the content: nominal, zero, malformed.
            varies = (elements[2], elements[7])
            if is_plain_charge(text(elements[2])):
                elements[2] = b""
            elements[7] = b""
            content = self.delimiters.element.join(elements)
        elif in_line and name == b"DTP" and elements[1:3] == [b"472", b"D8"]:
            varies, content = (elements[3],), b"DTP*472*D8"
        elif in_line and name == b"REF" and elements[1] == b"6R":
            varies, content = tuple(elements[2:]), b"REF*6R"
        elif name == b"LX":
            content = name
        elif name == b"CLM":
            varies, content = (elements[1], elements[2]), self.delimiters.element.join(elements[3:])
        known = KnownSegment(following, name, first, content, body)
        known.varies = varies
        if name == b"HI":
            known.codes = self._codes_of(elements)
        return known

    def _codes_of(self, elements: Sequence[bytes]) -> tuple[Coded, ...]:
        component = self.delimiters.component
        if elements[1].partition(component)[0] in _OTHER_HI:
            return ()
        parts = [element.split(component, 2) for element in elements[1:]]
        return tuple(
            [Coded(at, part[0], part[1] if len(part) > 1 else b"", 0, at) for at, part in enumerate(parts, 1)]
        )
