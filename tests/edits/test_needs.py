"""What an edit needs is implied by what it looks at: of a claim that lacks it, it would say nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

import scrubber
from scrubber.api import make_policy
from scrubber.casetest.case import Case
from scrubber.claim import Claim
from scrubber.engine import Context
from scrubber.engine.policy import Policy
from scrubber.engine.subjects import subjects_of
from scrubber.errors import UnreadableError
from scrubber.tables import Lookups
from tests.support.cases import case_files, cases_of, imported_tables

# These do not look again for what they need: earlier claims of the file, an injection, faults of the guide.
TAKEN_FOR_GRANTED = {"DUP-02", "PAY-03", "STR-04"}


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
def test_edits_that_are_not_asked_have_nothing_to_say(path: Path) -> None:
    """On all cases of one edit, whatever edit it is that is not asked."""
    said = {
        f"{edit}: {case}"
        for case in cases_of(path)
        for claim in claims_of(case)
        for edit in speaking_unasked(claim, case)
    }
    assert said == set()


def claims_of(case: Case) -> list[Claim]:
    try:
        return list(scrubber.read(case.raw))
    except UnreadableError:
        return []


def speaking_unasked(claim: Claim, case: Case) -> Iterator[str]:
    """The edits of the claim's pack that are not asked of it, and would say something if they were."""
    policy = policy_of(case.as_of, imported_tables(case), case.judged_by)
    codes, lookups = policy.rulebook.codes, Lookups(policy.tables)
    context = Context(policy.as_of, codes, lookups, _claim=claim)
    pack, day = policy.pack_for(claim), claim.first_service or policy.as_of
    needs = policy.rulebook.needs(pack, day)
    for kind, part, traits in subjects_of(claim, context, needs):
        asked = {decision.edit.id for decision in needs.met(kind, traits)}
        for decision in policy.rulebook.decisions(pack, day):
            edit = decision.edit
            if kind in edit.checks and edit.id not in asked | TAKEN_FOR_GRANTED:
                context.parameters = decision.parameters
                if list(edit.checks[kind](part, context)) or lookups.take_uncovered():
                    yield edit.id


@cache
def policy_of(as_of: date, tables: Path | None, pack: str) -> Policy:
    return make_policy(as_of=as_of, tables=tables, pack=pack)
