"""Hide whom a claim is about: names, ids, addresses, dates of birth and free text of patients and insured.

Providers and payers stay visible, since a biller cannot work without them. What is hidden depends on the
segment and on whom it is about, never on what a value looks like; every hidden value is also removed from
messages. In doubt a value is hidden: anyone who is not a known provider or payer counts as a person.
Segments and elements that are not in the TR3 are hidden, and so is anything in a shifted or merged segment
that is not a code where the TR3 has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import structs

from scrubber.engine.finding import AppliedFix, Finding
from scrubber.report.mask_shapes import certain, is_code, is_envelope, is_known
from scrubber.x12 import Segment
from scrubber.x12.segment import text

HIDDEN = "•••"
_PERSON = ""
"""The owner of a segment that follows no NM1: the person whom the level or the claim is about."""

_SHOWN_PARTIES = frozenset({"40", "41", "77", "82", "85", "87", "DK", "DN", "DQ", "P3", "PE", "PR", "QB"})
"""NM101 of parties that are not hidden: submitter and receiver, providers, facilities, payers."""
_SHOWN_AFTER: dict[str, frozenset[str]] = {
    "N3": frozenset({"77", "85", "87", "DK", "PE", "PR"}),
    "N4": frozenset({"77", "85", "87", "DK", "PE", "PR"}),
    "PER": frozenset({"41", "77", "85", "DK"}),
}
"""Parties that have an address or contact in the TR3; after others, or repeated, it may be anyone's."""
_DIRECTLY_AFTER = {"N3": "NM1", "N4": "N3"}
"""Unless directly after these, they may be anyone's."""
_PLACES = frozenset({"45", "PW"})
"""NM101 of ambulance pick-up and drop-off locations, which are often a patient's home."""

_WITH_REFERENCES = _SHOWN_PARTIES | _PLACES | {_PERSON}
"""Owners whose segments may be followed by numbers of providers and payers."""

_OF_PERSON: dict[str, frozenset[int]] = {
    "NM1": frozenset({3, 4, 5, 7, 9}),
    "N3": frozenset({1, 2}),
    "N4": frozenset({1, 3}),
    "REF": frozenset({2, 4}),
    "PER": frozenset({2, 4, 6, 8}),
}
"""Elements to hide after an NM1 of a person, or after no NM1."""

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
"""Elements to hide anywhere in a claim or above it: account numbers, dates, free text."""

_SHOWN_REFERENCES = frozenset(
    {"0B", "1G", "1J", "2U", "4N", "EI", "EW", "F4", "FY", "G2", "LU", "NF", "P4", "X4"}
)
"""REF01 of numbers of providers, payers and laboratories; all others are of a person or a claim."""

_DESCRIBED = {"SV1": 1, "SV5": 1, "SVD": 3}
"""The composite that describes a service in free text, from its component 7 on."""
_DESCRIPTION = 7

_PASSWORDS = {"ISA": frozenset({2, 4})}
"""Elements of envelopes that are secrets of the two trading partners."""
_LEVELS = frozenset({"HL", "SBR", "PAT", "CLM", "LX"})
"""Segments after which no party has been named yet."""
_SHORTEST = 2
_SHORTEST_NUMBER = 4
"""Shorter texts are not hidden in messages, which would become meaningless."""
_PLACE = re.compile(r"([A-Z0-9]{2,3})([0-9]{2})(?:-([0-9]+))?")
_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")


class Mask:
    """What to hide of one claim. ``segments`` are those above it, then its own, in the order of the input."""

    def __init__(self, segments: Iterable[Segment]) -> None:
        self._hidden = dict(_hidden_elements(segments))
        values = {
            value
            for segment, elements in self._hidden.values()
            for value in _values(segment, elements)
            if len(value) >= (_SHORTEST_NUMBER if value.isdigit() else _SHORTEST)
        }
        self._pattern = _pattern(values)

    def texts(self, segment: Segment, original: Segment) -> list[str]:
        """Return a segment's elements as text, with hidden ones replaced unless they are empty.

        ``original`` is the segment as received, of which ``segment`` may be a fixed copy.
        """
        _, elements = self._hidden.get(original.number, (original, frozenset[int]()))
        texts = [
            HIDDEN if number in elements and raw else text(raw) for number, raw in enumerate(segment.elements)
        ]
        described = _DESCRIBED.get(original.id, 0)
        if described and segment.components(described) >= _DESCRIPTION and described not in elements:
            separator = segment.delimiters.component
            parts = segment.elements[described].split(separator)
            masked = [HIDDEN if at >= _DESCRIPTION and raw else text(raw) for at, raw in enumerate(parts, 1)]
            texts[described] = text(separator).join(masked)
        return texts

    def value(self, number: int | None, element: str | None) -> str | None:
        """Return the value of a hidden place (segment number, ``NM109``); ``None`` if it is not hidden."""
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
        """Return a message without any hidden value, and without any of ``more``, however short."""
        extra = _pattern({value.strip() for value in more} - {""})
        for pattern in (self._pattern, extra):
            message = pattern.sub(HIDDEN, message) if pattern else message
        return message


