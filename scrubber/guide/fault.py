"""Faults of segments against the TR3."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from scrubber.x12 import Segment


class FaultKind(Enum):
    """The kinds of faults, each with its name and its codes in a 999 (IK304, IK403)."""

    UNEXPECTED = ("unexpected segment", "2", "")
    OUT_OF_ORDER = ("segment out of order", "7", "")
    MISSING_SEGMENT = ("required segment missing", "3", "")
    TOO_MANY_SEGMENTS = ("segment exceeds maximum use", "5", "")
    TOO_MANY_LOOPS = ("loop exceeds maximum use", "4", "")
    MISSING_ELEMENT = ("required element missing", "8", "1")
    CONDITION = ("conditionally required element missing", "8", "2")
    TOO_MANY_ELEMENTS = ("too many elements", "8", "3")
    TOO_SHORT = ("too short", "8", "4")
    TOO_LONG = ("too long", "8", "5")
    BAD_CHARACTER = ("invalid character", "8", "6")
    BAD_CODE = ("invalid code value", "8", "7")
    BAD_DATE = ("invalid date", "8", "8")
    BAD_TIME = ("invalid time", "8", "9")
    EXCLUSION = ("elements that exclude each other", "8", "10")
    TOO_MANY_COMPONENTS = ("too many components", "8", "13")
    NOT_USED = ("element not used in the TR3", "8", "I10")
    TRAILING_BLANK = ("trailing spaces", "8", "6")
    MISALIGNED = ("wrong separators", "", "")
    TRAILING_SEPARATOR = ("trailing separators", "", "")

    @property
    def segment_code(self) -> str:
        """The code in IK304 of the 999."""
        return self.value[1]

    @property
    def element_code(self) -> str:
        """The code in IK403 of the 999; empty where the fault is of the whole segment."""
        return self.value[2]


class Fault(Struct, frozen=True):
    """One fault: its kind, where it was detected, and what the TR3 expects there.

    ``segment`` is the faulty segment or, if a segment is missing, the one after which it is missing;
    ``missing`` is then its ID. ``element`` and ``component`` count from 1; 0 means the whole segment or
    element.
    """

    kind: FaultKind
    segment: Segment
    loop: str
    element: int = 0
    component: int = 0
    expected: str = ""
    missing: str = ""
