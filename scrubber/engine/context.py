"""What an edit may know besides the claim: everything that is not in the file, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from scrubber.claim.pairing import Administration
from scrubber.claim.procedures import CodeSet, ProcedureSets
from scrubber.engine.history import NO_HISTORY, History
from scrubber.guide.fault import Fault
from scrubber.tables import Lookups


@dataclass(slots=True)
class Context:
    """The day that counts as today, the sets of codes, the tables, the pairing and this pack's parameters.

    Made once a claim; edits only read it.
    What ``tables`` do not cover is said as unchecked by itself: the edit need only find nothing then.
    ``faults`` is what is wrong by the guide's own rules with the claim and the levels above it.
    ``repeats`` is the number of the segment with which an earlier claim of the file begins that is the same
    as this one, or 0. ``history`` is what was received before this file.
    """

    as_of: date
    codes: ProcedureSets
    tables: Lookups
    administrations: tuple[Administration, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    repeats: int = 0
    history: History = NO_HISTORY

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - a parameter's type is the edit's affair
        """The value of one of the edit's declared parameters, as the claim's pack sets it."""
        return self.parameters[name]

    def code_set(self, name: str) -> CodeSet:
        """A parameter that lists codes and ranges of codes, as a set."""
        return _code_set(self.parameters[name])


@lru_cache(maxsize=1024)
def _code_set(entries: tuple[str, ...]) -> CodeSet:
    return CodeSet.of(entries)
