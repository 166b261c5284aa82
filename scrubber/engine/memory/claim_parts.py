"""The parts of one claim by name, as `scrubber.claim.watched` names them, without a model of the claim."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date
from typing import Any

from scrubber.claim.field import Field
from scrubber.claim.signs import (
    adds_up,
    all_differ,
    all_linked,
    are_plain_pointers,
    has_blank_edges,
    is_mbi,
    is_within_life,
    plain_codes,
)
from scrubber.claim.watched import OWN
from scrubber.engine.memory.known import Coded, KnownLine, KnownSegment, SegmentReader
from scrubber.engine.memory.level_parts import LevelParts
from scrubber.x12.dates import parse_date
from scrubber.x12.segment import text

_MOST_POINTERS = 12


class LineParts:
    """A line of a claim: what is known of such lines, and what differs."""

    __slots__ = ("_segments", "day", "index", "known", "pointers", "varies")

    def __init__(self, index: int, known: KnownLine, segments: Sequence[KnownSegment]) -> None:
        self.index = index
        self.known = known
        self._segments = segments
        self.varies = segments[1].varies or (b"", b"")
        self.pointers = self.varies[1]
        self.day = b""
        if known.dated >= 0:
            dated = segments[known.dated].varies
            self.day = dated[0] if dated else b""

    def is_numbered(self) -> bool:
        """Return True if LX01 is the line's position."""
        return self._segments[0].body[3:] == b"%d" % self.index

    def first_day(self) -> date | None:
        """Return the first day of service."""
        service = self.known.service
        return service.start if service is not None else self.service_day()

    def service_day(self) -> date | None:
        """Return the day of service of a line with a single day."""
        return parse_date(self.day.decode("latin-1")) if self.day else None

    def part(self, name: str, *, with_day: bool) -> Hashable:
        """Return a part; ``with_day`` unless the day of service is watched."""
        if name == "SV102":
            return self.varies[0]
        if name == "SV107":
            return self.pointers
        if name == "LX":
            return self._segments[0].body
        if name == "REF" and self.known.numbered >= 0:
            return self.known.parts["REF"], self._segments[self.known.numbered].varies
        if name == "DTP" and with_day:
            return self.known.parts.get(name, ()), self.day
        return self.known.parts.get(name, ())


class ClaimParts(dict[Any, Hashable]):
    """The parts of a claim by name. ``own`` is the line whose content is in the memory's key."""

    def __init__(self, levels: LevelParts, segments: Sequence[KnownSegment], reader: SegmentReader) -> None:
        super().__init__(levels.parts)
        self.levels = levels
        self.component = reader.delimiters.component
        self.codes: list[Coded] = []
        self.lines: list[LineParts] = []
        self.own: LineParts | None = None
        self.own_code: Coded | None = None
        self.element = reader.delimiters.element
        self._references: list[bytes] = []
        self._providers: list[bytes] = []
        self._others: list[bytes] = []
        self._segments_with_codes = 0
        self._take_claim(segments, reader)
        days = {line.day for line in self.lines}
        day = days.pop() if len(days) == 1 else b""
        self.day: date | None = parse_date(day.decode("latin-1")) if day else None
        """The day of service, if all lines are of the same single day."""

    def _take_claim(self, segments: Sequence[KnownSegment], reader: SegmentReader) -> None:
        clm = segments[0]
        assert clm.varies is not None
        self.clm = clm.varies
        self["CLM"], self["CLM01"], self["CLM02"] = clm.token, clm.varies[0], clm.varies[1]
        inside = ""
        at = 1
        gathered: dict[str, list[int]] = {}
        for at in range(1, len(segments)):
            known = segments[at]
            name = known.name
            if name == b"LX":
                break
            if name == b"SBR":
                inside = "2320"
            elif name == b"NM1" and not inside:
                inside = "2310"
            if inside == "2310" and name == b"NM1":
                self._providers.append(known.body)
            elif inside == "2320":
                self._others.append(known.body)
            elif name == b"HI":
                self._take_codes(known)
            elif name == b"REF" and not inside:
                self._references.append(known.body)
            gathered.setdefault(inside or name.decode("latin-1"), []).append(known.token)
        for part, tokens in gathered.items():
            self[part] = tuple(tokens)
        start = at
        for end in range(at + 1, len(segments) + 1):
            if end == len(segments) or segments[end].name == b"LX":
                own = segments[start:end]
                self.lines.append(LineParts(len(self.lines) + 1, reader.line(own), own))
                start = end

    def qualifiers(self) -> tuple[bytes, ...]:
        """Return REF01 of the claim's references."""
        return tuple([body.split(self.element, 2)[1] for body in self._references])

    def reference(self, qualifier: bytes) -> str:
        """Return REF02 of the first reference of the claim with this REF01; empty if there is none."""
        for body in self._references:
            elements = body.split(self.element)
            if elements[1] == qualifier:
                return text(elements[2]) if len(elements) > 2 else ""
        return ""

    def own_ids(self) -> Iterator[bytes]:
        """Yield the segments below the claim's levels that have identifiers."""
        yield from self._references
        names = (b"SBR" + self.element, b"NM1" + self.element)
        yield from (body for body in self._others if body.startswith(names))

    def rendering(self) -> tuple[int | None, ...]:
        """Return which lines have the same rendering provider, as `Claim.rendering` does."""
        own = [line.known.rendering for line in self.lines]
        shared = self._shared_provider()
        ids = [id_ if has_own else shared for has_own, id_ in own]
        return tuple([ids.index(id_) if id_ else None for id_ in ids])

    def provider_kinds(self) -> tuple[bytes, ...]:
        """Return NM101 of the claim's providers."""
        return tuple([body.split(self.element, 2)[1] for body in self._providers])

    def _shared_provider(self) -> str:
        """Return the ID of the rendering provider of lines without their own: 2310B, or the billing provider."""
        for body in self._providers:
            elements = body.split(self.element)
            if elements[1] == b"82":
                return text(elements[9]) if len(elements) > 9 else ""
        return self.levels.billing_id

    def service_days(self) -> tuple[date | None, date | None]:
        """Return the first and the last day of service, ``None`` if no line has a valid date."""
        if self.day is not None:
            return self.day, self.day
        starts, ends = [], []
        for line in self.lines:
            service, day = line.known.service, line.service_day()
            if day is not None:
                starts.append(day)
                ends.append(day)
            elif service is not None and service.start and service.end:
                starts.append(service.start)
                ends.append(service.end)
        return min(starts, default=None), max(ends, default=None)

    def _take_codes(self, hi: KnownSegment) -> None:
        if not self._segments_with_codes:
            self.codes += hi.codes
        else:
            before = self.codes[-1].position if self.codes else 0
            which = self._segments_with_codes
            self.codes += [code._replace(position=code.position + before, segment=which) for code in hi.codes]
        self._segments_with_codes += 1

    def __missing__(self, name: Hashable) -> Hashable:
        """Return a part of a line or a derived one; empty if the claim does not have it."""
        if isinstance(name, tuple):
            if name[0] == "has code":
                return name[1] in plain_codes([text(code.code) for code in self.codes if code.code])
            numbers = name[:1] if isinstance(name[0], int) else name[1:]
            lines = [self._line(number) for number in numbers if number <= len(self.lines)]
            if len(lines) < len(numbers):
                return None  # a claim with more lines was looked at
            if isinstance(name[0], int):
                return lines[0].part(name[1], with_day=self.day is None)
            if name[0] == "shared":
                return self._shared(*lines)
            pointed = self.pointed(lines[0])
            return pointed if name[0] == "pointed" else bool(pointed)
        derive = _DERIVED.get(name)
        return derive(self) if derive else ()

    def _line(self, number: int) -> LineParts:
        if number == OWN:
            assert self.own is not None
            return self.own
        return self.lines[number - 1]

    def pointed(self, line: LineParts) -> tuple[Coded, ...]:
        """Return the diagnoses that a line's pointers refer to, each once, in the order of the pointers."""
        found = []
        for pointer in line.pointers.split(self.component)[:_MOST_POINTERS]:
            number = pointer[1:] if len(pointer) == 2 and pointer[:1] == b"0" else pointer
            if number.isdigit() and number[:1] != b"0":
                at = int(number)
                found += [code for code in self.codes if code.position == at and code.code and at < 100]
        return tuple(dict.fromkeys(found))

    def _shared(self, one: LineParts, other: LineParts) -> bool:
        codes = {code.code for code in self.pointed(one)}
        return any(code.code in codes for code in self.pointed(other))


