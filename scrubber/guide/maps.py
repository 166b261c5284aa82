"""The TR3 as data: pyx12's map of 005010X222A1, with corrections of our own.

Reading the map takes a tenth of a second, so the result is cached. The rules for a segment's elements are
unpacked when the segment first occurs, because most segments of the TR3 never occur in a given file.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from msgspec import Raw, Struct, field, msgpack

from scrubber.cache import cached

Usage = Literal["R", "S", "N"]
MAP, ELEMENTS, CODES = "837.5010.X222.A1.xml", "dataele.xml", "codes.xml"
PATIENT_IS_SUBSCRIBER = "2000B/18"
"""The subscriber level of a patient who is the subscriber: what is known of the patient is in it."""
UNITS = {
    "HEADER": "ST_LOOP",
    "2000A": "2000A",
    "2000B": "2000B",
    PATIENT_IS_SUBSCRIBER: "2000B",
    "2000C": "2000C",
    "2300": "2300",
}
"""What is validated as one unit, to its loop in the map. A unit ends where the next one begins."""


class ElementRule(Struct, frozen=True, array_like=True):
    """The rule for one element or component; ``parts`` has the components of a composite.

    ``number`` is the X12 data element number, ``type`` the X12 type: AN, ID, R, N0, N2, DT, TM. Lengths are
    in characters (digits for numbers). ``codes`` is empty where any value is valid. ``form`` is a regular
    expression that the whole value must match. ``decimals`` is the most digits after the decimal point.
    """

    name: str
    number: str
    usage: Usage
    type: str
    shortest: int
    longest: int
    codes: frozenset[str]
    parts: tuple[ElementRule, ...] = ()
    form: str = ""
    decimals: int | None = None


class SyntaxNote(Struct, frozen=True, array_like=True):
    """A syntax note of a segment: its kind (P, R, E, C or L), and the elements that it relates."""

    kind: str
    elements: tuple[int, ...]


class SegmentRules(Struct, frozen=True, array_like=True):
    """The rules for a segment's elements, the first for element 1, and its syntax notes."""

    elements: tuple[ElementRule, ...]
    notes: tuple[SyntaxNote, ...]


class SegmentNode(Struct, eq=False, array_like=True, tag=True, dict=True):
    """A segment at its position in the TR3.

    ``most`` is its maximum use, ``pick`` the position of its qualifier (element, component), and ``picks``
    has the qualifier's valid values. ``packed`` are its `SegmentRules`.
    """

    id: str
    loop: str
    usage: Usage
    most: int
    pick: tuple[int, int] | None
    picks: frozenset[str]
    packed: Raw

    @property
    def opener(self) -> SegmentNode:
        """The segment itself, for the attribute of the same name of a loop."""
        return self

    @property
    def rules(self) -> tuple[ElementRule, ...]:
        """The rules for its elements, the first for element 1."""
        return self._unpacked.elements

    @cached_property
    def last_required(self) -> int:
        """The number of the last element that is required; 0 if none is."""
        required = (number for number, rule in enumerate(self.rules, start=1) if rule.usage == "R")
        return max(required, default=0)

    @property
    def notes(self) -> tuple[SyntaxNote, ...]:
        """Its syntax notes."""
        return self._unpacked.notes

    @cached_property
    def _unpacked(self) -> SegmentRules:
        return msgpack.decode(self.packed, type=SegmentRules)


class LoopNode(Struct, eq=False, array_like=True, tag=True):
    """A loop at its position in the TR3.

    ``groups`` has its children in order; within a group, any order is valid.
    """

    id: str
    usage: Usage
    most: int
    groups: list[list[SegmentNode | LoopNode]] = field(default_factory=list)

    @property
    def opener(self) -> SegmentNode:
        """The segment that opens it."""
        first = self.groups[0][0]
        assert isinstance(first, SegmentNode)
        return first


@cache
def units() -> Mapping[str, LoopNode]:
    """Return the units of the TR3 by name; see `UNITS`."""
    return cached("guide", _sources(), dict[str, LoopNode], _read_units)


def _read_units() -> dict[str, LoopNode]:
    from scrubber.guide.map_file import read_units  # noqa: PLC0415 - most runs find it in the cache

    return read_units()


def _sources() -> list[Path]:
    """Return the files that the guide is read from; what is not a file on its own is not cached."""
    spec = importlib.util.find_spec("pyx12")
    pyx12 = Path(spec.origin).parent if spec and spec.origin else Path("pyx12")
    here = Path(__file__).parent
    return [
        *(pyx12 / "map" / name for name in (MAP, ELEMENTS, CODES)),
        *(here / name for name in ("corrections.toml", "map_file.py", "maps.py")),
    ]
