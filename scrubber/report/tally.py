"""Sums over claims for a summary: held claims, their charges, and what holds them.

Memory is bounded whatever the claims contain: edits are our own, and the number of payers has a limit.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from msgspec import Struct, field

from scrubber.engine.finding import Finding
from scrubber.engine.result import ClaimVerdict
from scrubber.report.claim_view import ClaimView
from scrubber.report.model import FileReport

_MOST_PAYERS = 500
OTHER_PAYERS = "other payers"


class Sum(Struct):
    """Claims, and the held ones among them with their total charge in dollars.

    ``sent_on`` are those of the held ones that are not: a report-only run says that they would be.
    """

    claims: int = 0
    held: int = 0
    dollars: Decimal = field(default_factory=Decimal)
    sent_on: int = 0

    @property
    def held_word(self) -> str:
        """Return what is true of the held ones."""
        if not self.sent_on:
            return "held"
        return "would be held" if self.sent_on == self.held else "held or would be held"

    def held_heading(self, what: str) -> str:
        """Return a heading for ``what`` is held: ``Held claims``, ``Claims that would be held``."""
        if not self.sent_on:
            return f"Held {what}"
        are = "" if self.sent_on == self.held else "are "
        return f"{what.capitalize()} that {are}{self.held_word}"

    @property
    def rate(self) -> float | None:
        """Return the share of claims that are not held; ``None`` without claims."""
        return (self.claims - self.held) / self.claims if self.claims else None

    def add(self, other: Sum) -> None:
        """Add another sum."""
        self.claims += other.claims
        self.held += other.held
        self.dollars += other.dollars
        self.sent_on += other.sent_on


class Tally(Struct):
    """Sums over claims. ``edits`` counts the claims that each edit holds, each claim once per edit.

    ``payers`` are by payer id, ``names`` their names as first sent; ``fixed`` counts findings,
    ``incomplete`` the claims that were not fully checked, ``incomplete_charges`` their charges in dollars.
    ``findings`` counts all findings by edit and kind, which is their severity or ``fixed``.
    """

    total: Sum = field(default_factory=Sum)
    charges: Decimal = field(default_factory=Decimal)
    fixed: int = 0
    incomplete: int = 0
    incomplete_charges: Decimal = field(default_factory=Decimal)
    edits: dict[str, Sum] = field(default_factory=dict)
    payers: dict[str, Sum] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, claim: ClaimView) -> None:
        """Count a claim."""
        report, charge = claim.report, claim.charge or Decimal(0)
        self.charges += charge
        findings = (*report.findings, *claim.omitted())
        self.fixed += sum(finding.is_fixed for finding in findings)
        self.findings.update((finding.edit, kind_of(finding)) for finding in findings)
        self._count(self.total, charge, report.verdict)
        self._count(self._payer(claim), charge, report.verdict)
        for edit in report.held_by:
            self._count(self.edits.setdefault(edit, Sum()), charge, report.verdict)
        if report.unchecked:
            self.incomplete += 1
            self.incomplete_charges += charge

    def add_file(self, file: FileReport) -> None:
        """Count the findings about the file itself."""
        self.findings.update((finding.edit, kind_of(finding)) for finding in file.findings)

    def add_tally(self, other: Tally) -> None:
        """Add another tally."""
        self.charges += other.charges
        self.fixed += other.fixed
        self.incomplete += other.incomplete
        self.incomplete_charges += other.incomplete_charges
        self.findings.update(other.findings)
        self.total.add(other.total)
        for edit, found in other.edits.items():
            self.edits.setdefault(edit, Sum()).add(found)
        for payer, found in other.payers.items():
            self._payer_named(payer, other.names.get(payer, "")).add(found)

    @staticmethod
    def _count(found: Sum, charge: Decimal, verdict: ClaimVerdict) -> None:
        found.claims += 1
        if verdict != "accepted":
            found.held += 1
            found.dollars += charge
            found.sent_on += verdict == "would_be_held"

    def _payer(self, claim: ClaimView) -> Sum:
        known = self.payers.get(claim.report.payer.id)
        return known or self._payer_named(claim.report.payer.id, claim.payer_name)

    def _payer_named(self, payer: str, name: str) -> Sum:
        if payer not in self.payers and len(self.payers) >= _MOST_PAYERS:
            payer, name = OTHER_PAYERS, ""
        self.names.setdefault(payer, name)
        return self.payers.setdefault(payer, Sum())


def notes_of(findings: Counter[tuple[str, str]]) -> str:
    """Return how many findings are for information only, by edit: ``DX-19 (2), UNIT-15 (1)``."""
    notes = {edit: count for (edit, kind), count in findings.items() if kind == "info"}
    return ", ".join(f"{edit} ({count:,})" for edit, count in sorted(notes.items()))


def kind_of(finding: Finding) -> str:
    """Return how a finding is counted and marked: its severity, or ``fixed``."""
    return "fixed" if finding.is_fixed else finding.severity
