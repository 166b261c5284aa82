"""Everything besides the input that decides about a claim, as one immutable value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from scrubber.claim.model import Claim
from scrubber.edit.finding import Finding, Fix
from scrubber.edit.rulebook import Rulebook
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
    """A finding that the billing office accepts: for an edit, optionally only for a payer or procedure.

    ``expires`` is the last day on which it holds; ``None`` is without end.
    """

    edit: str
    reason: str
    owner: str
    payer: str = ""
    procedure: str = ""
    expires: date | None = None

    def matches(self, claim: Claim, finding: Finding, as_of: date) -> bool:
        """Whether this sets the finding of this claim aside on this day."""
        if finding.edit != self.edit or (self.expires and as_of > self.expires):
            return False
        if self.payer and (claim.payer is None or claim.payer.id != self.payer):
            return False
        if not self.procedure:
            return True
        line = finding.where.line
        return line is not None and claim.lines[line - 1].procedure == self.procedure


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
