"""Which edits of a pack are run on a subject: those of which it has everything that they need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple, get_args

from scrubber.claim.procedures import CodeSet, ProcedureSets
from scrubber.engine.edit import Edit, Subject
from scrubber.engine.pack import PackDecision

_REMEMBERED = 4096  # far more than the different codes and sets of traits that claims have


class _Wanted(NamedTuple):
    """The edits of one kind of subject, each with all traits that it needs, and all of these together."""

    edits: tuple[tuple[PackDecision, frozenset[str]], ...]
    traits: frozenset[str]


class Needs:
    """What the edits of a pack need, as it sets them between two changes of its rules.

    A list of procedure codes that an edit names in ``needs_codes`` is a trait of each line that bills one of
    them, beside those that do not depend on packs (`scrubber.engine.traits`).
    """

    def __init__(self, decisions: Sequence[PackDecision], sets: ProcedureSets) -> None:
        self._sets = sets.sets
        self._lists: dict[CodeSet, str] = {}
        needs = [(decision, self._needed_by(decision)) for decision in decisions]
        self._wanted: dict[Subject, _Wanted] = {}
        for subject in get_args(Subject):
            edits = tuple([entry for entry in needs if subject in entry[0].edit.checks])
            self._wanted[subject] = _Wanted(edits, frozenset().union(*(needed for _, needed in edits)))
        self._of_code: dict[str, frozenset[str]] = {}
        self._met: dict[tuple[Subject, frozenset[str]], tuple[PackDecision, ...]] = {}

    def of_code(self, code: str) -> frozenset[str]:
        """Return the traits of a line that bills this procedure code (empty if SV101-1 is not HC)."""
        traits = self._of_code.get(code)
        if traits is None:
            if len(self._of_code) > _REMEMBERED:
                self._of_code.clear()
            traits = frozenset([trait for codes, trait in self._lists.items() if code in codes])
            self._of_code[code] = traits
        return traits

    def met(self, subject: Subject, traits: frozenset[str]) -> tuple[PackDecision, ...]:
        """Return the decisions on the edits that are run on a subject with these traits."""
        wanted = self._wanted[subject]
        key = subject, traits & wanted.traits
        decisions = self._met.get(key)
        if decisions is None:
            if len(self._met) > _REMEMBERED:
                self._met.clear()
            decisions = tuple([decision for decision, needed in wanted.edits if needed <= traits])
            self._met[key] = decisions
        return decisions

    def _needed_by(self, decision: PackDecision) -> frozenset[str]:
        edit = decision.edit
        traits = set(edit.needs)
        for names in edit.code_lists:
            values = [decision.parameters.get(name, self._sets.get(name)) for name in names]
            traits.add(self._lists.setdefault(_union(values), f"{edit.id}: {' or '.join(names)}"))
        return frozenset(traits)


def unknown_codes(edit: Edit, sets: ProcedureSets) -> Iterator[str]:
    """Yield the names in ``needs_codes`` that are neither parameters of procedure codes nor code sets."""
    for name in chain.from_iterable(edit.code_lists):
        declared = edit.parameters.get(name)
        if not (declared.is_codes if declared else name in sets.sets):
            yield name


def _union(values: Sequence[str | tuple[str, ...] | CodeSet | None]) -> CodeSet:
    """Return all codes of sets and of parameters: one code, or a list of codes and ranges of codes."""
    codes: set[str] = set()
    ranges: list[tuple[str, str]] = []
    for value in values:
        if isinstance(value, str):
            codes.add(value)
        elif value is not None:
            found = value if isinstance(value, CodeSet) else CodeSet.of(value)
            codes |= found.codes
            ranges += found.ranges
    return CodeSet(frozenset(codes), tuple(ranges))
