"""Lists of MACs: each applies in certain states, from a certain day."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple


class MacList(NamedTuple):
    """The source of a list, the first day on which it applies, and the states."""

    source: str
    first: date
    states: frozenset[str]


@lru_cache(maxsize=16)
def mac_lists(entries: tuple[str, ...]) -> tuple[MacList, ...]:
    """Read entries such as ``S-SOURCE 2021-04-05 CA NV``. Raise ValueError for an invalid date."""
    parts = (entry.split() for entry in entries)
    return tuple(
        MacList(source, date.fromisoformat(day), frozenset(states)) for source, day, *states in parts
    )
