"""What is remembered of the claims of files with the same delimiters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from datetime import date
from typing import NamedTuple

from scrubber.claim.watched import Looked
from scrubber.engine.edit import Subject
from scrubber.engine.finding import EditFailure, UncheckedEdit
from scrubber.engine.memory.claim_parts import LineParts
from scrubber.engine.memory.kept_hit import AnyHit
from scrubber.engine.memory.known import KnownLine, SegmentReader
from scrubber.engine.memory.level_parts import LevelReader
from scrubber.engine.memory.shelf import Parts, Shelf
from scrubber.engine.needs import Needs
from scrubber.engine.pack import PackDecision
from scrubber.engine.policy import Policy
from scrubber.engine.traits import lines_traits
from scrubber.guide.recognizer import recognizer
from scrubber.tables import VintageName
from scrubber.x12 import Delimiters

_DERIVED = ("traits", "pairs")
"""What is derived of a claim and remembered as decisions are: its pack and traits, and the pairing."""
_DRUGS = frozenset({"drug", "administrations"})
"""Who needs one of these looks at drugs and their administration, hardly ever at other services."""
_MISSED = 448
_LEAST_FOUND = 0.15
_IDLE = 2048
"""After so many misses with less than this share found, so many decisions are made without remembering."""


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


class Experience:
    """How often decisions on one kind of subject were found and missed, and whether remembering pays.

    Where hardly any two are alike, watching a claim costs more than it saves: then it is left out for as many
    decisions as ``idle``.
    """

    __slots__ = ("_found_before", "_missed_before", "found", "idle", "missed")

    def __init__(self) -> None:
        self.found = self.missed = self.idle = 0
        self._found_before = self._missed_before = 0

    def miss(self) -> None:
        """Count a decision that was not remembered."""
        self.missed += 1
        missed = self.missed - self._missed_before
        if missed >= _MISSED:
            found = self.found - self._found_before
            if found < (found + missed) * _LEAST_FOUND:
                self.idle = _IDLE
            self._missed_before, self._found_before = self.missed, self.found


class Asked:
    """What is decided on a subject together: edits, or what is derived of a claim; and what is remembered."""

    __slots__ = ("_of_one_day", "_of_several", "decisions", "experience", "subject")

    def __init__(self, subject: Subject, decisions: tuple[PackDecision, ...], experience: Experience) -> None:
        self.subject = subject
        self.decisions = decisions
        self.experience = experience
        self._of_one_day: dict[Hashable, Shelf] = {}
        self._of_several: dict[Hashable, Shelf] = {}

    def shelves(self, *, one_day: bool) -> dict[Hashable, Shelf]:
        """Return the shelves by the subject's key: apart for claims of one day, whose lines name no day."""
        return self._of_one_day if one_day else self._of_several


class Plan(NamedTuple):
    """The edits for a claim by subject.

    Those of the lines together are by the pack that decides them, since most are decided alike for all
    payers, and those that look at drugs and who gives them apart from those that look at other services.
    Those of the whole claim are one by one, but for those that are run on every claim. Those of a line are by
    line.
    """

    party: Asked
    diagnosis: Asked
    lines: tuple[Asked, ...]
    claim: tuple[Asked, ...]
    line: tuple[tuple[Asked, Asked], ...]


class _Era:
    """A pack between two changes of its rules: what its edits need, the traits of lines, plans for claims."""

    def __init__(self, needs: Needs) -> None:
        self.needs = needs
        self.plans: dict[Hashable, Plan] = {}
        self._traits: dict[int, frozenset[str]] = {}
        self._same: dict[frozenset[str], frozenset[str]] = {}

    def traits_of(self, line: KnownLine) -> frozenset[str]:
        """Return the traits of a line that edits may need; equal ones are the same object."""
        traits = self._traits.get(line.token)
        if traits is None:
            traits = line.traits | self.needs.of_code(line.hcpcs)
            traits = self._traits[line.token] = self._same.setdefault(traits, traits)
        return traits


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
        self.derived = {name: Asked("claim", (), experience[name]) for name in _DERIVED}
        self._asked: dict[tuple[Subject, tuple[int, ...]], Asked] = {}
        self._eras: dict[tuple[str, int], _Era] = {}
        self._silent: dict[Hashable, Decided] = {}
        self._unions: dict[frozenset[Decided], Union] = {}

    @property
    def size(self) -> int:
        """How much is remembered."""
        plans = sum([len(era.plans) for era in self._eras.values()])
        return self.kept + self.reader.size + plans + len(self._unions)

    def keep(
        self, shelves: dict[Hashable, Shelf], key: Hashable, parts: Parts, looked: Looked, decision: object
    ) -> None:
        """Remember a decision on a subject with this key."""
        shelf = shelves.get(key)
        if shelf is None:
            shelf = shelves[key] = Shelf(tuple(looked.parts))
        shelf.keep(parts, looked, decision)
        self.kept += 1

    def plan(self, pack: str, day: date, own: frozenset[str], lines: Sequence[LineParts]) -> Plan:
        """Return the edits for a claim with these traits and lines."""
        rulebook = self.policy.rulebook
        which = pack, rulebook.era(pack, day)
        era = self._eras.get(which)
        if era is None:
            era = self._eras[which] = _Era(rulebook.needs(pack, day))
        of_lines = tuple([era.traits_of(line.known) for line in lines])
        procedures = [line.known.procedure for line in lines]
        key = own, of_lines, len(set(procedures)) < len(procedures)
        plan = era.plans.get(key)
        if plan is None:
            plan = era.plans[key] = self._planned(era.needs, own | lines_traits(procedures), of_lines)
        return plan

    def _planned(self, needs: Needs, own: frozenset[str], of_lines: Sequence[frozenset[str]]) -> Plan:
        every = own.union(*of_lines)
        return Plan(
            party=self._group("party", needs.met("party", every)),
            diagnosis=self._group("diagnosis", needs.met("diagnosis", every)),
            lines=self._grouped("lines", needs.met("lines", every), _by_what_they_look_at),
            claim=self._grouped("claim", needs.met("claim", every), _by_how_rare_they_are),
            line=tuple(
                [
                    (
                        self._group("line", needs.met("line", own | traits)),
                        self._group("line_diagnosis", needs.met("line_diagnosis", own | traits)),
                    )
                    for traits in of_lines
                ]
            ),
        )

    def _grouped(
        self,
        subject: Subject,
        decisions: tuple[PackDecision, ...],
        kind_of: Callable[[PackDecision], Hashable],
    ) -> tuple[Asked, ...]:
        groups: dict[Hashable, list[PackDecision]] = {}
        for decision in decisions:
            groups.setdefault(kind_of(decision), []).append(decision)
        return tuple(self._group(subject, tuple(group)) for group in groups.values())

    def _group(self, subject: Subject, decisions: tuple[PackDecision, ...]) -> Asked:
        """Return the one object for these edits of a subject."""
        key = subject, tuple([id(decision) for decision in decisions])
        asked = self._asked.get(key)
        if asked is None:
            # Edits of the whole claim look at different things: some at what no other claim has.
            name = f"claim {decisions[0].edit.id}" if subject == "claim" else subject
            asked = self._asked[key] = Asked(subject, decisions, self.experience[name])
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


def _by_what_they_look_at(decision: PackDecision) -> Hashable:
    return decision.pack, not _DRUGS.isdisjoint(decision.edit.needs)


def _by_how_rare_they_are(decision: PackDecision) -> Hashable:
    edit = decision.edit
    return edit.id if edit.needs or edit.needs_codes else (edit.origin,)
