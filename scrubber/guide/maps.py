"""The TR3 as data: pyx12's map of 005010X222A1, with corrections of our own.

The structure (loops, segments, their order and usage) is read at once; the rules for a segment's elements are
read when the segment first occurs, because most segments of the TR3 never occur in a given file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from lxml import etree

Usage = Literal["R", "S", "N"]
MAP, ELEMENTS, CODES = "837.5010.X222.A1.xml", "dataele.xml", "codes.xml"
UNITS = {"HEADER": "ST_LOOP", "2000A": "2000A", "2000B": "2000B", "2000C": "2000C", "2300": "2300"}
"""What is validated as one unit, to its loop in the map. A unit ends where the next one begins."""

_UNLIMITED = 1 << 30


@dataclass(frozen=True, slots=True)
class ElementRule:
    """The rule for one element or component; ``parts`` has the components of a composite.

    ``number`` is the X12 data element number, ``type`` the X12 type: AN, ID, R, N0, N2, DT, TM. Lengths are
    in characters (digits for numbers). ``codes`` is empty where any value is valid. ``form`` is a regular
    expression that the whole value must match.
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


@dataclass(frozen=True, slots=True)
class SyntaxNote:
    """A syntax note of a segment: its kind (P, R, E, C or L), and the elements that it relates."""

    kind: str
    elements: tuple[int, ...]


@dataclass(slots=True, eq=False)
class SegmentNode:
    """A segment at its position in the TR3.

    ``most`` is its maximum use, ``pick`` the position of its qualifier (element, component), and ``picks``
    has the qualifier's valid values.
    """

    id: str
    loop: str
    usage: Usage
    most: int
    pick: tuple[int, int] | None
    picks: frozenset[str]
    _source: etree._Element
    _rules: tuple[ElementRule, ...] | None = None
    _notes: tuple[SyntaxNote, ...] | None = None
    _last_required: int | None = None

    @property
    def opener(self) -> SegmentNode:
        """The segment itself, for the attribute of the same name of a loop."""
        return self

    @property
    def rules(self) -> tuple[ElementRule, ...]:
        """The rules for its elements, the first for element 1."""
        if self._rules is None:
            self._rules = tuple(_rules(self._source, self.loop))
        return self._rules

    @property
    def last_required(self) -> int:
        """The number of the last element that is required; 0 if none is."""
        if self._last_required is None:
            required = (number for number, rule in enumerate(self.rules, start=1) if rule.usage == "R")
            self._last_required = max(required, default=0)
        return self._last_required

    @property
    def notes(self) -> tuple[SyntaxNote, ...]:
        """Its syntax notes."""
        if self._notes is None:
            texts = [str(note.text) for note in self._source.findall("syntax")]
            self._notes = tuple(
                SyntaxNote(text[0], tuple(int(text[at : at + 2]) for at in range(1, len(text), 2)))
                for text in texts
            )
        return self._notes


@dataclass(slots=True, eq=False)
class LoopNode:
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
    root = _parse(MAP).getroot()
    found: dict[str, LoopNode] = {}
    for unit, loop_id in UNITS.items():
        # The claim loop is in the map twice, identical; the first one serves both.
        element = next(loop for loop in root.iter("loop") if loop.get("xid") == loop_id)
        found[unit] = _loop(element, unit)
    return found


def _loop(element: etree._Element, unit: str = "") -> LoopNode:
    loop_id = unit or str(element.get("xid"))
    node = LoopNode(loop_id, _usage(element), _maximum(element, "repeat"))
    placed: dict[tuple[int, ...], list[SegmentNode | LoopNode]] = {}
    for position, child in _children(element, ()):
        if child.tag == "segment":
            placed.setdefault(position, []).append(_segment(child, loop_id))
        elif child.get("xid") not in UNITS:
            placed.setdefault(position, []).append(_loop(child))
    node.groups = [placed[position] for position in sorted(placed)]
    return node


def _children(
    element: etree._Element, prefix: tuple[int, ...]
) -> Iterator[tuple[tuple[int, ...], etree._Element]]:
    """Yield the segments and loops in an element with their positions, wrappers of the map resolved."""
    for child in element.iterchildren("segment", "loop"):
        if child.get("xid") in ("ST", "SE", "FOOTER", "DETAIL"):
            continue  # envelopes are checked elsewhere; HL levels are units of their own
        position = (*prefix, int(child.findtext("pos") or 0))
        if child.get("type") == "wrapper":
            yield from _children(child, position)
        else:
            yield position, child


