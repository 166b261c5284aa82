"""One value in its place: whether the TR3 has one value there, and whether a new one would be valid.

Only the form of the value counts here. What it means with the rest of the claim is for the edits.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from scrubber.guide.explain import explain
from scrubber.guide.fault import Fault, FaultKind
from scrubber.guide.machine import Machine
from scrubber.guide.maps import ElementRule, SegmentNode
from scrubber.x12 import Segment

_OF_VALUES = frozenset(
    {
        FaultKind.TOO_SHORT,
        FaultKind.TOO_LONG,
        FaultKind.BAD_CHARACTER,
        FaultKind.BAD_CODE,
        FaultKind.BAD_DATE,
        FaultKind.BAD_TIME,
        FaultKind.TRAILING_BLANK,
        FaultKind.NOT_USED,
        FaultKind.TOO_MANY_ELEMENTS,
        FaultKind.TOO_MANY_COMPONENTS,
    }
)
"""What is wrong with a value itself; others are about what is missing around it."""


def rule_of(segment: Segment, loop: str, element: int, component: int) -> ElementRule | None:
    """Return the rule for an element (component 0) or a component of a segment in a loop of the TR3.

    ``None`` where the TR3 has no single value: in a segment that it does not know, or in a whole composite.
    """
    node = _node_of(segment, loop)
    if node is None or not 0 < element <= len(node.rules):
        return None
    rule = node.rules[element - 1]
    if not rule.parts:
        return None if component else rule
    return rule.parts[component - 1] if 0 < component <= len(rule.parts) else None


def value_fault(segment: Segment, loop: str, element: int, component: int) -> Fault | None:
    """Return what is wrong with the form of a value in a segment; ``None`` if nothing is, or if the TR3 does
    not know the segment.
    """
    node = _node_of(segment, loop)
    if node is None:
        return None
    for fault in explain(segment, node):
        if fault.element == element and fault.component in (0, component) and fault.kind in _OF_VALUES:
            return fault
    return None


def _node_of(segment: Segment, loop: str) -> SegmentNode | None:
    """Return the segment of the TR3 with this ID and qualifier, if possible in this loop."""
    fitting = [node for node in _nodes().get(segment.id, ()) if _is_qualified(node, segment)]
    return next((node for node in fitting if node.loop == loop), fitting[0] if fitting else None)


def _is_qualified(node: SegmentNode, segment: Segment) -> bool:
    if node.pick is None:
        return True
    element, component = node.pick
    value = segment.component(element, component) if component else segment.get(element)
    return value in node.picks


@cache
def _nodes() -> dict[str, list[SegmentNode]]:
    found: defaultdict[str, list[SegmentNode]] = defaultdict(list)
    for node in Machine().nodes():
        found[node.id].append(node)
    return dict(found)
