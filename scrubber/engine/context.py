"""What an edit may know besides the claim: everything from outside the file, as values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from msgspec import Struct, field

from scrubber.claim.model import Claim
from scrubber.claim.pairing import Administration, pair
from scrubber.claim.procedures import CodeSet, ProcedureSets
from scrubber.engine.history import NO_HISTORY, History
from scrubber.envelopes.earlier import EarlierService
from scrubber.guide.fault import Fault, FaultKind
from scrubber.tables import Lookups

_UNREADABLE = FaultKind.MISALIGNED, FaultKind.UNEXPECTED


class Others(NamedTuple):
    """What other claims of the file are to a claim.

    If it repeats an earlier one, ``repeats`` is the number of the earlier claim's first segment, else 0.
    ``earlier`` are services of the same patient before its own: the last before each that is compared (long-
    acting drugs, visits of new patients).
    """

    repeats: int = 0
    earlier: tuple[EarlierService, ...] = ()


NO_OTHERS = Others()


class Context(Struct):
    """The as-of date, the procedure code sets, the tables, the pairing and this pack's parameters.

    Made once per claim; edits only read it. ``claim`` is what the subject of an edit is part of. What
    ``tables`` do not cover is reported as unchecked automatically: the edit then simply does not fire.
    ``faults`` are the TR3 violations in the claim and in the levels above it, ``others`` is what other
    claims of the file are to this one. ``history`` is what was received before this file.
    """

    as_of: date
    codes: ProcedureSets
    tables: Lookups
    parameters: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    others: Others = NO_OTHERS
    history: History = NO_HISTORY
    _claim: Claim | None = None
    _administrations: tuple[Administration, ...] | None = None
    _recall_pairs: Callable[[], tuple[Administration, ...]] | None = None

    @property
    def administrations(self) -> tuple[Administration, ...]:
        """Return the administration lines of the claim with their drugs and diagnoses."""
        if self._administrations is None:
            if self._recall_pairs is not None:
                self._administrations = self._recall_pairs()
            else:
                self._administrations = pair(self.claim, self.codes) if self._claim else ()
        return self._administrations

    @property
    def repeats(self) -> int:
        """Return the number of the first segment of the claim that this one repeats, or 0."""
        return self.others.repeats

    @property
    def earlier(self) -> tuple[EarlierService, ...]:
        """Return services of the same patient in other claims of the file, before those of this claim."""
        return self.others.earlier

    @property
    def claim(self) -> Claim:
        """Return the claim around the subject of the edit; an envelope has none."""
        assert self._claim is not None
        return self._claim

    def is_misread(self, *segments: str) -> bool:
        """Return True if a segment with one of these IDs cannot be read: its separators or its qualifier are
        wrong, so that an edit that needs what is in it would report the same fault once more.
        """
        return any(fault.kind in _UNREADABLE and fault.segment.id in segments for fault in self.faults)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - the edit knows its parameter's type
        """Return the value of a declared parameter of the edit, as the claim's pack sets it."""
        return self.parameters[name]

    def code_set(self, name: str) -> CodeSet:
        """Return a parameter that lists codes and ranges of codes, as a set."""
        return _code_set(self.parameters[name])


@lru_cache(maxsize=1024)
def _code_set(entries: tuple[str, ...]) -> CodeSet:
    return CodeSet.of(entries)
