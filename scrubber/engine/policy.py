"""Everything besides the input that determines a claim's result, as one immutable value."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from msgspec import Struct

from scrubber.claim.model import Claim, ServiceLine
from scrubber.engine.finding import Finding, Fix
from scrubber.engine.rulebook import Rulebook
from scrubber.tables import Tables

_LINE = re.compile(r"\b[Ll]ines? [0-9]+(?:(?:, | and )[0-9]+)*")
"""A message names lines by their numbers, which differ by claim."""


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

    ``expires`` is the last day on which it applies; ``None`` means no end. One of a baseline has ``faults``
    (see `fault_of`), and accepts no finding but these.
    """

    edit: str
    reason: str
    owner: str
    payer: str = ""
    provider: str = ""
    procedure: str = ""
    expires: date | None = None
    faults: frozenset[str] = frozenset()

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
        if self.procedure and (line is None or line.procedure != self.procedure):
            return False
        return not self.faults or fault_of(claim, finding) in self.faults

    def has_expired(self, as_of: date) -> bool:
        """Return True if its last day has passed."""
        return self.expires is not None and as_of > self.expires


def fault_of(claim: Claim, finding: Finding) -> str:
    """Return what a finding has in common with the same fault on other claims, as a hash.

    The same fault has the same edit, severity, payer, billing provider, procedure and place, and its message
    is the same but for the number of the line.
    """
    where, provider = finding.where, claim.billing_provider
    parts = (
        finding.edit,
        finding.severity,
        str(claim.payer.id) if claim.payer else "",
        str(provider.id) if provider else "",
        str(claim.lines[where.line - 1].procedure) if where.line else "",
        where.loop or "",
        where.element or where.segment or "",
        _LINE.sub("line", finding.message),
    )
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=8).hexdigest()


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
    on it: such claims are sent on, and reported as those that would be held. ``baseline`` is the file of the
    last of the ``suppressions``, those with faults.
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
    baseline: ConfigurationFile | None = None

    def pack_for(self, claim: Claim) -> str:
        """Return the id of the pack for this claim."""
        return self.pack or self.rulebook.pack_for(claim, self.payers)
