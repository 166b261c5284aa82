"""Everything besides the input that decides about a claim, as one immutable value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from scrubber.claim.model import Claim, ServiceLine
from scrubber.engine.finding import Finding, Fix
from scrubber.engine.rulebook import Rulebook
from scrubber.tables import Tables


@dataclass(frozen=True, slots=True)
class Fixes:
    """Which repairs may be made: all safe ones, and those of edits asked for by id."""

    safe: bool = False
    edits: frozenset[str] = frozenset()

    def allow(self, edit_id: str, fix: Fix | None) -> bool:
        """Whether this fix of this edit may be applied."""
        if fix is None:
            return False
        return edit_id in self.edits or (self.safe and fix.safety == "safe")


@dataclass(frozen=True, slots=True)
class Suppression:
    """A finding that the billing office accepts: for an edit, optionally only for a payer (its id), a billing
    or rendering provider (NPI), or a procedure.

    ``expires`` is the last day on which it holds; ``None`` is without end.
    """

    edit: str
    reason: str
    owner: str
    payer: str = ""
    provider: str = ""
    procedure: str = ""
    expires: date | None = None

    def matches(self, claim: Claim, finding: Finding, as_of: date) -> bool:
        """Whether this sets the finding of this claim aside on this day."""
        if finding.edit != self.edit or self.has_expired(as_of):
            return False
        if self.payer and (claim.payer is None or claim.payer.id != self.payer):
            return False
        number = finding.where.line
        line = claim.lines[number - 1] if number else None
        if self.provider and self.provider not in _providers(claim, line):
            return False
        return not self.procedure or (line is not None and line.procedure == self.procedure)

    def has_expired(self, as_of: date) -> bool:
        """Whether its last day is past."""
        return self.expires is not None and as_of > self.expires


def _providers(claim: Claim, line: ServiceLine | None) -> set[str]:
    """The NPIs of the billing provider, and of who rendered the line or any line."""
    rendering = (claim.rendering_of(each) for each in ([line] if line else claim.lines))
    return {str(party.id) for party in (claim.billing_provider, *rendering) if party}


@dataclass(frozen=True, slots=True)
class Policy:
    """Edits and packs, tables, the day that counts as today, and what the user has configured.

    ``pack`` forces one pack for all claims; else ``payers`` (payer id to pack id) and the packs decide.
    """

    rulebook: Rulebook
    tables: Tables
    as_of: date
    pack: str = ""
    payers: Mapping[str, str] = field(default_factory=dict)
    suppressions: tuple[Suppression, ...] = ()
    fixes: Fixes = Fixes()

    def pack_for(self, claim: Claim) -> str:
        """The id of the pack that decides about this claim."""
        return self.pack or self.rulebook.pack_for(claim, self.payers)
