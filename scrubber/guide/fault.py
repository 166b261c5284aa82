"""What is wrong with a segment by the guide's own rules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from scrubber.x12 import Segment


class FaultKind(Enum):
    """The kinds of faults; ``segment_code`` and ``element_code`` are those of a 999 (IK304, IK403)."""

    UNEXPECTED = ("unexpected segment", "2", "")
    OUT_OF_ORDER = ("segment out of its order", "7", "")
    MISSING_SEGMENT = ("required segment missing", "3", "")
    TOO_MANY_SEGMENTS = ("segment too often", "5", "")
    TOO_MANY_LOOPS = ("loop too often", "4", "")
    MISSING_ELEMENT = ("required element missing", "8", "1")
    CONDITION = ("elements that depend on each other", "8", "2")
    TOO_MANY_ELEMENTS = ("too many elements", "8", "3")
    TOO_SHORT = ("too short", "8", "4")
    TOO_LONG = ("too long", "8", "5")
    BAD_CHARACTER = ("invalid character", "8", "6")
    BAD_CODE = ("code not in the list", "8", "7")
    BAD_DATE = ("no such date", "8", "8")
    BAD_TIME = ("no such time", "8", "9")
    EXCLUSION = ("elements that exclude each other", "8", "10")
    TOO_MANY_COMPONENTS = ("too many components", "8", "13")
    NOT_USED = ("element not used by the guide", "8", "I10")
    TRAILING_BLANK = ("blanks at the end", "8", "6")
    TRAILING_SEPARATOR = ("separators at the end", "", "")

    @property
    def segment_code(self) -> str:
        """IK304 of the 999."""
        return self.value[1]

    @property
    def element_code(self) -> str:
        """IK403 of the 999; empty where the fault is of the whole segment."""
        return self.value[2]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: its kind, where it was noticed, and what the guide expected there.

    ``segment`` is the faulty segment or, for a missing one, the segment behind which it is missing;
    ``missing`` is then its id. ``element`` and ``component`` count from 1, 0 is the whole.
    """

    kind: FaultKind
    segment: Segment
    loop: str
    element: int = 0
    component: int = 0
    expected: str = ""
    missing: str = ""
