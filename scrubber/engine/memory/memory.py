"""What is remembered of the claims of files with the same delimiters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from datetime import date
from typing import NamedTuple

from scrubber.claim.watched import Looked
from scrubber.engine.edit import Subject
from scrubber.engine.finding import EditFailure, UncheckedEdit
from scrubber.engine.memory.claim_parts import LineParts
from scrubber.engine.memory.kept_hit import AnyHit
from scrubber.engine.memory.known import SegmentReader
from scrubber.engine.memory.level_parts import LevelReader
from scrubber.engine.memory.shelf import Parts, Shelf
from scrubber.engine.pack import PackDecision
from scrubber.engine.policy import Policy
from scrubber.engine.traits import lines_traits
from scrubber.guide.recognizer import recognizer
from scrubber.tables import VintageName
from scrubber.x12 import Delimiters

_TRIED = 512
_LEAST_FOUND = 0.15
_IDLE = 2048
"""After so many tries with less than this share found, so many decisions are made without remembering."""


class Decided:
    """What the edits of one subject found. Equal ones without hits are the same object."""

    __slots__ = ("failures", "hits", "tables", "unchecked")

    def __init__(
        self,
        hits: Sequence[AnyHit],
        unchecked: frozenset[UncheckedEdit],
        failures: frozenset[EditFailure],
        tables: frozenset[VintageName],
    ) -> None:
        self.hits = tuple(hits)
        self.unchecked = unchecked
        self.failures = failures
        self.tables = tables


class Union(NamedTuple):
    """What several decisions leave unchecked, which edits failed, and the tables that they used."""

    unchecked: tuple[UncheckedEdit, ...]
    failures: tuple[EditFailure, ...]
    tables: frozenset[VintageName]


class Asked(NamedTuple):
    """Edits that are run on a subject together. Equal ones have the same number."""

    number: int
    decisions: tuple[PackDecision, ...]


class Experience:
    """How often decisions on one kind of subject were wanted and found, and whether remembering pays.

    Where hardly any two are alike, watching a claim costs more than it saves: then it is left out for
    a while.
    """

    __slots__ = ("_found_before", "_idle", "_looked_before", "found", "looked_up")

    def __init__(self) -> None:
        self.looked_up = self.found = 0
        self._looked_before = self._found_before = self._idle = 0

    def pays(self) -> bool:
        """Return True if the next decision should be recalled or remembered."""
        if self._idle:
            self._idle -= 1
            return False
        if self.looked_up - self._looked_before >= _TRIED:
            found = self.found - self._found_before
            self._idle = 0 if found >= _TRIED * _LEAST_FOUND else _IDLE
            self._looked_before, self._found_before = self.looked_up, self.found
        return True


class Plan(NamedTuple):
    """The edits for a claim by subject.

    Those of the lines together are by the pack that decides them, since most are decided alike for all
    payers; those of the whole claim are one by one, those of a line line by line.
    """

    party: Asked
    diagnosis: Asked
    lines: tuple[Asked, ...]
    claim: tuple[Asked, ...]
    line: tuple[tuple[Asked, Asked], ...]


class Memory:
    """What is remembered, and the edits that apply; ``experience`` by subject is kept beyond it."""

    def __init__(
        self, policy: Policy, delimiters: Delimiters, experience: defaultdict[str, Experience]
    ) -> None:
        self.policy = policy
        self.delimiters = delimiters
        self.reader = SegmentReader(delimiters, recognizer(delimiters), policy.rulebook.codes)
        self.levels = LevelReader(self.reader)
        self.experience = experience
        self.kept = 0
        self.shelves: dict[Hashable, Shelf] = {}
        self._asked: dict[tuple[int, ...], Asked] = {}
        self._plans: dict[Hashable, Plan] = {}
        self._silent: dict[Hashable, Decided] = {}
        self._unions: dict[frozenset[Decided], Union] = {}

    @property
    def size(self) -> int:
        """How much is remembered."""
        return self.kept + self.reader.size + len(self._plans) + len(self._unions)

    def keep(self, key: Hashable, parts: Parts, looked: Looked, decision: object) -> None:
        """Remember a decision on a subject with this content."""
        shelf = self.shelves.get(key)
        if shelf is None:
            shelf = self.shelves[key] = Shelf(tuple(looked.parts))
        shelf.keep(parts, looked, decision)
        self.kept += 1

    def plan(self, pack: str, day: date, own: frozenset[str], lines: Sequence[LineParts]) -> Plan:
        """Return the edits for a claim with these traits and lines."""
        rulebook = self.policy.rulebook
        key = pack, rulebook.era(pack, day), own, tuple([line.known.token for line in lines])
        plan = self._plans.get(key)
        if plan is None:
            needs = rulebook.needs(pack, day)
            own |= lines_traits([line.known.procedure for line in lines])
            of_lines = [own.union(line.known.traits, needs.of_code(line.known.hcpcs)) for line in lines]
            every = own.union(*of_lines)

            def asked(subject: Subject, traits: frozenset[str]) -> Asked:
                return self._number(needs.met(subject, traits))

            plan = self._plans[key] = Plan(
                party=asked("party", every),
                diagnosis=asked("diagnosis", every),
                lines=self._by_pack(asked("lines", every)),
                claim=tuple(self._number((decision,)) for decision in asked("claim", every).decisions),
                line=tuple((asked("line", traits), asked("line_diagnosis", traits)) for traits in of_lines),
            )
        return plan

    def _by_pack(self, asked: Asked) -> tuple[Asked, ...]:
        packs = dict.fromkeys(decision.pack for decision in asked.decisions)
        return tuple(
            self._number(tuple(decision for decision in asked.decisions if decision.pack == pack))
            for pack in packs
        )

    def _number(self, decisions: tuple[PackDecision, ...]) -> Asked:
        key = tuple([id(decision) for decision in decisions])
        asked = self._asked.get(key)
        if asked is None:
            asked = self._asked[key] = Asked(len(self._asked), decisions)
        return asked

    def silent(self, decided: Decided) -> Decided:
        """Return the one object for all decisions without hits that leave the same unchecked."""
        key = decided.unchecked, decided.failures, decided.tables
        return self._silent.setdefault(key, decided)

    def union(self, decided: frozenset[Decided]) -> Union:
        """Return everything that several decisions leave unchecked."""
        union = self._unions.get(decided)
        if union is None:
            unchecked = {entry for each in decided for entry in each.unchecked}
            failures = {failure for each in decided for failure in each.failures}
            union = self._unions[decided] = Union(
                tuple(sorted(unchecked, key=lambda entry: (entry.edit, entry.why))),
                tuple(sorted(failures, key=str)),
                frozenset(name for each in decided for name in each.tables),
            )
        return union
