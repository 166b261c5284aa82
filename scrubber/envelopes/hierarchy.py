"""The hierarchical levels of a transaction: whether HL segments are numbered and nested as they must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scrubber.x12 import Segment
from scrubber.x12.segment import is_count

# HL03 to the HL03 of its parent (005010X222A1: 20 billing provider, 22 subscriber, 23 patient).
_PARENT_OF = {"20": "", "22": "20", "23": "22"}


@dataclass(frozen=True, slots=True)
class HierarchyFault:
    """One thing wrong with an HL segment: its number, its parent or its level (HL01, HL02, HL03)."""

    segment: Segment
    element: Literal[1, 2, 3]
    expected: str
    found: str


class Hierarchy:
    """Follows the HL segments of one transaction, in constant memory.

    After a fault both going on from what the segment says and going back to the right count is right, so
    that one slip is one fault.
    """

    def __init__(self) -> None:
        self._last = self._count = 0
        self._open: dict[str, frozenset[str]] = {}  # HL03 to the numbers that its children may name

    def add(self, hl: Segment) -> HierarchyFault | None:
        """Take the next HL segment and say the first thing that is wrong with it."""
        number, parent, level = hl.get(1), hl.get(2), hl.get(3)
        expected = self._last + 1
        self._count += 1
        self._last = int(number) if is_count(number) else expected
        if level not in _PARENT_OF:
            return HierarchyFault(hl, 3, "20, 22 or 23", level)
        allowed = self._open.get(_PARENT_OF[level], frozenset()) if level != "20" else frozenset({""})
        for open_level in [other for other in self._open if other >= level]:
            del self._open[open_level]
        self._open[level] = frozenset({number, str(expected)})
        if number not in (str(expected), str(self._count)):
            return HierarchyFault(hl, 1, str(expected), number)
        if parent not in allowed:
            wanted = min(allowed, key=lambda text: (len(text), text), default="")
            return HierarchyFault(hl, 2, wanted or "no parent", parent)
        return None