def envelope_texts(segment: Segment) -> list[str]:
    """Return a masked segment outside any claim: envelopes and HL without passwords, else only the id."""
    if not is_envelope(segment.id) and segment.id not in ("BHT", "HL"):
        return [known_place(segment.id) or "", HIDDEN]
    hidden, last = _PASSWORDS.get(segment.id, frozenset()), certain(segment)
    texts = [text(raw) for raw in segment.elements]
    return [HIDDEN if (at in hidden or at > last) and raw.strip() else raw for at, raw in enumerate(texts)]


def masked_finding(finding: Finding, mask: Mask) -> Finding:
    """Return a finding without hidden values in its message, to_do, fix and the name of its place."""
    where, fix, more = finding.where, finding.fix, []
    hidden = mask.value(where.segment_number, where.element)
    if hidden is not None:
        more.append(hidden)
    if fix and (hidden is not None or any(mask.text(part) != part for part in (fix.before, fix.after))):
        # What a hidden value becomes reveals as much as the value itself.
        more += [fix.before, fix.after]
        fix = AppliedFix(fix.safety, fix.applied, HIDDEN, HIDDEN)
    message, to_do = finding.message, finding.to_do
    if hidden is not None and any(letter in message or letter in to_do for letter in _letters_of(hidden)):
        # A text about one letter of a hidden value tells that letter, and what it stands for.
        message = f"{where.element}: {finding.title}."
        to_do = f"Retype {where.element} with plain letters, digits and common punctuation."
    segment, element = known_place(where.segment), known_place(where.element)
    if where.segment and segment != where.segment:
        more.append(where.segment)
    return structs.replace(
        finding,
        message=mask.text(message, *more),
        to_do=mask.text(to_do, *more),
        fix=fix,
        where=structs.replace(where, segment=segment, element=element),
    )


def _letters_of(value: str) -> set[str]:
    """Return the letters of a value that no text of ours has: those outside of ASCII."""
    return {letter for letter in value if not letter.isascii()} - {*HIDDEN}


def known_place(name: str | None) -> str | None:
    """Return a segment id or element name (``REF02``) as it may be shown; one that is not in the TR3 may be
    anything, and is hidden.
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
        is_misplaced = name in _SHOWN_AFTER and (
            owner not in _SHOWN_AFTER[name] or name in seen or before != _DIRECTLY_AFTER.get(name, before)
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
    rest = frozenset(range(last + 1, count))
    identifying = _identifying(segment, owner)
    if not identifying:
        return rest
    other = {at for at in range(1, last + 1) if segment.get(at) and not is_code(segment, at)}
    return rest | identifying | other


def _identifying(segment: Segment, owner: str) -> frozenset[int]:
    """Return the elements of a known segment that identify a person."""
    name = segment.id
    if name in _DESCRIBED:
        # The description is hidden separately, unless an extra element before it has shifted it.
        others = frozenset(range(1, len(segment.elements))) - {_DESCRIBED[name]}
        return frozenset(at for at in others if segment.components(at) >= _DESCRIPTION)
    if name == "REF":
        is_shown = owner in _WITH_REFERENCES and segment.get(1) in _SHOWN_REFERENCES
    else:
        is_shown = owner in _SHOWN_PARTIES
    return _ALWAYS.get(name, frozenset()) | (frozenset() if is_shown else _OF_PERSON.get(name, frozenset()))


def _values(segment: Segment, elements: frozenset[int]) -> Iterator[str]:
    """Yield the hidden texts as sent, and as a message may write them."""
    separator = text(segment.delimiters.component)
    described = _DESCRIBED.get(segment.id, 0)
    sent = [
        segment.component(described, component)
        for component in range(_DESCRIPTION, segment.components(described) + 1 if described else 0)
    ]
    for element in elements:
        value = segment.get(element) if element else segment.id
        # One element of a broken file may contain several values; each part is searched for.
        sent += [value, *value.split(separator)]
    for value in sent:
        yield from _spellings(value.strip())


def _spellings(value: str) -> Iterator[str]:
    yield value
    yield value.upper()
    yield re.sub(r"[\W_]+", "", value)
    if day := _DATE.fullmatch(value):
        yield "-".join(day.groups())


def _pattern(values: set[str]) -> re.Pattern[str] | None:
    if not values:
        return None
    # The longest first, so that no part of a longer value remains.
    alternatives = "|".join(
        re.escape(value) for value in sorted(values, key=lambda value: (-len(value), value))
    )
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")
