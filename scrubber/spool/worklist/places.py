"""Where the remedy of a finding is one value: the element that it is about, as a person can answer it.

A place is known by the claim and not by the file, since a held file has other segment numbers than the file
that was received: it is so many segments after the CLM, or after the HL of a level above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from scrubber.engine.finding import Finding
from scrubber.engine.result import ClaimResult
from scrubber.guide.elements import rule_of
from scrubber.report.masking import Mask
from scrubber.x12 import Segment

CLAIM = "2300"
_LEVELS = ("2000A", "2000B", "2000C")
_ELEMENT = re.compile(r"([A-Z0-9]{2,3})([0-9]{2})(?:-([0-9]{1,2}))?")
_NUMBER = "CLM01"
"""By it the claim is known again, so a new one would be another claim."""
_FREQUENCY, _CORRECTIONS = "CLM05-3", ("7", "8")
_ORIGINAL = "F8"
"""The one segment that may be missing: REF*F8 of a claim that replaces or voids an earlier one."""


class ValuePlace(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place in a claim that takes one value, and the value that is there.

    ``unit`` is where it is counted from: ``2300`` for the claim, else the level; ``index`` counts segments
    from 0. ``segment`` is its number in the file that was received, as reports have it; 0 for a REF*F8 that
    is yet to be added. ``is_hidden`` is true if a mask hides the value, ``is_numeric`` if it is an amount or
    a count.
    """

    loop: str
    element: str
    unit: str
    index: int
    segment: int
    value: str = ""
    line: int = 0
    is_hidden: bool = False
    is_numeric: bool = False

    @property
    def name(self) -> str:
        """Its name within the claim, as a person enters it: ``LIN03@32``, or ``F8``."""
        return f"{self.element}@{self.segment}" if self.segment else _ORIGINAL

    @property
    def segment_id(self) -> str:
        """The ID of its segment."""
        return _parts(self.element)[0]

    @property
    def number(self) -> int:
        """The number of its element in the segment."""
        return _parts(self.element)[1]

    @property
    def component(self) -> int:
        """The number of its component, 0 for an element without components."""
        return _parts(self.element)[2]

    def __str__(self) -> str:
        """Return the place in words: ``2410 LIN03, line 3, segment 32``."""
        if not self.segment:
            return f"{self.loop} REF02 of a new REF*{_ORIGINAL}"
        line = f", line {self.line}" if self.line else ""
        return f"{self.loop} {self.element}{line}, segment {self.segment}"

    def value_in(self, segment: Segment) -> str:
        """Return the value that a segment has at this place."""
        component = self.component
        return segment.component(self.number, component) if component else segment.get(self.number)


class Places:
    """The places of one claim."""

    def __init__(self, result: ClaimResult) -> None:
        self._result = result
        self._mask: Mask | None = None

    def of(self, finding: Finding) -> tuple[ValuePlace, ...]:
        """Return the places that can answer a finding: one, or none if its remedy is not one value.

        A frequency code that needs the payer's number of an earlier claim can be answered at both places.
        """
        match = _ELEMENT.fullmatch(finding.where.element or "")
        where = finding.where
        if match is None or match[1] != where.segment or match[0] == _NUMBER:
            return ()
        for unit, received, current in self._units():
            for index, segment in enumerate(received):
                if segment.number == where.segment_number and segment.body:
                    place = ValuePlace(
                        where.loop or unit, match[0], unit, index, segment.number, line=where.line or 0
                    )
                    return tuple(self._answerable(place, current[index]))
        return ()

    def _units(self) -> Iterator[tuple[str, Sequence[Segment], Sequence[Segment]]]:
        """Yield what a claim may be corrected in: its segments as received, and after fixes.

        A transaction's header is that of all its claims.
        """
        result = self._result
        yield CLAIM, result.original, result.segments
        for name in _LEVELS:
            if level := result.levels.get(name):
                yield name, level.segments, level.repaired(result.replaced).segments

    def _answerable(self, place: ValuePlace, segment: Segment) -> Iterator[ValuePlace]:
        rule = rule_of(segment, place.loop, place.number, place.component)
        if rule is None or rule.usage == "N":
            return
        value = place.value_in(segment)
        is_numeric = rule.type[:1] in ("R", "N")
        yield msgspec.structs.replace(place, value=value, is_hidden=self._hides(place), is_numeric=is_numeric)
        if place.element == _FREQUENCY and value in _CORRECTIONS and not self._result.claim.reference("F8"):
            yield ValuePlace(CLAIM, "REF02", CLAIM, place.index, 0, is_hidden=True)

    def _hides(self, place: ValuePlace) -> bool:
        if self._mask is None:
            self._mask = Mask(self._result.received())
        return self._mask.value(place.segment, place.element) is not None


def _parts(element: str) -> tuple[str, int, int]:
    match = _ELEMENT.fullmatch(element)
    assert match is not None  # of an element that was found
    return match[1], int(match[2]), int(match[3] or 0)
