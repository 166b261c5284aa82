"""The results of a run: of each claim and of each file, and their provenance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

import msgspec

from scrubber.claim.level import Level
from scrubber.claim.model import Claim
from scrubber.claim.pairing import Administration, pair
from scrubber.claim.procedures import ProcedureSets
from scrubber.engine.facts import ClaimFacts, facts_of
from scrubber.engine.finding import EditFailure, Finding, Suppressed, UncheckedEdit
from scrubber.engine.fixing import FixedSegment
from scrubber.envelopes.scan import Identity
from scrubber.guide.fault import Fault
from scrubber.tables import VintageName
from scrubber.x12 import Segment

ClaimVerdict = Literal["accepted", "would_be_held", "held"]
"""``would_be_held``: it is in the clean file of a report-only run, and of no other."""
FileVerdict = Literal["clean", "partly_checked", "would_be_held", "partly_held", "held", "unreadable"]
"""``partly_checked``: nothing is held, but the user left edits out. ``would_be_held``: nothing is held in a
report-only run, in which claims that would be held are sent on.
"""
WhyUnreadable = Literal["not_x12", "not_837p", "no_claim", "damaged"]


@dataclass(slots=True)
class ClaimModel:
    """The model of a claim in its last state, and what it was received as.

    ``segments`` are the claim's own after fixes, ``levels`` the levels above it and ``original`` its own
    segments, both as received. ``known_pairs`` is the pairing where it is known.
    """

    claim: Claim
    codes: ProcedureSets
    segments: tuple[Segment, ...]
    levels: Mapping[str, Level]
    original: tuple[Segment, ...]
    known_pairs: tuple[Administration, ...] | None = None

    @property
    def administrations(self) -> tuple[Administration, ...]:
        """The pairing of the claim, which few outputs need."""
        if self.known_pairs is None:
            self.known_pairs = pair(self.claim, self.codes)
        return self.known_pairs


@dataclass(slots=True)
class ClaimResult:
    """The result of one claim: the claim after fixes, and everything that was found.

    ``model`` is the claim itself, or makes it when it is first asked for: most outputs need only ``facts``,
    which are given where they are known without it. ``findings`` are those to report, ``omitted`` those
    beyond the limit of a claim, which count as well. ``faults`` are the TR3 violations in the claim's own
    segments as received, before any fix. ``replaced`` holds fixed segments of the levels above it by segment
    number. ``tables`` are the vintages that gave answers. ``is_strict`` is true in a run that holds claims
    which are not fully checked.
    """

    model: ClaimModel | Callable[[], ClaimModel]
    pack: str
    findings: tuple[Finding, ...] = ()
    unchecked: tuple[UncheckedEdit, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    replaced: Mapping[int, Segment] = field(default_factory=dict)
    fixed_segments: tuple[FixedSegment, ...] = ()
    faults: tuple[Fault, ...] = ()
    tables: frozenset[VintageName] = frozenset()
    failures: tuple[EditFailure, ...] = ()
    omitted: tuple[Finding, ...] = ()
    known_facts: ClaimFacts | None = field(default=None, compare=False, repr=False)
    is_strict: bool = False

    def _model(self) -> ClaimModel:
        model = self.model
        if not isinstance(model, ClaimModel):
            self.model = model = model()
        return model

    @property
    def claim(self) -> Claim:
        """The claim after fixes."""
        return self._model().claim

    @property
    def administrations(self) -> tuple[Administration, ...]:
        """The pairing of the claim."""
        return self._model().administrations

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The claim's own segments after fixes."""
        return self._model().segments

    @property
    def levels(self) -> Mapping[str, Level]:
        """The levels above the claim, as received, by name."""
        return self._model().levels

    @property
    def original(self) -> tuple[Segment, ...]:
        """The claim's own segments as received."""
        return self._model().original

    @property
    def facts(self) -> ClaimFacts:
        """What files, acknowledgements and reports copy from the claim, after fixes; computed once."""
        facts = self.known_facts
        if facts is None:
            model = self._model()
            levels = model.levels
            if self.replaced:
                levels = {name: level.repaired(self.replaced) for name, level in levels.items()}
            facts = self.known_facts = facts_of(model.claim, levels, model.administrations)
        return facts

    @property
    def is_changed(self) -> bool:
        """Return True if a fix changed something in the claim or in the levels above it."""
        return bool(self.fixed_segments or self.replaced)

    @property
    def all_findings(self) -> Iterator[Finding]:
        """Yield the findings, then those that are not reported."""
        yield from self.findings
        yield from self.omitted

    def received(self) -> Iterator[Segment]:
        """Yield all segments of the claim as received, in order: of the levels above it, then its own."""
        for level in self.levels.values():
            yield from level.segments
        yield from self.original

    @property
    def holds(self) -> bool:
        """Return True if the claim must not be sent: a finding holds it, an edit failed on it, or it is not
        fully checked in a strict run. In a report-only run it would be held for that.
        """
        if self.failures or (self.is_strict and self.unchecked):
            return True
        return bool(self.findings) and any(finding.holds for finding in self.all_findings)

    @property
    def holding_unchecked(self) -> tuple[str, ...]:
        """Return the edits that hold the claim because they could not be evaluated: in a strict run only."""
        if not self.is_strict:
            return ()
        others = {"*", *(failure.edit for failure in self.failures)}  # held with its envelope; failed
        return tuple(dict.fromkeys(entry.edit for entry in self.unchecked if entry.edit not in others))

    @property
    def is_fully_checked(self) -> bool:
        """Return True if every edit that was run on the claim could be evaluated."""
        return not self.unchecked

    @property
    def holds_by_guide(self) -> bool:
        """Return True if a finding at SNIP level 1 or 2 holds the claim, which a 999 reports."""
        return any(finding.holds and finding.snip <= 2 for finding in self.all_findings)


