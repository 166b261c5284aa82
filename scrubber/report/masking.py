"""Hiding who a claim is about: names, ids, addresses, dates of birth, free text; of patients and insured.

Providers and payers stay, since a biller cannot work without them. What is hidden is decided by the segment
and whose it is, never by how a value looks; then every value that was hidden is also taken out of messages.
In doubt it is hidden: whoever is no known provider or payer counts as a person, and nothing is shown of
segments and elements that the guide has no place for, nor of what a shifted or merged segment has where
the guide has a code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scrubber.report.mask_shapes import certain, is_code, is_envelope, is_known
from scrubber.x12 import Segment
from scrubber.x12.segment import text

HIDDEN = "•••"
_PERSON = ""
"""The owner of a segment behind no NM1: whoever the level or the claim is about."""

_SHOWN_PARTIES = frozenset({"40", "41", "77", "82", "85", "87", "DK", "DN", "DQ", "P3", "PE", "PR", "QB"})
"""NM101 of those who are not hidden: submitter and receiver, providers, facilities, payers."""
_SHOWN_BEHIND: dict[str, frozenset[str]] = {
    "N3": frozenset({"77", "85", "87", "DK", "PE", "PR"}),
    "N4": frozenset({"77", "85", "87", "DK", "PE", "PR"}),
    "PER": frozenset({"41", "77", "85", "DK"}),
}
"""Of whom the guide has address and telephone; behind others, or a second time, these are somebody else's."""
_DIRECTLY_BEHIND = {"N3": "NM1", "N4": "N3"}
"""Without these before them they may belong to anybody."""
_PLACES = frozenset({"45", "PW"})
"""NM101 of where an ambulance went: very often somebody's home."""

_WITH_REFERENCES = _SHOWN_PARTIES | _PLACES | {_PERSON}
"""Behind whom there are numbers of providers and payers; the claim's own segments are behind nobody."""

_OF_PERSON: dict[str, frozenset[int]] = {
    "NM1": frozenset({3, 4, 5, 7, 9}),
    "N3": frozenset({1, 2}),
    "N4": frozenset({1, 3}),
    "REF": frozenset({2, 4}),
    "PER": frozenset({2, 4, 6, 8}),
}
"""Elements to hide behind an NM1 of a person, or of none."""

_ALWAYS: dict[str, frozenset[int]] = {
    "CLM": frozenset({1}),
    "SBR": frozenset({3, 4}),
    "PAT": frozenset({6}),
    "DMG": frozenset({2}),
    "NTE": frozenset({2}),
    "K3": frozenset({1}),
    "PWK": frozenset({6}),
    "CN1": frozenset({4}),
    "CR1": frozenset({9, 10}),
    "CR2": frozenset({10, 11}),
    "FRM": frozenset({3}),
}
"""Elements to hide wherever they stand in a claim or above it: numbers of accounts, dates, free text."""

_SHOWN_REFERENCES = frozenset(
    {"0B", "1G", "1J", "2U", "4N", "EI", "EW", "F4", "FY", "G2", "LU", "NF", "P4", "X4"}
)
"""REF01 of numbers that are of providers, payers and laboratories; all others are of a person or a claim."""

_DESCRIBED = {"SV1": 1, "SV5": 1, "SVD": 3}
"""The composite in which a service is described in free text, from its component 7 on."""
_DESCRIPTION = 7

_PASSWORDS = {"ISA": frozenset({2, 4})}
"""Elements of envelopes that are between the two partners."""
_LEVELS = frozenset({"HL", "SBR", "PAT", "CLM", "LX"})
"""Segments behind which nobody's name has been said yet."""
_SHORTEST = 2
_SHORTEST_NUMBER = 4
"""Shorter texts are not looked for in messages: they would take the sense out of them."""
_PLACE = re.compile(r"([A-Z0-9]{2,3})([0-9]{2})(?:-([0-9]+))?")
_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")


class Mask:
    """What to hide of one claim. ``segments`` are those above it and its own, in the order of the input."""

    def __init__(self, segments: Iterable[Segment]) -> None:
        self._hidden = dict(_hidden_elements(segments))
        values = {
            value
            for segment, elements in self._hidden.values()
            for value in _values(segment, elements)
            if len(value) >= (_SHORTEST_NUMBER if value.isdigit() else _SHORTEST)
        }
        self._pattern = _pattern(values)

    def texts(self, segment: Segment, place: Segment) -> list[str]:
        """A segment's elements as text, hidden ones replaced where they are not empty.

        ``place`` is the segment as it came, of which ``segment`` may be a repaired copy.
        """
        _, elements = self._hidden.get(place.number, (place, frozenset[int]()))
        shown = [
            HIDDEN if number in elements and raw else text(raw) for number, raw in enumerate(segment.elements)
        ]
        described = _DESCRIBED.get(place.id, 0)
        if described and segment.components(described) >= _DESCRIPTION and described not in elements:
            mark = segment.delimiters.component
            parts = segment.elements[described].split(mark)
            hidden = [HIDDEN if at >= _DESCRIPTION and raw else text(raw) for at, raw in enumerate(parts, 1)]
            shown[described] = text(mark).join(hidden)
        return shown

    def value(self, number: int | None, element: str | None) -> str | None:
        """What stands at a hidden place (segment number, ``NM109``); ``None`` where nothing is hidden."""
        segment, elements = self._hidden.get(number or 0, (None, frozenset[int]()))
        place = _PLACE.fullmatch(element or "")
        if segment is None or place is None or place[1] != segment.id:
            return None
        at, component = int(place[2]), int(place[3] or 0)
        if at in elements:
            return segment.get(at)
        if _DESCRIBED.get(segment.id) != at or 0 < component < _DESCRIPTION:
            return None
        return segment.component(at, component or _DESCRIPTION) or None

    def text(self, message: str, *more: str) -> str:
        """A message without any hidden value, nor any of ``more``, however short."""
        extra = _pattern({value.strip() for value in more} - {""})
        for pattern in (self._pattern, extra):
            message = pattern.sub(HIDDEN, message) if pattern else message
        return message


