"""The parts of the levels above a claim by name, without a model of them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import lru_cache

from scrubber.claim.level import Level
from scrubber.claim.signs import has_blank_edges, has_placeholder, is_named_in_full
from scrubber.claim.walk import Frame
from scrubber.engine.facts import HeaderFacts, LevelFacts, PartyFacts, billing_facts, header_facts
from scrubber.engine.memory.known import KnownSegment, SegmentReader
from scrubber.x12.segment import text

_PEOPLE = {b"IL": "2010BA", b"QC": "2010CA"}
_NAMED = {loop: [(at, f"{loop}.NM1{at:02d}") for at in (3, 4, 5, 9)] for loop in _PEOPLE.values()}
"""The elements of NM1 that differ from person to person, names and number, with the names of their parts."""
_ADDRESS = frozenset({b"N3", b"N4"})
_MOST_REMEMBERED = 16
Gathered = dict[str, list[Hashable]]


@lru_cache(maxsize=256)
def _part_of(loop: str, segment: bytes) -> str:
    """Return the name of the part that has the segments of a loop with this ID."""
    return f"{loop}.{segment.decode('latin-1')}"


class LevelParts:
    """The parts of all levels above a claim by name, the levels themselves, and what signs and facts need.

    ``birth`` and ``death`` are the patient's dates as sent, ``births`` all dates of birth.
    """

    def __init__(self) -> None:
        self.levels: dict[str, Level] = {}
        self.parts: dict[str, Hashable] = {}
        self.header = HeaderFacts()
        self.billing: PartyFacts | None = None
        self.insured: PartyFacts | None = None
        self.patient: PartyFacts | None = None
        self.payer = PartyFacts()
        self.birth = self.death = ""
        self.births: list[str] = []
        self.is_trimmed = self.has_real_names = self.has_full_names = True
        self._facts: LevelFacts | None = None

    @property
    def member(self) -> str:
        """The subscriber's number."""
        return self.insured.id if self.insured else ""

    @property
    def facts(self) -> LevelFacts:
        """What files, acknowledgments and reports copy from the levels."""
        if self._facts is None:
            person = self.patient if "2000C" in self.levels else self.insured
            self._facts = LevelFacts(
                self.header, self.billing, self.payer.id, self.payer.name, person, self.member
            )
        return self._facts


class LevelReader:
    """Reads the levels above claims; those that several claims share are read once."""

    def __init__(self, reader: SegmentReader) -> None:
        self._reader = reader
        self._separator = reader.delimiters.element
        self._shared: dict[Frame, LevelParts | None] = {}

    def read(self, frame: Frame) -> LevelParts | None:
        """Return the parts of a level and those above it; ``None`` if they are not as the TR3 wants them."""
        if frame in self._shared:
            return self._shared[frame]
        if len(self._shared) >= _MOST_REMEMBERED:
            self._shared.clear()
        found = self._shared[frame] = self._read(frame)
        return found

    def _read(self, frame: Frame) -> LevelParts | None:
        above = frame.parent
        if frame.kind == "2000A" and above is not None and above.kind == "transaction":
            return self._provider(frame, above)
        if above is None or (frame.kind, above.kind) not in (("2000B", "2000A"), ("2000C", "2000B")):
            return None
        shared, bodies = self.read(above), frame.bodies()
        segments = self._reader.read(frame.kind, bodies) if shared and bodies else None
        if shared is None or segments is None:
            return None
        found = LevelParts()
        found.levels = {**shared.levels, frame.kind: frame.level}
        found.header, found.billing = shared.header, shared.billing
        found.insured, found.payer = shared.insured, shared.payer
        found.births, found.is_trimmed = [*shared.births], shared.is_trimmed
        found.has_real_names, found.has_full_names = shared.has_real_names, shared.has_full_names
        gathered = self._people(frame.kind, segments[1:], found)
        found.parts = {**shared.parts, **{part: tuple(tokens) for part, tokens in gathered.items()}}
        frame.level.know_no_faults()
        return found

    def _provider(self, frame: Frame, header: Frame) -> LevelParts | None:
        bodies, of_header = frame.bodies(), header.bodies()
        segments = self._reader.read("2000A", bodies) if bodies else None
        if segments is None or of_header is None:
            return None
        found = LevelParts()
        found.levels = {"HEADER": header.level, "2000A": frame.level}
        found.header, found.billing = header_facts(header.level), billing_facts(frame.level)
        found.parts["HEADER"] = tuple(of_header)
        found.parts["2000A"] = tuple([known.token for known in segments[1:]])
        frame.level.know_no_faults()
        return found

    def _people(self, kind: str, segments: Sequence[KnownSegment], found: LevelParts) -> Gathered:
        """Return the tokens of the parts of a subscriber or patient level; take what signs and facts need."""
        gathered: Gathered = {}
        inside = kind
        for known in segments:
            name = known.name
            if name == b"NM1":
                inside = self._person(known, found, gathered)
            elif inside == kind:
                self._own(kind, known, found, gathered)
            elif inside == "2010BB":
                gathered[inside].append(known.token)
            else:
                if name in _ADDRESS:
                    found.has_real_names &= not has_placeholder(known.body, self._separator)
                elif name == b"DMG":
                    found.birth = text(known.body.split(self._separator)[2])
                    found.births.append(found.birth)
                gathered.setdefault(_part_of(inside, name), []).append(known.token)
        return gathered

    def _own(self, kind: str, known: KnownSegment, found: LevelParts, gathered: Gathered) -> None:
        """Take a segment of the level itself."""
        if known.name == b"SBR":
            found.is_trimmed &= not has_blank_edges(known.body, self._separator)
        elif known.name == b"PAT":
            elements = known.body.split(self._separator)
            found.death = text(elements[6]) if len(elements) > 6 else ""
        part = "SBR" if known.name == b"SBR" else kind
        gathered.setdefault(part, []).append(known.token)

    def _person(self, known: KnownSegment, found: LevelParts, gathered: Gathered) -> str:
        """Take the NM1 of a loop of the level; return the loop's name."""
        elements = known.body.split(self._separator)
        elements += [b""] * (10 - len(elements))
        loop = _PEOPLE.get(elements[1], "2010BB")
        facts = PartyFacts(*[text(elements[at]) for at in (2, 3, 4, 5, 8, 9)])
        if loop == "2010CA":
            found.patient = facts
        else:
            found.is_trimmed &= not has_blank_edges(known.body, self._separator)
            if loop == "2010BA":
                found.insured = facts
            else:
                found.payer = facts
        if loop == "2010BB":
            gathered[loop] = [known.token]
        else:
            found.has_real_names &= not has_placeholder(known.body, self._separator)
            found.has_full_names &= is_named_in_full(text(elements[2]), text(elements[4]))
            for at, part in _NAMED[loop]:
                gathered[part] = [elements[at]]
                elements[at] = b""
            gathered[_part_of(loop, b"NM1")] = list(elements)
        return loop
