"""Lists that hold only where, and from when, a payer's contractor keeps them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple


class MacList(NamedTuple):
    """Who says what is on the list (a source), from which day it holds, and in which states."""

    source: str
    first: date
    states: frozenset[str]


@lru_cache(maxsize=16)
def mac_lists(entries: tuple[str, ...]) -> tuple[MacList, ...]:
    """Read entries such as ``S-SOURCE 2021-04-05 CA NV``. Raises ValueError for a day that is none."""
    parts = (entry.split() for entry in entries)
    return tuple(
        MacList(source, date.fromisoformat(day), frozenset(states)) for source, day, *states in parts
    )
