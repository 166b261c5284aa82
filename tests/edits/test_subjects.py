"""Every edit has a subject, and what it decides about a subject can be remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any, get_args

import pytest

from scrubber.claim.watched import ClaimWatch
from scrubber.engine import Context, Edit
from scrubber.engine.edit import CLAIM_SUBJECTS, Subject
from scrubber.tables import Lookups
from tests.support.lookalikes import RICH, USUAL_LOOKS, file_of
from tests.support.remembering import Taken, taken_apart
from tests.support.running import shipped

EDITS = list(shipped().rulebook.edits.values())
NEVER_REMEMBERED = {"DUP-02"}
"""These name the place of another claim in the input; they are run on repeated claims only."""

each_edit = pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.id)


@each_edit
def test_every_edit_has_a_subject(edit: Edit) -> None:
    """An edit checks at least one subject."""
    assert edit.checks
    assert set(edit.checks) <= set(get_args(Subject))


@each_edit
def test_what_an_edit_decides_is_remembered(edit: Edit) -> None:
    """It looks at nothing that no other claim has: the number of a segment, its bytes, its offset."""
    looked = [
        subject
        for taken in claims()
        for subject in CLAIM_SUBJECTS
        if subject in edit.checks
        and edit.id not in NEVER_REMEMBERED
        and _looks_at_places(edit, subject, taken)
    ]
    assert looked == []


@cache
def claims() -> Sequence[Taken]:
    return taken_apart(file_of([*USUAL_LOOKS, RICH]))


def _looks_at_places(edit: Edit, subject: Subject, taken: Taken) -> bool:
    watch, policy = ClaimWatch(taken.loops), shipped()
    decisions = {
        decision.edit.id: decision for decision in policy.rulebook.decisions("commercial", policy.as_of)
    }
    decision = decisions.get(edit.id)
    for own, choose in _subjects(subject, taken):
        parts = taken.parts
        day = parts.lines[own - 1].service_day if own else parts.day
        watch.look(own, day, is_shared=parts.day is not None)
        defaults = {name: parameter.default for name, parameter in edit.parameters.items()}
        parameters = decision.parameters if decision else defaults
        lookups = Lookups(policy.tables)
        context = Context(policy.as_of, policy.rulebook.codes, lookups, parameters, _claim=watch.claim)
        list(edit.checks[subject](choose(watch), context))
        if watch.looked.once_only:
            return True
    return False


def _subjects(subject: Subject, taken: Taken) -> Iterator[tuple[int, Callable[[ClaimWatch], Any]]]:
    """Yield how each subject of a kind is chosen, with the number of its line or 0."""
    if subject == "diagnosis":
        yield from ((0, partial(_diagnosis, at=at)) for at in range(len(taken.claim.diagnoses)))
    elif subject in ("line", "line_diagnosis"):
        yield from ((line.index, partial(_line, index=line.index)) for line in taken.claim.lines)
    elif subject == "party":
        yield from ((0, partial(_party, at=at)) for at in range(len(taken.claim.parties)))
    else:
        yield 0, lambda watch: watch.claim


def _diagnosis(watch: ClaimWatch, at: int) -> object:
    return watch.diagnosis(at)


def _line(watch: ClaimWatch, index: int) -> object:
    return watch.claim.line(index)


def _party(watch: ClaimWatch, at: int) -> object:
    return watch.claim.parties[at]
