"""Evaluating one claim of an input, by what preflight found out, and whether it is held."""

from __future__ import annotations

from scrubber.claim.walk import Leaf
from scrubber.engine.context import Others
from scrubber.engine.evaluate import skip_claim
from scrubber.engine.memory.evaluator import Evaluator
from scrubber.engine.policy import Policy
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


def is_held(leaf: Leaf, result: ClaimResult, first: Preflight, policy: Policy) -> bool:
    """Return True if a claim goes to the held file: with its envelope, or for what was found on it.

    A report-only run holds no claim for itself. What is wrong with an envelope holds it in any run: it may be
    cut off, or a second copy, and what is sent must be a whole 837.
    """
    if leaf.frame is not None and first.holds(leaf.frame.scope):
        return True
    return result.holds and not policy.is_report_only