class Counts(msgspec.Struct):
    """Claims, service lines, and charges (CLM02) in dollars; a claim without a readable total counts 0.

    ``accepted``, ``would_be_held`` and ``held`` claims are all there are; the clean file has the first two.
    """

    claims: int = 0
    accepted: int = 0
    would_be_held: int = 0
    held: int = 0
    not_fully_checked: int = 0
    lines: int = 0
    charges: Decimal = msgspec.field(default_factory=Decimal)
    held_charges: Decimal = msgspec.field(default_factory=Decimal)
    would_be_held_charges: Decimal = msgspec.field(default_factory=Decimal)
    unchecked_charges: Decimal = msgspec.field(default_factory=Decimal)

    @property
    def sent(self) -> int:
        """Return the number of claims in the clean file."""
        return self.accepted + self.would_be_held

    def add(self, result: ClaimResult, *, held: bool) -> None:
        """Count a claim."""
        facts = result.facts
        charge = facts.charge or Decimal()
        self.claims += 1
        self.lines += facts.lines
        self.charges += charge
        if held:
            self.held += 1
            self.held_charges += charge
        elif result.holds:
            self.would_be_held += 1
            self.would_be_held_charges += charge
        else:
            self.accepted += 1
        if not result.is_fully_checked:
            self.not_fully_checked += 1
            self.unchecked_charges += charge


class FileResult(msgspec.Struct, frozen=True):
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
    segments: Mapping[int, Segment] = msgspec.field(default_factory=dict)


class RunProvenance(msgspec.Struct):
    """The provenance of a run's results: the packs that decided, the tables that answered, and what failed.

    ``suppressed`` counts findings by the number of the edit override that accepted them, ``failures`` the
    claims and envelopes on which an edit failed. ``known_claims`` counts claims with a finding of the
    baseline, ``known_charges`` are their charges in dollars.
    """

    packs: set[str] = msgspec.field(default_factory=set)
    tables: set[VintageName] = msgspec.field(default_factory=set)
    suppressed: Counter[int] = msgspec.field(default_factory=Counter)
    failures: Counter[EditFailure] = msgspec.field(default_factory=Counter)
    known_claims: int = 0
    known_charges: Decimal = msgspec.field(default_factory=Decimal)

    def add(self, result: ClaimResult) -> None:
        """Add the provenance of a claim."""
        self.packs.add(result.pack)
        self.tables |= result.tables
        if result.suppressed:
            self.suppressed.update(entry.number for entry in result.suppressed)
            if any(entry.baseline for entry in result.suppressed):
                self.known_claims += 1
                self.known_charges += result.facts.charge or 0
        if result.failures:
            self.failures.update(result.failures)

    def merge(self, other: RunProvenance) -> None:
        """Add the provenance of another input of the same run."""
        self.packs |= other.packs
        self.tables |= other.tables
        self.suppressed.update(other.suppressed)
        self.failures.update(other.failures)
        self.known_claims += other.known_claims
        self.known_charges += other.known_charges
