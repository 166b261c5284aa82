"""Process one input: preflight, then a step for each claim and for each end of a scope."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator
from typing import Protocol

from scrubber.claim.walk import Ended, Leaf, is_blank, walk
from scrubber.claim.walk import Step as WalkStep
from scrubber.engine.history import NO_HISTORY, History
from scrubber.engine.memory.evaluator import Evaluator
from scrubber.engine.policy import Policy
from scrubber.engine.result import ClaimResult, Counts, FileResult, FileVerdict, RunProvenance
from scrubber.engine.steps import Begun, ClaimDone, FileDone, Remainder, ScopeEnded, Step
from scrubber.errors import InputChangedError
from scrubber.pipeline.evaluation import evaluate, is_held
from scrubber.pipeline.preflight import OnProgress, Preflight, preflight, watched
from scrubber.x12.envelope import envelope_events
from scrubber.x12.source import HashingReader, Source


class Elsewhere(Protocol):
    """An input whose claims are evaluated elsewhere."""

    @property
    def first(self) -> Preflight:
        """The result of preflight."""

    def results(
        self, steps: Iterable[WalkStep], policy: Policy
    ) -> Iterator[tuple[WalkStep, ClaimResult | None]]:
        """Yield each step of the walk, a claim with its result."""


SMALL = 1_000_000
"""Bytes below which an input is evaluated in one process: others would not have started when it is done."""
MOST_JOBS = 4
"""How many processes evaluate an input unless more are asked for: one of them reads and writes for all."""


def processors() -> int:
    """Return how many processes to evaluate an input in: one for each processor that this one may use.

    Where that cannot be known, and processes perhaps not be forked safely, it is 1.
    """
    known = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else {0}
    return min(len(known), MOST_JOBS)


def scrub_source(
    source: Source,
    policy: Policy,
    progress: OnProgress = lambda _: None,
    history: History = NO_HISTORY,
    evaluator: Evaluator | None = None,
    jobs: int = 1,
    elsewhere: Elsewhere | None = None,
) -> Generator[Step, None, None]:
    """Evaluate every claim of an input, in order; yield a step for each, and `FileDone` as the last one.

    ``history`` is what was received before, ``evaluator`` one of this policy that may remember other inputs.
    With ``jobs``, claims are evaluated in so many processes, unless the input is small; that changes nothing
    but time. With ``elsewhere``, preflight is done, and claims have been evaluated on other machines. Memory
    is bounded by one claim (with more jobs, by a few hundred), the levels above it and what the evaluator
    remembers. Raise InputChangedError if the input changes between its two passes, WorkerError if another
    process dies; then nothing may be published.
    """
    first = elsewhere.first if elsewhere else preflight(source, policy, progress, history)
    evaluator = evaluator or Evaluator(policy)
    jobs = _useful(jobs, source.size())
    yield Begun(first.envelopes, first.held)
    counts, provenance, remainders = Counts(), RunProvenance(failures=first.failures), 0
    with source.open() as reader:
        pieces = first.fixed(watched(reader, progress))
        steps = walk(envelope_events(pieces), first.is_opaque)
        results = (
            elsewhere.results(steps, policy) if elsewhere else _results(steps, reader, evaluator, first, jobs)
        )
        for step, result in results:
            if isinstance(step, Ended):
                scope = step.frame.scope
                yield ScopeEnded(
                    step.frame, step.trailer, first.miscounts.get(scope.key, 0), held=first.holds(scope)
                )
            elif result is not None:
                result.is_strict = policy.is_strict
                held = is_held(step, result, first, policy)
                counts.add(result, held=held)
                provenance.add(result)
                yield ClaimDone(step, result, held)
            else:
                # Whitespace goes along with either output; everything else that is not a claim is held.
                blank = bool(step.pieces) and all(is_blank(piece) for piece in step.pieces)
                remainders += not blank
                yield Remainder(step, blank)
        if reader.sha256() != first.sha256:
            raise InputChangedError("the input changed while it was being read")
    yield FileDone(_result(source, first, counts, remainders, policy), provenance)


def _results(
    steps: Iterable[WalkStep], reader: HashingReader, evaluator: Evaluator, first: Preflight, jobs: int
) -> Iterator[tuple[WalkStep, ClaimResult | None]]:
    """Yield each step of the walk, a claim with its result."""
    if jobs > 1:
        from scrubber.pipeline.team import Team  # noqa: PLC0415 - one process needs no others

        yield from Team(reader, evaluator, first, jobs).results(steps)
        return
    for step in steps:
        yield step, evaluate(step, evaluator, first) if isinstance(step, Leaf) and step.is_claim else None


def _useful(jobs: int, size: int) -> int:
    """Return how many processes an input of this size is worth: starting one takes time."""
    return 1 if jobs < 2 or size < SMALL or not hasattr(os, "fork") else jobs


def _result(source: Source, first: Preflight, counts: Counts, remainders: int, policy: Policy) -> FileResult:
    return FileResult(
        name=source.name,
        sha256=first.sha256,
        verdict=_verdict(counts, remainders, policy),
        counts=counts,
        findings=tuple(first.findings),
        unreadable=None if counts.claims else first.why_unreadable(),
        identities=tuple(first.history.identities),
        segments=first.segments,
    )


def _verdict(counts: Counts, remainders: int, policy: Policy) -> FileVerdict:
    if not counts.claims:
        return "unreadable"
    if not counts.sent:
        return "held"
    if counts.held or remainders:
        return "partly_held"
    if counts.would_be_held:
        return "would_be_held"
    return "partly_checked" if policy.rulebook.is_narrowed else "clean"
