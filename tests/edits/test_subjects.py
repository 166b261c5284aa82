"""Every edit has a subject, and what it decides about a subject can be remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
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
        if subject in edit.checks and edit.id not in NEVER_REMEMBERED and _looks_at_places(edit, subject, taken)
    ]
    assert looked == []


@cache
def claims() -> Sequence[Taken]:
    return taken_apart(file_of([*USUAL_LOOKS, RICH]))


def _looks_at_places(edit: Edit, subject: Subject, taken: Taken) -> bool:
    watch, policy = ClaimWatch(taken.loops), shipped()
    decisions = {decision.edit.id: decision for decision in policy.rulebook.decisions("commercial", policy.as_of)}
    decision = decisions.get(edit.id)
    for own, choose in _subjects(subject, taken):
        parts = taken.parts
        day = parts.lines[own - 1].service_day() if own else parts.day
        watch.look(own, day, is_shared=parts.day is not None)
        context = Context(
            policy.as_of, policy.rulebook.codes, Lookups(policy.tables),
            decision.parameters if decision else {name: each.default for name, each in edit.parameters.items()},
            _claim=watch.claim,
        )  # fmt: skip
        list(edit.checks[subject](choose(watch), context))
        if watch.looked.once_only:
            return True
    return False


def _subjects(subject: Subject, taken: Taken) -> Iterator[tuple[int, Callable[[ClaimWatch], Any]]]:
    """Yield how each subject of a kind is chosen, with the number of its line or 0."""
    if subject == "diagnosis":
        for at in range(len(taken.claim.diagnoses)):
            yield 0, lambda watch, at=at: watch.diagnosis(at)
    elif subject in ("line", "line_diagnosis"):
        for line in taken.claim.lines:
            yield line.index, lambda watch, index=line.index: watch.claim.line(index)
    elif subject == "party":
        for at in range(len(taken.claim.parties)):
            yield 0, lambda watch, at=at: watch.claim.parties[at]
    else:
        yield 0, lambda watch: watch.claim
