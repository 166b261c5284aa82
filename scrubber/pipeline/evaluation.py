"""Evaluating one claim of an input, by what preflight found out."""

from __future__ import annotations

from scrubber.claim.walk import Leaf
from scrubber.engine.context import Others
from scrubber.engine.evaluate import skip_claim
from scrubber.engine.memory.evaluator import Evaluator
from scrubber.engine.result import ClaimResult
from scrubber.pipeline.preflight import Preflight


def evaluate(leaf: Leaf, evaluator: Evaluator, first: Preflight) -> ClaimResult:
    """Return the result of a claim."""
    if leaf.is_cut:
        return skip_claim(leaf.levels(), leaf.segments, evaluator.policy, "the input ends in this claim")
    if first.misread and leaf.frame and first.is_misread(leaf.frame.scope):
        return skip_claim(
            leaf.levels(), leaf.segments, evaluator.policy, "ISA16 is not the component separator in use"
        )
    repeats = first.repeats.get(leaf.number, 0) if first.repeats else 0
    earlier = first.earlier.get(leaf.number, ()) if first.earlier else ()
    return evaluator.evaluate(leaf, Others(repeats, earlier))
