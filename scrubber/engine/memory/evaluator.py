"""Evaluate claims with a memory: what was decided about a subject is decided once for all that look alike.

A claim as the TR3 wants it is taken apart into parts, and for each of its subjects the decision is recalled
by those parts that were looked at when it was made. Only what is not remembered builds the model of the
claim, watched, and runs the edits. Everything else (faults of the guide, fixes, repeated claims, edit
overrides) goes through `evaluate_claim`. Remembering changes nothing but time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable

from scrubber.claim.walk import Leaf
from scrubber.engine.context import NO_OTHERS, Others
from scrubber.engine.evaluate import evaluate_claim
from scrubber.engine.memory.claim_parts import ClaimParts
from scrubber.engine.memory.memory import Experience, Memory
from scrubber.engine.memory.recalled_claim import RecalledClaim
from scrubber.engine.policy import Policy
from scrubber.engine.result import ClaimResult

LIMIT = 25_000
"""How many things are remembered before all are forgotten: some 25 MB."""


class Evaluator:
    """Evaluates claims by a policy. ``limit`` bounds what is remembered; with 0 nothing is."""

    def __init__(self, policy: Policy, limit: int = LIMIT) -> None:
        self.policy = policy
        self._experience: defaultdict[str, Experience] = defaultdict(Experience)
        self._limit = limit
        self._memory: Memory | None = None

    @property
    def looked_up(self) -> Counter[str]:
        """How often a decision was wanted, by subject."""
        return self._by_subject(lambda kind: kind.found + kind.missed)

    @property
    def found(self) -> Counter[str]:
        """How often a decision was remembered, by subject."""
        return self._by_subject(lambda kind: kind.found)

    def _by_subject(self, count: Callable[[Experience], int]) -> Counter[str]:
        found: Counter[str] = Counter()
        for name, experience in self._experience.items():
            found[name.split()[0]] += count(experience)
        return found

    def evaluate(self, leaf: Leaf, others: Others = NO_OTHERS) -> ClaimResult:
        """Evaluate a claim; ``others`` is what other claims of the file are to it."""
        result = self._recalled(leaf) if self._limit and others == NO_OTHERS else None
        return result or evaluate_claim(leaf.levels(), leaf.segments, self.policy, others)

    def _recalled(self, leaf: Leaf) -> ClaimResult | None:
        bodies, delimiters = leaf.bodies(), leaf.delimiters
        if not bodies or delimiters is None or leaf.frame is None:
            return None
        memory = self._memory
        if memory is None or memory.delimiters != delimiters or memory.size > self._limit:
            memory = self._memory = Memory(self.policy, delimiters, self._experience)
        levels = memory.levels.read(leaf.frame)
        segments = memory.reader.read("2300", bodies) if levels else None
        if levels is None or segments is None:
            return None
        return RecalledClaim(memory, leaf, levels, ClaimParts(levels, segments, memory.reader)).result()