def envelope_texts(segment: Segment) -> list[str]:
    """A segment outside any claim, masked: envelopes and levels but for passwords, of others the id only."""
    if not is_envelope(segment.id) and segment.id not in ("BHT", "HL"):
        return [known_place(segment.id) or "", HIDDEN]
    hidden, last = _PASSWORDS.get(segment.id, frozenset()), certain(segment)
    shown = [text(raw) for raw in segment.elements]
    return [HIDDEN if (at in hidden or at > last) and raw.strip() else raw for at, raw in enumerate(shown)]


def known_place(name: str | None) -> str | None:
    """A segment's id, or an element's (``REF02``), as it may be shown: what the guide has no place for may be
    anything.
    """
    place = _PLACE.fullmatch(name or "")
    return name if not name or is_known(name) or (place and is_known(place[1])) else HIDDEN


def _hidden_elements(segments: Iterable[Segment]) -> Iterator[tuple[int, tuple[Segment, frozenset[int]]]]:
    owner, before = _PERSON, ""
    seen: set[str] = set()
    for segment in segments:
        name = segment.id
        if name in _LEVELS or not is_known(name):
            owner = _PERSON
        elif name == "NM1":
            owner = segment.get(1)
            seen.clear()
        is_misplaced = name in _SHOWN_BEHIND and (
            owner not in _SHOWN_BEHIND[name] or name in seen or before != _DIRECTLY_BEHIND.get(name, before)
        )
        seen.add(name)
        before = name
        elements = _of_segment(segment, _PERSON if is_misplaced else owner)
        if elements or name in _DESCRIBED:
            yield segment.number, (segment, elements)


def _of_segment(segment: Segment, owner: str) -> frozenset[int]:
    count = len(segment.elements)
    if not is_known(segment.id):
        return frozenset(range(count))
    last = certain(segment)
    behind = frozenset(range(last + 1, count))
    telling = _telling(segment, owner)
    if not telling:
        return behind
    return (
        behind | telling | {at for at in range(1, last + 1) if segment.get(at) and not is_code(segment, at)}
    )


def _telling(segment: Segment, owner: str) -> frozenset[int]:
    """The elements of a known segment that say who somebody is, where they belong."""
    name = segment.id
    if name in _DESCRIBED:
        # The description is hidden by itself, but for an element too many before it.
        others = frozenset(range(1, len(segment.elements))) - {_DESCRIBED[name]}
        return frozenset(at for at in others if segment.components(at) >= _DESCRIPTION)
    if name == "REF":
        is_shown = owner in _WITH_REFERENCES and segment.get(1) in _SHOWN_REFERENCES
    else:
        is_shown = owner in _SHOWN_PARTIES
    return _ALWAYS.get(name, frozenset()) | (frozenset() if is_shown else _OF_PERSON.get(name, frozenset()))


def _values(segment: Segment, elements: frozenset[int]) -> Iterator[str]:
    """The hidden texts as they were sent, and as a message may write them."""
    mark = text(segment.delimiters.component)
    described = _DESCRIBED.get(segment.id, 0)
    sent = [
        segment.component(described, component)
        for component in range(_DESCRIPTION, segment.components(described) + 1 if described else 0)
    ]
    for element in elements:
        value = segment.get(element) if element else segment.id
        # What a broken file has in one element may be several; each part of it is looked for.
        sent += [value, *value.split(mark)]
    for value in sent:
        yield from _written(value.strip())


def _written(value: str) -> Iterator[str]:
    yield value
    yield value.upper()
    yield re.sub(r"[\W_]+", "", value)
    if day := _DATE.fullmatch(value):
        yield "-".join(day.groups())


def _pattern(values: set[str]) -> re.Pattern[str] | None:
    if not values:
        return None
    # The longest first, so that no part of a longer value is left standing.
    alternatives = "|".join(
        re.escape(value) for value in sorted(values, key=lambda value: (-len(value), value))
    )
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")
