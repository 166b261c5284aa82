"""How much the promise suite does: quick unless ``SCRUBBER_PROMISES=full`` asks for the full scale.

Quick takes about three minutes on two processors, full about half an hour. Each test says in its module what
its two scales are; what was measured is printed at the end of the run.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

FULL = os.environ.get("SCRUBBER_PROMISES", "quick") == "full"
FIGURES: list[str] = []

_Point = TypeVar("_Point")


def scale(quick: int, full: int) -> int:
    """The number for the scale of this run."""
    return full if FULL else quick


def some(points: Sequence[_Point], quick: int) -> list[_Point]:
    """All points at full scale, otherwise about so many of them, evenly spread, the last one included."""
    if FULL or len(points) <= quick:
        return list(points)
    step = len(points) / quick
    return [points[int((at + 1) * step) - 1] for at in range(quick)]


def measured(text: str) -> None:
    """Have a figure printed at the end of the run."""
    FIGURES.append(text)
