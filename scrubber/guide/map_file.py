"""Read the TR3 from pyx12's map of 005010X222A1, and correct it by `corrections.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from lxml import etree
from msgspec import Raw, msgpack
from msgspec.structs import replace

from scrubber.guide.maps import (
    CODES,
    ELEMENTS,
    MAP,
    UNITS,
    ElementRule,
    LoopNode,
    SegmentNode,
    SegmentRules,
    SyntaxNote,
    Usage,
)

_UNLIMITED = 1 << 30


def read_units() -> dict[str, LoopNode]:
    """Return the units of the TR3 by name; see `UNITS`."""
    root = _parse(MAP).getroot()
    found: dict[str, LoopNode] = {}
    for unit, loop_id in UNITS.items():
        # The claim loop is in the map twice, identical; the first one serves both.
        element = next(loop for loop in root.iter("loop") if loop.get("xid") == loop_id)
        found[unit] = _loop(element, unit.partition("/")[0])
    for change in _read_corrections().get("segments", ()):
        for node in _segments_in(found[change["unit"]]):
            if node.loop == change["loop"] and node.id in change["segments"]:
                node.usage = change["usage"]
    return found


def _segments_in(loop: LoopNode) -> Iterator[SegmentNode]:
    for group in loop.groups:
        for child in group:
            if isinstance(child, SegmentNode):
                yield child
            else:
                yield from _segments_in(child)


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
    rules = SegmentRules(tuple(_rules(element, _Place(loop, picks))), tuple(_notes(element)))
    return SegmentNode(
        id=str(element.get("xid")),
        loop=loop,
        usage=_usage(element),
        most=_maximum(element, "max_use"),
        pick=pick,
        picks=picks,
        packed=Raw(msgpack.encode(rules)),
    )


def _notes(source: etree._Element) -> Iterator[SyntaxNote]:
    for note in source.findall("syntax"):
        text = str(note.text)
        yield SyntaxNote(text[0], tuple(int(text[at : at + 2]) for at in range(1, len(text), 2)))


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


class _Place(NamedTuple):
    """Where an element is: its loop, and the qualifiers that its segment may have."""

    loop: str
    qualifiers: frozenset[str]


def _rules(source: etree._Element, place: _Place) -> Iterator[ElementRule]:
    for child in source.iterchildren("element", "composite"):
        if child.tag == "element":
            yield _element(child, place)
        else:
            parts = tuple(_element(part, place) for part in child.iterchildren("element"))
            name = str(child.get("xid"))
            yield ElementRule(
                name, str(child.findtext("data_ele")), _usage(child), "", 0, _UNLIMITED, frozenset(), parts
            )


def _element(element: etree._Element, place: _Place) -> ElementRule:
    name, number = str(element.get("xid")), str(element.findtext("data_ele"))
    kind, shortest, longest = _data_elements()[number]
    codes = _own_codes(element)
    listed = element.find("valid_codes")
    if listed is not None and listed.get("external"):
        codes |= _lists()[str(listed.get("external"))]
    rule = ElementRule(
        name=name.replace("-0", "-"),
        number=number,
        usage=_usage(element),
        type=kind,
        shortest=shortest,
        longest=longest,
        codes=codes,
        form=element.findtext("regex") or "",
    )
    for change in _corrections():
        if _applies(change, rule, place):
            rule = _corrected(rule, change)
    return rule


def _applies(change: Mapping[str, Any], rule: ElementRule, place: _Place) -> bool:
    """Return True if a correction is of this element in this place."""
    return (
        change["element"] == rule.name
        and place.loop in change.get("loops", (place.loop,))
        and ("qualifier" not in change or change["qualifier"] in place.qualifiers)
    )


def _corrected(rule: ElementRule, change: Mapping[str, Any]) -> ElementRule:
    codes = frozenset(change.get("codes", rule.codes))
    return replace(
        rule,
        usage=change.get("usage", rule.usage),
        longest=change.get("longest", rule.longest),
        decimals=change.get("decimals", rule.decimals),
        codes=(codes | frozenset(change.get("more_codes", ()))) - frozenset(change.get("fewer_codes", ())),
    )


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


def _corrections() -> Sequence[Mapping[str, Any]]:
    """Return our corrections of elements in the map."""
    return _read_corrections().get("elements", ())  # type: ignore[no-any-return]


@cache
def _read_corrections() -> dict[str, Any]:
    return tomllib.loads(files("scrubber.guide").joinpath("corrections.toml").read_text(encoding="utf-8"))
