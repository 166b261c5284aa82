"""The parts of one claim by name, as `scrubber.claim.watched` names them, without a model of the claim."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import Any

from scrubber.claim.date_kinds import Life, agree
from scrubber.claim.field import decimal_of
from scrubber.claim.parts import has_clia_form
from scrubber.claim.signs import (
    MOST_RETURNED,
    Signs,
    adds_up,
    all_differ,
    all_linked,
    are_plain_pointers,
    codes_among,
    has_blank_edges,
    have_own_categories,
    have_own_numbers,
    is_mbi,
    is_plain_charge,
    is_within_life,
    plain_codes,
)
from scrubber.claim.watched import OWN
from scrubber.engine.memory.known import Coded, KnownLine, KnownSegment, SegmentReader
from scrubber.engine.memory.level_parts import LevelParts
from scrubber.x12.dates import parse_date
from scrubber.x12.segment import text

_MOST_POINTERS = 12
_OF_SUBJECT = frozenset({"index", "first", "position"})
"""Parts that belong to the subject in question, not to the claim."""


class LineParts:
    """A line of a claim: what is known of such lines, and what differs."""

    __slots__ = ("_charge", "_segments", "day", "index", "known", "pointers", "service_day", "varies")

    def __init__(self, index: int, known: KnownLine, segments: Sequence[KnownSegment]) -> None:
        self.index = index
        self.known = known
        self._segments = segments
        self._charge: Decimal | None = None
        self.varies = segments[1].varies or (b"", b"")
        self.pointers = self.varies[1]
        self.day = b""
        if known.dated >= 0:
            dated = segments[known.dated].varies
            self.day = dated[0] if dated else b""
        self.service_day = parse_date(self.day.decode("latin-1")) if self.day else None
        """The day of service of a line with a single day."""

    @property
    def control_number(self) -> str:
        """REF02 of its REF*6R; empty if there is none."""
        varies = self._segments[self.known.numbered].varies if self.known.numbered >= 0 else None
        return text(varies[0]) if varies else ""

    def is_numbered(self) -> bool:
        """Return True if LX01 is the line's position."""
        return self._segments[0].body[3:] == b"%d" % self.index

    def first_day(self) -> date | None:
        """Return the first day of service."""
        service = self.known.service
        return service.start if service is not None else self.service_day

    def charges_over(self, limit: Decimal) -> bool:
        """Return True if the charge is a number above a limit."""
        charge = self._charge
        if charge is None:
            charge = self._charge = decimal_of(text(self.varies[0]))
        return charge is not None and charge > limit

    def part(self, name: str, *, with_day: bool) -> Hashable:
        """Return a part; ``with_day`` unless the day of service is watched."""
        if name == "SV102":
            return self.varies[0]
        if name == "SV107":
            return self.pointers
        if name == "LX":
            return self._segments[0].body
        content = self.known.parts.get(name, ())
        if name == "REF" and self.known.numbered >= 0:
            return content, self._segments[self.known.numbered].varies
        return (content, self.day) if name == "DTP" and with_day else content


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
        self._references: list[KnownSegment] = []
        self._dates: list[KnownSegment] = []
        self._providers: list[KnownSegment] = []
        self._others: list[bytes] = []
        self._segments_with_codes = 0
        self._take_claim(segments, reader)
        self.present = [code for code in self.codes if code.code]
        """The diagnoses that are there: an element of HI may be empty."""
        self.texts = tuple([text(code.code) for code in self.present])
        days = {line.day for line in self.lines}
        self.day = self.lines[0].service_day if len(days) == 1 else None
        """The day of service, if all lines are of the same single day."""

    def _take_claim(self, segments: Sequence[KnownSegment], reader: SegmentReader) -> None:
        clm = segments[0]
        assert clm.varies is not None
        self.clm = clm.varies
        self["CLM"], self["CLM01"], self["CLM02"] = clm.token, clm.varies[0], clm.varies[1]
        start = next(at for at, known in enumerate(segments) if known.name == b"LX")
        self._take_own(segments[1:start])
        for end in range(start + 1, len(segments) + 1):
            if end == len(segments) or segments[end].name == b"LX":
                own = segments[start:end]
                self.lines.append(LineParts(len(self.lines) + 1, reader.line(own), own))
                start = end

    def _take_own(self, segments: Sequence[KnownSegment]) -> None:
        """Take the segments between CLM and the first line."""
        inside = ""
        gathered: dict[str, list[Hashable]] = {}
        for known in segments:
            name = known.name
            if name == b"SBR":
                inside = "2320"
            elif name == b"NM1" and not inside:
                inside = "2310"
            if inside == "2320":
                self._others.append(known.body)
            elif inside and name == b"NM1":
                self._providers.append(known)
            elif name == b"HI":
                self._take_codes(known)
            elif name == b"REF" and not inside:
                self._references.append(known)
            elif name == b"DTP" and not inside:
                self._dates.append(known)
            gathered.setdefault(inside or name.decode("latin-1"), []).append(known.token)
        for part, tokens in gathered.items():
            self[part] = tuple(tokens)

    def qualifiers(self) -> tuple[bytes, ...]:
        """Return REF01 of the claim's references."""
        return tuple([known.first for known in self._references])

    def date_qualifiers(self) -> tuple[bytes, ...]:
        """Return DTP01 of the claim's dates."""
        return tuple([known.first for known in self._dates])

    def reference(self, qualifier: bytes) -> str:
        """Return REF02 of the first reference of the claim with this REF01; empty if there is none."""
        for known in self._references:
            if known.first == qualifier:
                elements = known.body.split(self.element)
                return text(elements[2]) if len(elements) > 2 else ""
        return ""

    def has_clia_form(self) -> bool:
        """Return True if the CLIA numbers of loop 2300 have their form."""
        elements = (known.body.split(self.element) for known in self._references)
        return has_clia_form((text(parts[1]), text(parts[2])) for parts in elements if len(parts) > 2)

    def dates_agree(self) -> bool:
        """Return True if the dates of loop 2300 agree with each other, the services and the birth."""
        if not self._dates:
            return True
        dates = [tuple(map(text, known.body.split(self.element)[1:4])) for known in self._dates]
        life = Life(parse_date(self.levels.birth), *self.service_days())
        return agree([(date[0], date[1], date[2]) for date in dates if len(date) == 3], life)

    def own_ids(self) -> Iterator[bytes]:
        """Yield the segments below the claim's levels that have identifiers."""
        yield from (known.body for known in self._references)
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
        return tuple([known.first for known in self._providers])

    def _shared_provider(self) -> str:
        """Return the ID of the rendering provider of lines without their own: of 2310B, else of 2010AA."""
        for known in self._providers:
            if known.first == b"82":
                elements = known.body.split(self.element)
                return text(elements[9]) if len(elements) > 9 else ""
        return self.levels.billing.id if self.levels.billing else ""

    def service_days(self) -> tuple[date | None, date | None]:
        """Return the first and the last day of service, ``None`` if no line has a valid date."""
        if self.day is not None:
            return self.day, self.day
        starts, ends = [], []
        for line in self.lines:
            service, day = line.known.service, line.service_day
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
            value = self._of_lines(name)
            if OWN not in name:
                self[name] = value
            return value
        derive = _DERIVED.get(name)
        value = derive(self) if derive else ()
        if name not in _OF_SUBJECT:
            self[name] = value
        return value

    def _of_lines(self, name: tuple[Any, ...]) -> Hashable:
        """Return a part of one line, or one derived from lines; ``None`` if the claim has fewer lines."""
        what = name[0]
        if isinstance(what, int):
            is_there = what <= len(self.lines)
            return self._line(what).part(name[1], with_day=self.day is None) if is_there else None
        if derive := _OF_CODES.get(what):
            return derive(self, name[1])
        if what == "charges over":
            return name[1] <= len(self.lines) and self._line(name[1]).charges_over(name[2])
        is_there = max(name[1:]) <= len(self.lines)
        return self._derived(what, [self._line(number) for number in name[1:]]) if is_there else None

    def _derived(self, what: str, lines: Sequence[LineParts]) -> Hashable:
        if what == "shared":
            return self._shared(*lines)
        if what == "same procedure":
            return self._with_procedure_of(lines[0])
        pointed = self.pointed(lines[0])
        return pointed if what == "pointed" else bool(pointed)

    def _with_procedure_of(self, line: LineParts) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the indices of the other lines that bill the procedure of a line: before and after it."""
        procedure = line.known.procedure
        same = [other.index for other in self.lines if other.known.procedure == procedure]
        at = same.index(line.index)
        return tuple(same[:at]), tuple(same[at + 1 :])

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
    return frozenset([code.position for code in parts.present])


@lru_cache(maxsize=4096)
def _pointers(element: bytes, component: bytes) -> tuple[str, ...]:
    pointers = text(element).split(text(component)) if element else []
    return tuple(pointers[:_MOST_POINTERS])


def _signs(parts: ClaimParts) -> Signs:
    levels, lines, total = parts.levels, parts.lines, text(parts.clm[1])
    pointers = [_pointers(line.pointers, parts.component) for line in lines]
    positions, codes = _positions(parts), parts.texts
    return Signs(
        plain_charge=is_plain_charge(total),
        adds_up=adds_up(total, [text(line.varies[0]) for line in lines]),
        plain_pointers=all(are_plain_pointers(of_line, positions) for of_line in pointers),
        all_linked=all_linked(frozenset(chain.from_iterable(pointers)), positions),
        all_differ=all_differ(codes),
        within_life=_is_within_life(parts),
        has_mbi=is_mbi(levels.member),
        trimmed_ids=levels.is_trimmed
        and not any(has_blank_edges(body, parts.element) for body in parts.own_ids()),
        valid_births=all(parse_date(birth) for birth in levels.births if birth),
        has_member_id=bool(levels.member),
        short_number=len(text(parts.clm[0])) <= MOST_RETURNED,
        lines_differ=have_own_numbers([line.control_number for line in lines]),
        dates_agree=parts.dates_agree(),
        clia_numbers=parts.has_clia_form(),
        categories_differ=have_own_categories(codes),
    )


def _is_within_life(parts: ClaimParts) -> bool:
    levels, days = parts.levels, parts.service_days()
    if parts.day is None and any(line.first_day() is None for line in parts.lines):
        return False
    return is_within_life(levels.birth, levels.death, *days)


_DERIVED: dict[Hashable, Callable[[ClaimParts], Hashable]] = {
    "signs": _signs,
    "positions": _positions,
    "in patient loop": lambda parts: "2000C" in parts.levels.levels,
    "first": lambda parts: parts.own_code is not None and parts.own_code.position == 1,
    "position": lambda parts: parts.own_code,
    "index": lambda parts: parts.own.index if parts.own else 0,
    "count": lambda parts: len(parts.lines),
    "REF01": ClaimParts.qualifiers,
    "DTP01": ClaimParts.date_qualifiers,
    "rendering": ClaimParts.rendering,
    "2310 loops": ClaimParts.provider_kinds,
    "billing kind": lambda parts: parts.levels.billing.kind if parts.levels.billing else "",
    "real names": lambda parts: parts.levels.has_real_names,
    "full names": lambda parts: parts.levels.has_full_names,
    "numbered": lambda parts: all(line.is_numbered() for line in parts.lines),
}
_OF_CODES: dict[str, Callable[[ClaimParts, Any], Hashable]] = {
    "has code": lambda parts, code: code in plain_codes(parts.texts),
    "codes among": lambda parts, targets: codes_among(parts.texts, targets),
    "billing": lambda parts, codes: tuple([line.index for line in parts.lines if line.known.hcpcs in codes]),
    "marked": lambda parts, modifiers: tuple(
        [line.index for line in parts.lines if not line.known.modifiers.isdisjoint(modifiers)]
    ),
}
"""What follows from all diagnoses, or all lines, and some codes."""
