"""The results of a run: of each claim and of each file, and their provenance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Literal

from msgspec import Struct, field

from scrubber.claim.level import Level
from scrubber.claim.model import Claim
from scrubber.claim.pairing import Administration
from scrubber.engine.finding import EditFailure, Finding, Suppressed, UncheckedEdit
from scrubber.engine.fixing import FixedSegment
from scrubber.envelopes.scan import Identity
from scrubber.guide.fault import Fault
from scrubber.tables import VintageName
from scrubber.x12 import Segment

ClaimVerdict = Literal["accepted", "held"]
FileVerdict = Literal["clean", "partly_held", "held", "unreadable"]
WhyUnreadable = Literal["not_x12", "not_837p", "no_claim"]


class ClaimResult(Struct, frozen=True):
    """The result of one claim: the claim after fixes, and everything that was found.

    ``faults`` are the TR3 violations in the claim's own segments as received, before any fix.
    ``segments`` are the claim's own after fixes; ``replaced`` holds fixed segments of the levels above it by
    segment number. ``tables`` are the vintages that gave answers. ``levels`` are the levels above the claim
    and ``original`` its own segments, both as received.
    """

    claim: Claim
    pack: str
    administrations: tuple[Administration, ...]
    segments: tuple[Segment, ...]
    replaced: Mapping[int, Segment]
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    unchecked: tuple[UncheckedEdit, ...]
    fixed_segments: tuple[FixedSegment, ...] = ()
    faults: tuple[Fault, ...] = ()
    tables: frozenset[VintageName] = frozenset()
    levels: Mapping[str, Level] = field(default_factory=dict)
    original: tuple[Segment, ...] = ()
    failures: tuple[EditFailure, ...] = ()

    def received(self) -> Iterator[Segment]:
        """Yield all segments of the claim as received, in order: of the levels above it, then its own."""
        for level in self.levels.values():
            yield from level.segments
        yield from self.original

    @property
    def holds(self) -> bool:
        """Return True if the claim must not be sent: a finding holds it, or an edit failed on it."""
        return bool(self.failures) or any(finding.holds for finding in self.findings)

    @property
    def is_fully_checked(self) -> bool:
        """Return True if every edit that was run on the claim could be evaluated."""
        return not self.unchecked

    @property
    def holds_by_guide(self) -> bool:
        """Return True if a finding at SNIP level 1 or 2 holds the claim, which a 999 reports."""
        return any(finding.holds and finding.snip <= 2 for finding in self.findings)


class Counts(Struct):
    """Claims, service lines, and charges (CLM02) in dollars; a claim without a readable total counts 0."""

    claims: int = 0
    accepted: int = 0
    held: int = 0
    not_fully_checked: int = 0
    lines: int = 0
    charges: Decimal = field(default_factory=Decimal)
    held_charges: Decimal = field(default_factory=Decimal)
    unchecked_charges: Decimal = field(default_factory=Decimal)

    def add(self, result: ClaimResult, *, held: bool) -> None:
        """Count a claim."""
        charge = result.claim.total_charge.decimal or Decimal()
        self.claims += 1
        self.lines += len(result.claim.lines)
        self.charges += charge
        if held:
            self.held += 1
            self.held_charges += charge
        else:
            self.accepted += 1
        if not result.is_fully_checked:
            self.not_fully_checked += 1
            self.unchecked_charges += charge


class FileResult(Struct, frozen=True):
    """The result of one input. ``findings`` are those outside any claim.

    ``identities`` are the numbers that identify its interchanges and groups to a receiver. ``segments`` are
    those that the first findings are about, by segment number. ``unreadable`` is the reason why no claim
    was read.
    """

    name: str
    sha256: str
    verdict: FileVerdict
    counts: Counts
    findings: tuple[Finding, ...]
    unreadable: WhyUnreadable | None = None
    identities: tuple[Identity, ...] = ()
    segments: Mapping[int, Segment] = field(default_factory=dict)


class RunProvenance(Struct):
    """The provenance of a run's results: the packs that decided, the tables that answered, and what failed.

    ``suppressed`` counts findings by the number of the edit override that accepted them, ``failures`` the
    claims and envelopes on which an edit failed.
    """

    packs: set[str] = field(default_factory=set)
    tables: set[VintageName] = field(default_factory=set)
    suppressed: Counter[int] = field(default_factory=Counter)
    failures: Counter[EditFailure] = field(default_factory=Counter)

    def add(self, result: ClaimResult) -> None:
        """Add the provenance of a claim."""
        self.packs.add(result.pack)
        self.tables |= result.tables
        if result.suppressed:
            self.suppressed.update(entry.number for entry in result.suppressed)
        if result.failures:
            self.failures.update(result.failures)

    def merge(self, other: RunProvenance) -> None:
        """Add the provenance of another input of the same run."""
        self.packs |= other.packs
        self.tables |= other.tables
        self.suppressed.update(other.suppressed)
        self.failures.update(other.failures)
