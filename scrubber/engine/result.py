"""What comes out where a claim is put to its edits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from scrubber.claim.level import Level
from scrubber.claim.model import Claim
from scrubber.claim.pairing import Administration
from scrubber.engine.finding import Finding, Suppressed, UncheckedEdit
from scrubber.engine.repair import Repair
from scrubber.guide.fault import Fault
from scrubber.tables import VintageName
from scrubber.x12 import Segment


@dataclass(frozen=True, slots=True)
class ClaimResult:
    """What came out for one claim: the claim as it stands after repairs, and all that was said.

    ``faults`` are those of the guide in the claim's own segments as they came, before any repair.
    ``segments`` are the claim's own after repairs; ``replaced`` holds repaired segments of the levels
    above it by segment number. ``tables`` are the vintages that were asked and answered. ``levels`` and
    ``original`` are what stands above the claim and its own segments as they came.
    """

    claim: Claim
    pack: str
    administrations: tuple[Administration, ...]
    segments: tuple[Segment, ...]
    replaced: Mapping[int, Segment]
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    unchecked: tuple[UncheckedEdit, ...]
    repairs: tuple[Repair, ...] = ()
    faults: tuple[Fault, ...] = ()
    tables: frozenset[VintageName] = frozenset()
    levels: Mapping[str, Level] = field(default_factory=dict)
    original: tuple[Segment, ...] = ()

    def received(self) -> Iterator[Segment]:
        """All segments that the claim rests on as they came, in their order: those above it, then its own."""
        for level in self.levels.values():
            yield from level.segments
        yield from self.original

    @property
    def holds(self) -> bool:
        """Whether a finding says that the claim must not be sent."""
        return any(finding.holds for finding in self.findings)

    @property
    def holds_by_guide(self) -> bool:
        """Whether a finding of the guide (SNIP 1 and 2) says so, which is what a 999 speaks of."""
        return any(finding.holds and finding.snip <= 2 for finding in self.findings)
