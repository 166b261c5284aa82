"""The way of one input: survey it, walk its claims, judge each, and put it where it belongs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from scrubber.acks.writer import EnvelopeFacts
from scrubber.claim.pairing import Administration
from scrubber.claim.walk import Ended, Leaf, is_blank, walk
from scrubber.engine.evaluate import evaluate_claim, skip_claim
from scrubber.engine.history import NO_HISTORY, History
from scrubber.engine.policy import Policy
from scrubber.engine.result import ClaimResult
from scrubber.engine.rulebook import BASE
from scrubber.errors import InputChangedError
from scrubber.pipeline.preflight import OnProgress, Preflight, preflight, watched
from scrubber.report.model import (
    AdministrationReport,
    ClaimReport,
    ClaimVerdict,
    Counts,
    DrugReport,
    FileReport,
    FileVerdict,
    PackInfo,
    Report,
    SuppressionReport,
)
from scrubber.tables import VintageName
from scrubber.version import __version__
from scrubber.x12 import Piece, Segment
from scrubber.x12.envelope import envelope_events
from scrubber.x12.source import Source

OnClaim = Callable[[ClaimReport, ClaimResult], None]


class Outputs(Protocol):
    """Where an input goes, step by step in its order."""

    def begin(self, facts: EnvelopeFacts) -> None:
        """The first reading is done."""

    def claim(self, leaf: Leaf, judged: ClaimResult, *, held: bool) -> None:
        """A claim has been judged."""

    def remainder(self, leaf: Leaf, *, blank: bool) -> None:
        """Something that is no claim."""

    def end(self, step: Ended, miscount: int, *, held: bool) -> None:
        """A level or envelope is complete; ``miscount`` is by how much its trailer counts too many."""


def scrub_source(
    source: Source,
    policy: Policy,
    on_claim: OnClaim,
    outputs: Outputs | None = None,
    progress: OnProgress = lambda _: None,
    history: History = NO_HISTORY,
) -> FileReport:
    """Judge every claim of an input, in its order.

    ``on_claim`` gets each claim's report as it is ready; ``outputs`` (if any) take the repaired claims and
    the acknowledgements; ``history`` is what was received before. Raises
    InputChangedError where the input changes meanwhile.
    """
    first = preflight(source, policy, progress, history)
    if outputs:
        outputs.begin(first.facts)
    tally = _Running()
    with source.open() as reader:
        pieces = (_repaired(piece, first) for piece in watched(reader, progress))
        for step in walk(envelope_events(pieces), first.is_opaque):
            if isinstance(step, Ended):
                if outputs:
                    scope = step.frame.scope
                    outputs.end(step, first.miscounts.get(scope.key, 0), held=first.holds(scope))
            elif step.is_claim:
                _claim(step, policy, first, tally, on_claim, outputs)
            else:
                _remainder(step, tally, outputs)
        if reader.sha256() != first.sha256:
            raise InputChangedError("the input changed while it was being read")
    held_anything = tally.held > 0 or tally.remainders > 0
    verdict: FileVerdict = "rejected" if held_anything else "clean"
    if tally.claims == 0:
        verdict = "unreadable"
    counts = Counts(tally.claims, tally.claims - tally.held, tally.held, tally.lines)
    return FileReport(
        source.name,
        first.sha256,
        verdict,
        counts,
        tuple(first.findings),
        identities=tuple(first.history.identities),
        segments=first.segments,
    )


@dataclass(slots=True)
class RunProvenance:
    """What the claims of a run rested on: the packs that decided and the tables that answered."""

    packs: set[str] = field(default_factory=set)
    tables: set[VintageName] = field(default_factory=set)
    suppressed: Counter[int] = field(default_factory=Counter)

    def add(self, claim: ClaimReport) -> None:
        """Take note of a claim."""
        self.packs.add(claim.pack)
        self.tables |= claim.tables
        if claim.suppressed:
            self.suppressed.update(entry.number for entry in claim.suppressed)

    def report(self, policy: Policy, files: tuple[FileReport, ...] = ()) -> Report:
        """The report of the run: with the packs that these extend, and the sets of codes, which all use."""
        rulebook = policy.rulebook
        # Envelopes are judged by the base pack.
        chains = [rulebook.chain(pack) for pack in sorted({*self.packs, policy.pack or BASE})]
        packs = {pack.id: pack for chain in chains for pack in chain}
        return Report(
            version=__version__,
            as_of=policy.as_of,
            packs=tuple(PackInfo(pack.id, pack.version, pack.sha256) for _, pack in sorted(packs.items())),
            tables=tuple(sorted(self.tables | {rulebook.codes_vintage})),
            files=files,
            suppressions=tuple(
                SuppressionReport(
                    edit=entry.edit,
                    payer=entry.payer,
                    provider=entry.provider,
                    procedure=entry.procedure,
                    reason=entry.reason,
                    owner=entry.owner,
                    expires=entry.expires,
                    expired=entry.has_expired(policy.as_of),
                    findings=self.suppressed[number],
                )
                for number, entry in enumerate(policy.suppressions)
            ),
        )


@dataclass(slots=True)
class _Running:
    claims: int = 0
    held: int = 0
    lines: int = 0
    remainders: int = 0


def _repaired(piece: Piece, first: Preflight) -> Piece:
    return first.repairs.get(piece.number, piece) if isinstance(piece, Segment) else piece


def _claim(
    leaf: Leaf,
    policy: Policy,
    first: Preflight,
    tally: _Running,
    on_claim: OnClaim,
    outputs: Outputs | None,
) -> None:
    levels = leaf.levels()
    if leaf.is_cut:
        judged = skip_claim(levels, leaf.segments, policy, "the input ends in this claim")
    else:
        judged = evaluate_claim(levels, leaf.segments, policy, first.repeats.get(leaf.segments[0].number, 0))
    held = judged.holds or (leaf.frame is not None and first.holds(leaf.frame.scope))
    tally.claims += 1
    tally.held += held
    tally.lines += len(judged.claim.lines)
    on_claim(_report(judged, "held" if held else "accepted"), judged)
    if outputs:
        outputs.claim(leaf, judged, held=held)


def _remainder(leaf: Leaf, tally: _Running, outputs: Outputs | None) -> None:
    """What is no claim: blanks go along with either output, everything else is held."""
    blank = bool(leaf.pieces) and all(is_blank(piece) for piece in leaf.pieces)
    tally.remainders += not blank
    if outputs:
        outputs.remainder(leaf, blank=blank)


def _report(judged: ClaimResult, verdict: ClaimVerdict) -> ClaimReport:
    claim = judged.claim
    return ClaimReport(
        control_number=str(claim.control_number),
        transaction=str(claim.transaction),
        verdict=verdict,
        payer_id=str(claim.payer.id) if claim.payer else "",
        pack=judged.pack,
        administrations=tuple(_administration(entry) for entry in judged.administrations),
        findings=judged.findings,
        unchecked=judged.unchecked,
        suppressed=judged.suppressed,
        lines=len(claim.lines),
        tables=judged.tables,
    )


def _administration(entry: Administration) -> AdministrationReport:
    drugs = []
    for line in entry.drugs:
        drug = line.drugs[0] if line.drugs else None
        drugs.append(
            DrugReport(
                line=line.index,
                procedure=str(line.procedure),
                ndc=str(drug.ndc) if drug else "",
                quantity=str(drug.quantity) if drug else "",
                unit=str(drug.unit) if drug else "",
            )
        )
    return AdministrationReport(
        line=entry.line.index,
        procedure=str(entry.line.procedure),
        diagnoses=tuple(str(dx.code) for dx in entry.diagnoses),
        drugs=tuple(drugs),
    )
