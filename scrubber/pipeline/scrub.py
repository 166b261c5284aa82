"""Process one input: preflight, then a step for each claim and for each end of a scope."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claim.walk import Ended, Leaf, is_blank, walk
from scrubber.engine.evaluate import skip_claim
from scrubber.engine.history import NO_HISTORY, History
from scrubber.engine.memory.evaluator import Evaluator
from scrubber.engine.policy import Policy
from scrubber.engine.result import Counts, FileResult, FileVerdict, RunProvenance
from scrubber.engine.steps import Begun, ClaimDone, FileDone, Remainder, ScopeEnded, Step
from scrubber.errors import InputChangedError
from scrubber.pipeline.preflight import OnProgress, Preflight, preflight, watched
from scrubber.x12.envelope import envelope_events
from scrubber.x12.source import Source


def scrub_source(
    source: Source,
    policy: Policy,
    progress: OnProgress = lambda _: None,
    history: History = NO_HISTORY,
    evaluator: Evaluator | None = None,
) -> Iterator[Step]:
    """Evaluate every claim of an input, in order; yield a step for each, and `FileDone` as the last one.

    ``history`` is what was received before, ``evaluator`` one of this policy that may remember other inputs.
    Memory is bounded by one claim, the levels above it and what the evaluator remembers. Raise
    InputChangedError if the input changes between its two passes; then nothing may be published.
    """
    first = preflight(source, policy, progress, history)
    evaluator = evaluator or Evaluator(policy)
    yield Begun(first.envelopes)
    counts, provenance, remainders = Counts(), RunProvenance(failures=first.failures), 0
    with source.open() as reader:
        pieces = first.fixed(watched(reader, progress))
        for step in walk(envelope_events(pieces), first.is_opaque):
            if isinstance(step, Ended):
                scope = step.frame.scope
                yield ScopeEnded(
                    step.frame, step.trailer, first.miscounts.get(scope.key, 0), held=first.holds(scope)
                )
            elif step.is_claim:
                done = _evaluate(step, evaluator, first)
                counts.add(done.result, held=done.held)
                provenance.add(done.result)
                yield done
            else:
                # Whitespace goes along with either output; everything else that is not a claim is held.
                blank = bool(step.pieces) and all(is_blank(piece) for piece in step.pieces)
                remainders += not blank
                yield Remainder(step, blank)
        if reader.sha256() != first.sha256:
            raise InputChangedError("the input changed while it was being read")
    yield FileDone(_result(source, first, counts, remainders), provenance)


def _evaluate(leaf: Leaf, evaluator: Evaluator, first: Preflight) -> ClaimDone:
    if leaf.is_cut:
        why = "the input ends in this claim"
        result = skip_claim(leaf.levels(), leaf.segments, evaluator.policy, why)
    else:
        repeats = first.repeats.get(leaf.number, 0) if first.repeats else 0
        result = evaluator.evaluate(leaf, repeats)
    held = result.holds or (leaf.frame is not None and first.holds(leaf.frame.scope))
    return ClaimDone(leaf, result, held)


def _result(source: Source, first: Preflight, counts: Counts, remainders: int) -> FileResult:
    return FileResult(
        name=source.name,
        sha256=first.sha256,
        verdict=_verdict(counts, remainders),
        counts=counts,
        findings=tuple(first.findings),
        unreadable=None if counts.claims else first.why_unreadable(),
        identities=tuple(first.history.identities),
        segments=first.segments,
    )


def _verdict(counts: Counts, remainders: int) -> FileVerdict:
    if not counts.claims:
        return "unreadable"
    if not counts.accepted:
        return "held"
    return "partly_held" if counts.held or remainders else "clean"
