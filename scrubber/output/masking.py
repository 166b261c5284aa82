"""Hiding who a claim is about: names, ids, addresses, dates of birth, free text; of patients and insured.

Providers and payers stay, since a biller cannot work without them. What is hidden is decided by the segment
and whose it is, never by how a value looks; then every value that was hidden is also taken out of messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scrubber.x12 import Segment
from scrubber.x12.segment import text

HIDDEN = "•••"

_PERSONS = frozenset({"IL", "QC"})
"""NM101 of those whom a claim is about: the insured and the patient."""

_OF_PERSON: dict[str, frozenset[int]] = {
    "NM1": frozenset({3, 4, 5, 6, 7, 9}),
    "N2": frozenset({1, 2}),
    "N3": frozenset({1, 2}),
    "N4": frozenset({1, 3}),
    "DMG": frozenset({2}),
    "REF": frozenset({2}),
    "PER": frozenset({2, 4, 6, 8}),
}
"""Elements to hide behind an NM1 of such a person."""

_ALWAYS: dict[str, frozenset[int]] = {
    "CLM": frozenset({1}),
    "SBR": frozenset({3, 4}),
    "PAT": frozenset({6}),
    "NTE": frozenset({2}),
    "K3": frozenset({1}),
    "PWK": frozenset({6}),
    "TRN": frozenset({2}),
}
"""Elements to hide wherever they stand in a claim or above it."""

_OF_CLAIM = {"REF": frozenset({2})}
"""Elements to hide in the claim's own segments: record, authorization and prescription numbers."""

_SHORTEST = 2
_SHORTEST_NUMBER = 4
"""Shorter texts are not looked for in messages: they would take the sense out of them."""


class Mask:
    """What to hide of one claim. ``segments`` are those above it and its own, in the order of the input."""

    def __init__(self, segments: Iterable[Segment]) -> None:
        self._hidden = dict(_hidden_elements(segments))
        values = {
            value
            for segment, elements in self._hidden.values()
            for element in elements
            for value in _values(segment, element)
        }
        self._pattern = _pattern(values)

    def elements(self, segment: Segment) -> frozenset[int]:
        """The numbers of the segment's elements that are hidden."""
        found = self._hidden.get(segment.number)
        return found[1] if found else frozenset()

    def text(self, message: str, *more: str) -> str:
        """A message without any hidden value, nor any of ``more``."""
        if self._pattern:
            message = self._pattern.sub(HIDDEN, message)
        for value in more:
            if value:
                message = message.replace(value, HIDDEN)
        return message


def _hidden_elements(segments: Iterable[Segment]) -> Iterator[tuple[int, tuple[Segment, frozenset[int]]]]:
    owner, in_claim = "", False
    for segment in segments:
        name = segment.id
        if name in ("HL", "CLM", "LX", "SBR"):
            owner = ""
        if name == "CLM":
            in_claim = True
        if name == "NM1":
            owner = segment.get(1)
        elements = _ALWAYS.get(name, frozenset())
        if owner in _PERSONS:
            elements |= _OF_PERSON.get(name, frozenset())
        if in_claim and owner == "":
            elements |= _OF_CLAIM.get(name, frozenset())
        if elements:
            yield segment.number, (segment, elements)


def _values(segment: Segment, element: int) -> Iterator[str]:
    value = segment.get(element).strip()
    shortest = _SHORTEST_NUMBER if value.isdigit() else _SHORTEST
    if len(value) >= shortest:
        yield value


def _pattern(values: set[str]) -> re.Pattern[str] | None:
    if not values:
        return None
    # The longest first, so that no part of a longer value is left standing.
    alternatives = "|".join(
        re.escape(value) for value in sorted(values, key=lambda value: (-len(value), value))
    )
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")


def masked_text(segment: Segment, elements: frozenset[int]) -> list[str]:
    """The segment's elements as text, the hidden ones replaced where they are not empty."""
    return [
        HIDDEN if number in elements and raw else text(raw) for number, raw in enumerate(segment.elements)
    ]