def _positions(parts: ClaimParts) -> frozenset[int]:
    return frozenset([code.position for code in parts.codes if code.code])


def _pointers(line: LineParts, component: bytes) -> tuple[str, ...]:
    pointers = text(line.pointers).split(text(component)) if line.pointers else []
    return tuple(pointers[:_MOST_POINTERS])


def _has_plain_pointers(parts: ClaimParts) -> bool:
    positions, component = _positions(parts), parts.component
    return all(are_plain_pointers(_pointers(line, component), positions) for line in parts.lines)


def _all_linked(parts: ClaimParts) -> bool:
    pointers = [pointer for line in parts.lines for pointer in _pointers(line, parts.component)]
    return all_linked(frozenset(pointers), _positions(parts))


def _is_within_life(parts: ClaimParts) -> bool:
    levels, days = parts.levels, parts.service_days()
    if parts.day is None and any(line.first_day() is None for line in parts.lines):
        return False
    return is_within_life(levels.birth, levels.death, *days)


def _has_trimmed_ids(parts: ClaimParts) -> bool:
    if not parts.levels.is_trimmed:
        return False
    return not any(has_blank_edges(body, parts.element) for body in parts.own_ids())


def _births_are_valid(parts: ClaimParts) -> bool:
    return all(parse_date(birth) for birth in parts.levels.births if birth)


_DERIVED: dict[Hashable, Callable[[ClaimParts], Hashable]] = {
    "positions": _positions,
    "in patient loop": lambda parts: "2000C" in parts.levels.levels,
    "first": lambda parts: parts.own_code is not None and parts.own_code.position == 1,
    "position": lambda parts: parts.own_code,
    "index": lambda parts: parts.own.index if parts.own else 0,
    "REF01": ClaimParts.qualifiers,
    "plain charge": lambda parts: Field(text(parts.clm[1])).is_plain_charge,
    "count": lambda parts: len(parts.lines),
    "adds up": lambda parts: adds_up(text(parts.clm[1]), [text(line.varies[0]) for line in parts.lines]),
    "plain pointers": _has_plain_pointers,
    "all linked": _all_linked,
    "all differ": lambda parts: all_differ([text(code.code) for code in parts.codes if code.code]),
    "within life": _is_within_life,
    "mbi": lambda parts: is_mbi(parts.levels.member),
    "trimmed ids": _has_trimmed_ids,
    "valid birth dates": _births_are_valid,
    "rendering": ClaimParts.rendering,
    "2310 loops": lambda parts: parts.provider_kinds(),
    "billing kind": lambda parts: parts.levels.billing_kind,
    "numbered": lambda parts: all(line.is_numbered() for line in parts.lines),
}
