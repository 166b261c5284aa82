"""Which drug lines belong to which administration lines; see `scrubber.claim.pairing` for the rules.

Administrations that only differ in their position are compared once for all: a claim may have hundreds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from scrubber.claim.model import Claim, ServiceLine
from scrubber.claim.near import Days, days_of, index_of
from scrubber.claim.procedures import ProcedureSets

Assigned = Sequence[tuple[ServiceLine, tuple[ServiceLine, ...]]]
"""The administration lines in the order of the claim, each with its drug lines."""
_MOST_DAYS = 64
"""The most dates of service for which candidates are kept, so that memory stays bounded."""


def assign(claim: Claim, codes: ProcedureSets) -> Assigned:
    """Return the administration lines of a claim, each with the drug lines that belong to it."""
    index = index_of(claim, codes)
    lines = index.administrations.lines
    # Diagnoses are compared only where there is a choice: they differ from claim to claim.
    givers = [_Giver(claim, line, codes, with_diagnoses=len(lines) > 1) for line in lines]
    if not givers:
        return ()
    drugs = index.drugs.lines
    by_line = {giver.line.index: giver for giver in givers}
    by_days: dict[Days | None, _Candidates] = {}
    for drug in drugs:
        days = None if index.is_of_one_day else days_of(drug)
        candidates = by_days.get(days)
        if candidates is None:
            if len(by_days) >= _MOST_DAYS:
                by_days.clear()  # they can be collected again
            near = index.administrations.near(drug)
            candidates = by_days[days] = _Candidates(by_line[line.index] for line in near)
        best = candidates.best(claim, drug, codes)
        if best:
            best.drugs.append(drug)
    possible: dict[tuple[Days | None, int | None, bool], tuple[ServiceLine, ...]] = {}
    assigned = []
    for giver in givers:
        own = tuple(giver.drugs)
        if not own and not giver.kind.is_add_on:
            days = None if index.is_of_one_day else days_of(giver.line)
            key = days, giver.kind.provider, giver.kind.is_vaccination
            if key not in possible:
                possible[key] = tuple(
                    drug
                    for drug in index.drugs.near(giver.line)
                    if giver.kind.may_have(drug.is_in("vaccine", codes), _provider_of(claim, drug))
                )
            own = possible[key]
        assigned.append((giver.line, own))
    return assigned


@dataclass(frozen=True, slots=True)
class _Kind:
    """What decides how well a drug fits an administration, besides its units and its position."""

    is_vaccination: bool
    provider: int | None
    is_add_on: bool
    is_intravenous: bool
    diagnoses: frozenset[str]

    def may_have(self, is_vaccine: bool, provider: int | None) -> bool:
        """Return True if a drug may belong to it. An unknown provider does not rule it out."""
        if self.is_vaccination != is_vaccine:
            return False
        return provider is None or self.provider is None or self.provider == provider


class _Giver:
    """An administration line, and the drugs that it has so far."""

    __slots__ = ("drugs", "kind", "line", "units")

    def __init__(
        self, claim: Claim, line: ServiceLine, codes: ProcedureSets, *, with_diagnoses: bool
    ) -> None:
        self.line = line
        self.drugs: list[ServiceLine] = []
        self.units = line.units.decimal or Decimal(1)
        self.kind = _Kind(
            is_vaccination=line.is_in("vaccine_administration", codes),
            provider=_provider_of(claim, line),
            is_add_on=line.is_in("add_on", codes),
            is_intravenous=line.is_in("intravenous", codes),
            diagnoses=_diagnoses_of(claim, line) if with_diagnoses else frozenset(),
        )

    @property
    def has_units_left(self) -> bool:
        return len(self.drugs) < self.units


@dataclass(slots=True)
class _Row:
    """Administrations in the order of the claim, with their positions beside them."""

    givers: list[_Giver] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)

    def add(self, giver: _Giver) -> None:
        self.givers.append(giver)
        self.positions.append(giver.line.index)

    def nearest(self, position: int, *, with_units: bool) -> _Giver | None:
        """Return the nearest one before a position, else the first one after it.

        ``with_units`` drops those without units left; they never get any again.
        """
        at = bisect_left(self.positions, position)
        while at and with_units and not self.givers[at - 1].has_units_left:
            at -= 1
            del self.givers[at], self.positions[at]
        if at:
            return self.givers[at - 1]
        while with_units and self.givers and not self.givers[0].has_units_left:
            del self.givers[0], self.positions[0]
        return self.givers[0] if self.givers else None


class _Candidates:
    """The administrations near some day, by their kind: all of them, and those with units left."""

    def __init__(self, givers: Iterable[_Giver]) -> None:
        self._rows: dict[_Kind, tuple[_Row, _Row]] = {}
        for giver in givers:
            for row in self._rows.setdefault(giver.kind, (_Row(), _Row())):
                row.add(giver)

    def best(self, claim: Claim, drug: ServiceLine, codes: ProcedureSets) -> _Giver | None:
        """Return the administration that a drug fits best, or ``None`` if it can belong to none."""
        is_vaccine = drug.is_in("vaccine", codes)
        provider = _provider_of(claim, drug)
        diagnoses = _diagnoses_of(claim, drug) if len(self._rows) > 1 else frozenset()
        best, best_fit = None, (False, False, False, False, 0)
        for kind, (every, with_units) in self._rows.items():
            if not kind.may_have(is_vaccine, provider):
                continue
            giver = with_units.nearest(drug.index, with_units=True)
            has_units_left = giver is not None
            giver = giver or every.nearest(drug.index, with_units=False)
            assert giver is not None
            position = giver.line.index
            # Compared element by element; larger is better.
            fit = (
                not kind.is_add_on,
                not diagnoses.isdisjoint(kind.diagnoses),
                not drug.has_modifier("JB" if kind.is_intravenous else "JA"),
                has_units_left,
                position if position < drug.index else -position,
            )
            if best is None or fit > best_fit:
                best, best_fit = giver, fit
        return best


def _provider_of(claim: Claim, line: ServiceLine) -> int | None:
    """Return which provider rendered a line, as a number; ``None`` if unknown."""
    return claim.rendering[line.index - 1]


def _diagnoses_of(claim: Claim, line: ServiceLine) -> frozenset[str]:
    return frozenset(str(diagnosis.code) for diagnosis in claim.diagnoses_of(line))