def _segment(element: etree._Element, loop: str) -> SegmentNode:
    pick, picks = _pick(element)
    return SegmentNode(
        id=str(element.get("xid")),
        loop=loop,
        usage=_usage(element),
        most=_maximum(element, "max_use"),
        pick=pick,
        picks=picks,
        _source=element,
    )


def _pick(element: etree._Element) -> tuple[tuple[int, int] | None, frozenset[str]]:
    """Return the position and values of the qualifier that tells a node from others with the same ID."""
    parts = list(element.iterchildren("element", "composite"))
    if element.get("xid") == "HL":
        return (3, 0), _own_codes(parts[2])
    first = parts[0] if parts else None
    if first is None:
        return None, frozenset()
    if first.tag == "composite":
        inner = first.find("element")
        codes = _own_codes(inner) if inner is not None else frozenset()
        return ((1, 1), codes) if codes else (None, codes)
    codes = _own_codes(first)
    if codes and first.findtext("usage") == "R":
        return (1, 0), codes
    return None, frozenset()


def _rules(source: etree._Element, loop: str) -> Iterator[ElementRule]:
    for child in source.iterchildren("element", "composite"):
        if child.tag == "element":
            yield _element(child, loop)
        else:
            parts = tuple(_element(part, loop) for part in child.iterchildren("element"))
            name = str(child.get("xid"))
            yield ElementRule(
                name, str(child.findtext("data_ele")), _usage(child), "", 0, _UNLIMITED, frozenset(), parts
            )


def _element(element: etree._Element, loop: str) -> ElementRule:
    name, number = str(element.get("xid")), str(element.findtext("data_ele"))
    kind, shortest, longest = _data_elements()[number]
    codes = _own_codes(element)
    listed = element.find("valid_codes")
    if listed is not None and listed.get("external"):
        codes |= _lists()[str(listed.get("external"))]
    name = name.replace("-0", "-")
    change = _corrections().get((name, loop)) or _corrections().get((name, "")) or {}
    longest = change.get("longest", longest)
    codes |= frozenset(change.get("more_codes", ()))
    usage = change.get("usage", _usage(element))
    form = element.findtext("regex") or ""
    return ElementRule(name, number, usage, kind, shortest, longest, codes, form=form)


def _own_codes(element: etree._Element) -> frozenset[str]:
    return frozenset(str(code.text) for code in element.iterfind("valid_codes/code"))


def _usage(element: etree._Element) -> Usage:
    text = element.findtext("usage")
    return "R" if text == "R" else "N" if text == "N" else "S"


def _maximum(element: etree._Element, tag: str) -> int:
    text = element.findtext(tag) or "1"
    return _UNLIMITED if text.startswith(">") else int(text)


def _parse(name: str) -> etree._ElementTree:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    with files("pyx12").joinpath("map", name).open("rb") as stream:
        return etree.parse(stream, parser)


@cache
def _data_elements() -> dict[str, tuple[str, int, int]]:
    """Return type, minimum and maximum length by X12 data element number."""
    return {
        str(element.get("ele_num")): (
            str(element.get("data_type")),
            int(element.get("min_len", "1")),
            int(element.get("max_len", "1")),
        )
        for element in _parse(ELEMENTS).iterfind(".//data_ele")
    }


@cache
def _lists() -> dict[str, frozenset[str]]:
    """Return the external code lists of the map (states, countries …); an empty one is not checked."""
    lists = {
        str(codeset.findtext("id")): frozenset(str(code.text) for code in codeset.iter("code"))
        for codeset in _parse(CODES).iterfind(".//codeset")
    }
    for name, change in _read_corrections().get("lists", {}).items():
        lists[name] = frozenset() if change.get("open") else lists[name] | frozenset(change["more_codes"])
    return lists


@cache
def _corrections() -> dict[tuple[str, str], dict[str, Any]]:
    """Return our corrections of the map, by element and loop (empty: in every loop)."""
    return {
        (entry["element"], loop): entry
        for entry in _read_corrections().get("elements", [])
        for loop in entry.get("loops", [""])
    }


@cache
def _read_corrections() -> dict[str, Any]:
    return tomllib.loads(files("scrubber.guide").joinpath("corrections.toml").read_text(encoding="utf-8"))
