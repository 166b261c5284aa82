"""What the guide has room for, segment by segment: what does not fit there may be anybody's, and anything.

A lost separator, or one too many, moves names and numbers into elements where nobody expects them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from scrubber.guide.maps import ElementRule, LoopNode, SegmentNode, units
from scrubber.x12 import Segment
from scrubber.x12.segment import text

_ENVELOPE = {"ISA": 16, "TA1": 5, "GS": 8, "ST": 3, "SE": 2, "GE": 2, "IEA": 2}
"""Envelopes, and how many elements they have."""
_LONGEST_CODE = 3
_NUMERIC = frozenset({"R", "N0", "DT"})
_NUMBER = re.compile(r"-?[0-9]*\.?[0-9]*", re.ASCII)
_LINE_END = re.compile(rb"[\r\n]")


class _Shape(NamedTuple):
    """What stands in an element: its data type, empty for a composite, and how long it can be."""

    type: str
    longest: int


def is_envelope(name: str) -> bool:
    """Whether segments of this id are between the partners, not of a claim."""
    return name in _ENVELOPE


def is_known(name: str) -> bool:
    """Whether the guide has segments of this id, or they are envelopes."""
    return name in _ENVELOPE or name in _shapes()


def certain(segment: Segment) -> int:
    """How many elements of a known segment stand where they belong: those before the first that the guide
    does not use, or that a line end shows to be the rest of another segment.
    """
    shapes = _shapes().get(segment.id, {})
    most = _ENVELOPE.get(segment.id, 0)
    for at, raw in enumerate(segment.elements[1:], 1):
        is_used = at in shapes or at <= most
        if raw and (not is_used or _LINE_END.search(raw)):
            return at - 1
    return len(segment.elements) - 1


def is_code(segment: Segment, element: int) -> bool:
    """Whether a used element has what can only be a code, a number or nothing, and no name or id."""
    shape, value = _shapes()[segment.id][element], segment.get(element)
    if shape.type in _NUMERIC:
        return _NUMBER.fullmatch(value) is not None
    longest = min(shape.longest, _LONGEST_CODE) if shape.type == "ID" else _LONGEST_CODE
    parts = [value] if shape.type else value.split(text(segment.delimiters.component))
    return all(len(part) <= longest for part in parts)


@cache
def _shapes() -> Mapping[str, Mapping[int, _Shape]]:
    """The elements that the guide uses anywhere, by segment id and number."""
    found: dict[str, dict[int, _Shape]] = {}
    for unit in units().values():
        for node in _segments(unit):
            shapes = found.setdefault(node.id, {})
            for at, rule in enumerate(node.rules, 1):
                if rule.usage != "N":
                    shapes[at] = _widest(rule, shapes.get(at))
    return found


def _widest(rule: ElementRule, known: _Shape | None) -> _Shape:
    return _Shape(rule.type, max(rule.longest, known.longest if known else 0))


def _segments(node: SegmentNode | LoopNode) -> Iterator[SegmentNode]:
    if isinstance(node, SegmentNode):
        yield node
        return
    for group in node.groups:
        for child in group:
            yield from _segments(child)
