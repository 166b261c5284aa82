"""Sums over claims for a summary: held claims, their charges, what holds them, and what was not checked.

Memory is bounded whatever the claims contain: edits are our own, and payers and reasons have a limit.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from msgspec import Struct, field

from scrubber.engine.finding import Finding
from scrubber.report.claim_view import ClaimView
from scrubber.report.model import FileReport

_MOST_PAYERS = 500
_MOST_REASONS = 1000
_NAMED = 3
OTHER_PAYERS = "other payers"
_OTHER_REASONS = "for other reasons, listed in the JSON report"


class Sum(Struct):
    """Claims, and the held ones among them with their total charge in dollars."""

    claims: int = 0
    held: int = 0
    dollars: Decimal = field(default_factory=Decimal)

    @property
    def rate(self) -> float | None:
        """Return the share of claims that are not held; ``None`` without claims."""
        return (self.claims - self.held) / self.claims if self.claims else None

    def add(self, other: Sum) -> None:
        """Add another sum."""
        self.claims += other.claims
        self.held += other.held
        self.dollars += other.dollars


class NotChecked(Struct):
    """What one reason left unchecked: the edits, how many claims, and the numbers of the first claims."""

    edits: set[str] = field(default_factory=set)
    claims: int = 0
    numbers: list[str] = field(default_factory=list)


class Tally(Struct):
    """Sums over claims. ``edits`` counts the claims that each edit holds, each claim once per edit.

    ``payers`` are by payer id, ``names`` their names as first sent; ``fixed`` counts findings,
    ``incomplete`` the claims that were not fully checked. ``findings`` counts all findings by edit and
    kind, which is their severity or ``fixed``.
    """

    total: Sum = field(default_factory=Sum)
    charges: Decimal = field(default_factory=Decimal)
    fixed: int = 0
    incomplete: int = 0
    edits: dict[str, Sum] = field(default_factory=dict)
    payers: dict[str, Sum] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    unchecked: dict[str, NotChecked] = field(default_factory=dict)
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, claim: ClaimView) -> None:
        """Count a claim."""
        report, charge = claim.report, claim.charge or Decimal(0)
        held = report.verdict == "held"
        self.charges += charge
        findings = (*report.findings, *claim.omitted())
        self.fixed += sum(finding.is_fixed for finding in findings)
        self.findings.update((finding.edit, kind_of(finding)) for finding in findings)
        self._count(self.total, charge, held=held)
        self._count(self._payer(claim), charge, held=held)
        for edit in report.held_by:
            self._count(self.edits.setdefault(edit, Sum()), charge, held=held)
        if report.unchecked:
            self.incomplete += 1
            self._take_unchecked(claim)

    def add_file(self, file: FileReport) -> None:
        """Count the findings about the file itself."""
        self.findings.update((finding.edit, kind_of(finding)) for finding in file.findings)

    def add_tally(self, other: Tally) -> None:
        """Add another tally, except for what was not checked, which is reported by file."""
        self.charges += other.charges
        self.fixed += other.fixed
        self.incomplete += other.incomplete
        self.findings.update(other.findings)
        self.total.add(other.total)
        for edit, found in other.edits.items():
            self.edits.setdefault(edit, Sum()).add(found)
        for payer, found in other.payers.items():
            self._payer_named(payer, other.names.get(payer, "")).add(found)

    @staticmethod
    def _count(found: Sum, charge: Decimal, *, held: bool) -> None:
        found.claims += 1
        if held:
            found.held += 1
            found.dollars += charge

    def _payer(self, claim: ClaimView) -> Sum:
        known = self.payers.get(claim.report.payer.id)
        return known or self._payer_named(claim.report.payer.id, claim.payer_name)

    def _payer_named(self, payer: str, name: str) -> Sum:
        if payer not in self.payers and len(self.payers) >= _MOST_PAYERS:
            payer, name = OTHER_PAYERS, ""
        self.names.setdefault(payer, name)
        return self.payers.setdefault(payer, Sum())

    def _take_unchecked(self, claim: ClaimView) -> None:
        seen: set[str] = set()
        for entry in claim.report.unchecked:
            known = entry.why in self.unchecked or len(self.unchecked) < _MOST_REASONS
            why = entry.why if known else _OTHER_REASONS
            reason = self.unchecked.setdefault(why, NotChecked())
            reason.edits.add(entry.edit)
            if why not in seen:
                seen.add(why)
                reason.claims += 1
                if len(reason.numbers) < _NAMED:
                    reason.numbers.append(claim.report.control_number)


def notes_of(findings: Counter[tuple[str, str]]) -> str:
    """Return how many findings are for information only, by edit: ``DX-19 (2), UNIT-15 (1)``."""
    notes = {edit: count for (edit, kind), count in findings.items() if kind == "info"}
    return ", ".join(f"{edit} ({count:,})" for edit, count in sorted(notes.items()))


def kind_of(finding: Finding) -> str:
    """Return how a finding is counted and marked: its severity, or ``fixed``."""
    return "fixed" if finding.is_fixed else finding.severity
