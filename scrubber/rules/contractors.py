"""Lists that hold only where, and from when, a payer's contractor keeps them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple


class ContractorList(NamedTuple):
    """Who says what is on the list (a source), from which day it holds, and in which states."""

    source: str
    first: date
    states: frozenset[str]


@lru_cache(maxsize=16)
def contractor_lists(entries: tuple[str, ...]) -> tuple[ContractorList, ...]:
    """Read entries such as ``S-SOURCE 2021-04-05 CA NV``. Raises ValueError for a day that is none."""
    parts = (entry.split() for entry in entries)
    return tuple(
        ContractorList(source, date.fromisoformat(day), frozenset(states)) for source, day, *states in parts
    )
