"""The shape that the TR3 gives each segment: values that do not fit it may be anything, such as a name.

A missing or extra separator moves names and numbers into elements where they do not belong.
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
"""Envelope segments, and their number of elements."""
_LONGEST_CODE = 3
_NUMERIC = frozenset({"R", "N0", "DT"})
_NUMBER = re.compile(r"-?[0-9]*\.?[0-9]*", re.ASCII)
_LINE_END = re.compile(rb"[\r\n]")


class _Shape(NamedTuple):
    """An element's data type, which is empty for a composite, and its maximum length."""

    type: str
    longest: int


def is_envelope(name: str) -> bool:
    """Return True if segments with this id belong to an envelope, not to a claim."""
    return name in _ENVELOPE


def is_known(name: str) -> bool:
    """Return True if the TR3 has segments with this id, or they are envelope segments."""
    return name in _ENVELOPE or name in _shapes()


def certain(segment: Segment) -> int:
    """Return how many elements of a known segment are certainly in their place: those before the first that
    the TR3 does not use, or that a line end shows to be the rest of another segment.
    """
    shapes = _shapes().get(segment.id, {})
    most = _ENVELOPE.get(segment.id, 0)
    for at, raw in enumerate(segment.elements[1:], 1):
        is_used = at in shapes or at <= most
        if raw and (not is_used or _LINE_END.search(raw)):
            return at - 1
    return len(segment.elements) - 1


def is_code(segment: Segment, element: int) -> bool:
    """Return True if a used element can only be a code, a number or empty, not a name or an id."""
    shape, value = _shapes()[segment.id][element], segment.get(element)
    if shape.type in _NUMERIC:
        return _NUMBER.fullmatch(value) is not None
    longest = min(shape.longest, _LONGEST_CODE) if shape.type == "ID" else _LONGEST_CODE
    parts = [value] if shape.type else value.split(text(segment.delimiters.component))
    return all(len(part) <= longest for part in parts)


@cache
def _shapes() -> Mapping[str, Mapping[int, _Shape]]:
    """Return the elements that the TR3 uses anywhere, by segment id and number."""
    by_segment: dict[str, dict[int, _Shape]] = {}
    for unit in units().values():
        for node in _segments(unit):
            shapes = by_segment.setdefault(node.id, {})
            for at, rule in enumerate(node.rules, 1):
                if rule.usage != "N":
                    shapes[at] = _widest(rule, shapes.get(at))
    return by_segment


def _widest(rule: ElementRule, known: _Shape | None) -> _Shape:
    return _Shape(rule.type, max(rule.longest, known.longest if known else 0))


def _segments(node: SegmentNode | LoopNode) -> Iterator[SegmentNode]:
    if isinstance(node, SegmentNode):
        yield node
        return
    for group in node.groups:
        for child in group:
            yield from _segments(child)
