"""The hierarchical levels (HL segments) of a transaction set: their numbers, parents and nesting."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from scrubber.x12 import Segment
from scrubber.x12.segment import is_count

# HL03 to the HL03 of the parent level (20 billing provider, 22 subscriber, 23 patient).
_PARENT_OF = {"20": "", "22": "20", "23": "22"}
_BELOW = {"20": ("22", "23"), "22": ("23",), "23": ()}


class HierarchyFault(Struct, frozen=True):
    """A fault of an HL segment: in its number, its parent or its level code (HL01, HL02, HL03)."""

    segment: Segment
    element: Literal[1, 2, 3]
    expected: str
    found: str


class Hierarchy:
    """Validates the HL segments of one transaction set, in constant memory.

    After a wrong number, counting on from it and returning to the right count are both accepted, so that one
    mistake is one fault.
    """

    def __init__(self) -> None:
        self._last = self._count = 0
        self._open: dict[str, tuple[str, ...]] = {}  # HL03 to the numbers that HL02 of its children may have

    def add(self, hl: Segment) -> HierarchyFault | None:
        """Process the next HL segment and return its first fault, if any."""
        number, parent, level = hl.get(1), hl.get(2), hl.get(3)
        expected = self._last + 1
        self._count += 1
        counted_on = str(expected)
        self._last = int(number) if number != counted_on and is_count(number) else expected
        if level not in _PARENT_OF:
            return HierarchyFault(hl, 3, "20, 22 or 23", level)
        allowed = self._open.get(_PARENT_OF[level], ()) if level != "20" else ("",)
        for below in _BELOW[level]:
            self._open.pop(below, None)
        self._open[level] = (number, counted_on)
        if number not in (counted_on, str(self._count)):
            return HierarchyFault(hl, 1, counted_on, number)
        if parent not in allowed:
            shortest = min(filter(None, allowed), key=lambda text: (len(text), text), default="")
            no_number = "no parent" if level == "20" else f"a preceding level {_PARENT_OF[level]}"
            return HierarchyFault(hl, 2, shortest or no_number, parent)
        return None
