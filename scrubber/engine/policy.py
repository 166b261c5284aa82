"""Everything besides the input that determines a claim's result, as one immutable value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from msgspec import Struct

from scrubber.claim.model import Claim, ServiceLine
from scrubber.engine.finding import Finding, Fix
from scrubber.engine.rulebook import Rulebook
from scrubber.tables import Tables


class Fixes(Struct, frozen=True):
    """Which fixes may be applied: all safe ones, and those of edits named by id."""

    safe: bool = False
    edits: frozenset[str] = frozenset()

    def allow(self, edit_id: str, fix: Fix | None) -> bool:
        """Return True if this fix of this edit may be applied."""
        if fix is None:
            return False
        return edit_id in self.edits or (self.safe and fix.safety == "safe")


class Suppression(Struct, frozen=True):
    """An edit override: findings that the billing office accepts, of one edit, optionally only for a payer
    (its id), a billing or rendering provider (NPI), or a procedure.

    ``expires`` is the last day on which it applies; ``None`` means no end.
    """

    edit: str
    reason: str
    owner: str
    payer: str = ""
    provider: str = ""
    procedure: str = ""
    expires: date | None = None

    def matches(self, claim: Claim, finding: Finding, as_of: date) -> bool:
        """Return True if this override accepts the finding of this claim on this day."""
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
        """Return True if its last day has passed."""
        return self.expires is not None and as_of > self.expires


class ConfigurationFile(Struct, frozen=True):
    """The configuration of a run: its name and hash. ``found`` if it was not named but found near the files;
    then the name is as seen from the first of them.
    """

    name: str
    sha256: str
    found: bool = False


def _providers(claim: Claim, line: ServiceLine | None) -> set[str]:
    """Return the NPIs of the billing provider and of the rendering provider of the line, or of any line."""
    rendering = (claim.rendering_of(each) for each in ([line] if line else claim.lines))
    return {str(party.id) for party in (claim.billing_provider, *rendering) if party}


@dataclass(frozen=True, slots=True)
class Policy:
    """Edits and packs, tables, the as-of date, and what the user has configured.

    ``pack`` forces one pack for all claims; otherwise ``payers`` (payer id to pack id) and the packs decide.
    ``is_strict`` holds claims that are not fully checked. ``is_report_only`` holds no claim for what is found
    on it: such claims are sent on, and reported as those that would be held.
    """

    rulebook: Rulebook
    tables: Tables
    as_of: date
    pack: str = ""
    payers: Mapping[str, str] = field(default_factory=dict)
    suppressions: tuple[Suppression, ...] = ()
    fixes: Fixes = field(default_factory=Fixes)
    configuration: ConfigurationFile | None = None
    is_strict: bool = False
    is_report_only: bool = False

    def pack_for(self, claim: Claim) -> str:
        """Return the id of the pack for this claim."""
        return self.pack or self.rulebook.pack_for(claim, self.payers)
