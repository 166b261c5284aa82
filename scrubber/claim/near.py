"""The lines of a claim by kind, and which of them are near another line: of the same day, or perhaps of it.

A claim may have hundreds of lines. What compares each line with all others asks here instead, where the lines
of one kind are sorted by their dates once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from scrubber.claim.model import Claim, ServiceLine
from scrubber.claim.procedures import ProcedureSets

Days = tuple[date, date]
_MOST_REMEMBERED = 50_000
"""The most lines that a kind remembers as near others: with very many overlapping dates it is all of them."""
_ADMINISTRATION_SETS = frozenset({"administration", "vaccine_administration"})
_DRUG_SETS = frozenset({"drug", "vaccine"})
_NO_OTHER_SERVICE = frozenset({"drug", "vaccine", "visit", "vaccine_administration"})


def is_administration(line: ServiceLine, codes: ProcedureSets) -> bool:
    """Return True if the line bills the administration of a drug or a vaccine."""
    return not _ADMINISTRATION_SETS.isdisjoint(line.sets_in(codes))


def is_drug(line: ServiceLine, codes: ProcedureSets) -> bool:
    """Return True if the line bills a drug or a vaccine itself."""
    return not _DRUG_SETS.isdisjoint(line.sets_in(codes))


def days_of(line: ServiceLine) -> Days | None:
    """Return the first and the last date of service, or ``None`` if it is missing or malformed."""
    service = line.service
    return (service.start, service.end) if service and service.start and service.end else None


class LinesByDate:
    """Lines of one kind, in the order of the claim; ``of_one_day`` if all lines of the claim share a day."""

    def __init__(self, lines: Iterable[ServiceLine], *, of_one_day: bool = False) -> None:
        self.lines = tuple(lines)
        self._of_one_day = of_one_day
        self._undated: list[ServiceLine] = []
        self._by_day: dict[date, list[ServiceLine]] = {}
        self._by_range: dict[Days, list[ServiceLine]] = {}
        for line in () if of_one_day else self.lines:
            days = days_of(line)
            if days is None:
                self._undated.append(line)
            elif days[0] == days[1]:
                self._by_day.setdefault(days[0], []).append(line)
            else:
                self._by_range.setdefault(days, []).append(line)
        self._near: dict[Days, tuple[ServiceLine, ...]] = {}
        self._room = _MOST_REMEMBERED

    def near(self, line: ServiceLine) -> tuple[ServiceLine, ...]:
        """Return the lines that are not certainly of another day than this line, which may be one of them."""
        days = self._days_of(line)
        if days is None:
            return self.lines
        found = self._near.get(days)
        if found is None:
            found = self._sorted([*self._of(days), self._undated])
            if len(found) < self._room:
                self._room -= len(found) + 1
                self._near[days] = found
        return found

    def has_near(self, line: ServiceLine) -> bool:
        """Return True if there is a line that is not certainly of another day."""
        days = self._days_of(line)
        if days is None or self._undated:
            return bool(self.lines)
        known = self._near.get(days)
        return any(self._of(days)) if known is None else bool(known)

    def has_on_day(self, line: ServiceLine) -> bool:
        """Return True if there is a line that certainly shares a day with this line."""
        if self._of_one_day:
            return bool(self.lines)
        days = self._days_of(line)
        return days is not None and any(self._of(days))

    def _days_of(self, line: ServiceLine) -> Days | None:
        return days_of(line) if self.lines and not self._of_one_day else None

    def _of(self, days: Days) -> Iterable[Sequence[ServiceLine]]:
        """Yield the dated lines that share a day, by their dates."""
        first, last = days
        if first == last:
            yield self._by_day.get(first, ())
        elif self._by_day:
            yield from (lines for day, lines in self._by_day.items() if first <= day <= last)
        yield from (lines for (start, end), lines in self._by_range.items() if start <= last and first <= end)

    def _sorted(self, parts: Iterable[Sequence[ServiceLine]]) -> tuple[ServiceLine, ...]:
        several = [part for part in parts if part]
        if len(several) == 1:
            return self.lines if len(several[0]) == len(self.lines) else tuple(several[0])
        return tuple(sorted((line for part in several for line in part), key=lambda line: line.index))


_NO_LINES = LinesByDate(())


class LineIndex:
    """The lines of a claim by kind: each kind is collected when it is first asked for."""

    def __init__(self, claim: Claim, codes: ProcedureSets) -> None:
        self.codes = codes
        self._lines = claim.lines  # not the claim itself, which has this index
        self.is_of_one_day = claim.single_day is not None
        self._kinds: dict[str, LinesByDate] = {}
        self._procedures: dict[str, LinesByDate] = {}

    def of_procedure(self, procedure: str) -> LinesByDate:
        """Return the lines that bill a procedure."""
        if not self._procedures:
            lines: dict[str, list[ServiceLine]] = {}
            for line in self._lines:
                lines.setdefault(str(line.procedure), []).append(line)
            self._procedures = {
                code: LinesByDate(same, of_one_day=self.is_of_one_day) for code, same in lines.items()
            }
        return self._procedures.get(procedure, _NO_LINES)

    def where(self, kind: str, belongs: Callable[[ServiceLine], bool]) -> LinesByDate:
        """Return the lines of a kind; ``belongs`` tells whether a line is of it, and must always agree."""
        found = self._kinds.get(kind)
        if found is None:
            found = self._kinds[kind] = LinesByDate(
                (line for line in self._lines if belongs(line)), of_one_day=self.is_of_one_day
            )
        return found

    def in_set(self, name: str) -> LinesByDate:
        """Return the lines whose procedure is in the code set with this name."""
        return self.where(name, lambda line: line.is_in(name, self.codes))

    @property
    def administrations(self) -> LinesByDate:
        """The administrations of drugs and vaccines."""
        return self.where("an administration", lambda line: is_administration(line, self.codes))

    @property
    def drugs(self) -> LinesByDate:
        """The drugs and vaccines, without wastage."""
        return self.where("a drug", lambda line: is_drug(line, self.codes) and not line.is_wastage)

    @property
    def possible_drugs(self) -> LinesByDate:
        """The lines that could be a drug, whatever their code: one with an unknown code and an NDC could."""
        return self.where("a possible drug", lambda line: may_be_drug(line, self.codes))

    @property
    def other_services(self) -> LinesByDate:
        """The lines that are not a visit, a vaccination or a drug."""
        return self.where(
            "another service", lambda line: _NO_OTHER_SERVICE.isdisjoint(line.sets_in(self.codes))
        )

    @property
    def wastage(self) -> LinesByDate:
        """The lines of discarded drugs."""
        return self.where("wastage", lambda line: line.is_wastage)


def may_be_drug(line: ServiceLine, codes: ProcedureSets) -> bool:
    """Return True if a line could be a drug, whatever its code."""
    if is_administration(line, codes) or not (is_drug(line, codes) or line.has_drugs):
        return False
    return not line.is_wastage


def index_of(claim: Claim, codes: ProcedureSets) -> LineIndex:
    """Return the index of a claim's lines, which is made once."""
    known: LineIndex | None = claim.__dict__.get("_line_index")
    if known is None or known.codes is not codes:
        known = claim.__dict__["_line_index"] = LineIndex(claim, codes)
    return known
