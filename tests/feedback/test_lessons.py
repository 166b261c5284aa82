"""Rates, suggestions, patterns and the classes of codes."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from importlib import resources
from math import isclose
from typing import Any

import pytest
from msgspec.structs import replace

from scrubber.answers import CasAdjustment, ClaimPayment
from scrubber.engine.loading.discovery import load_rulebook
from scrubber.feedback.codes import codes, normal, shown
from scrubber.feedback.figures import Rate
from scrubber.feedback.lessons import suggestions
from scrubber.feedback.outcome import outcome_of
from scrubber.feedback.patterns import Patterns
from scrubber.feedback.sent import Mark, MarkState
from scrubber.feedback.tally import FeedbackTally
from tests.feedback.test_matching import CLAIM, LINES, PAID, VISIT, denied

Z = 1.959963984540054


@pytest.mark.parametrize(("count", "of"), [(41, 43), (1, 2), (0, 7), (7, 7), (500, 1000)])
def test_the_interval_is_wilsons(count: int, of: int) -> None:
    """Its ends are the shares of which the observed one is just z standard errors away."""
    rate = Rate.made(count, of)
    assert rate.value == round(count / of, 4)
    for end in (rate.low, rate.high):
        assert end is not None
        distance, error = abs(count / of - end), Z * (end * (1 - end) / of) ** 0.5
        assert isclose(distance, error, abs_tol=2e-4)
    assert rate.low is not None
    assert rate.high is not None
    assert 0 <= rate.low <= count / of <= rate.high <= 1
    assert rate.low < rate.high


def test_of_nothing_there_is_no_rate() -> None:
    assert Rate.made(0, 0) == Rate(0, 0, None, None, None)


def tally_of(state: MarkState, answers: Iterable[ClaimPayment]) -> FeedbackTally:
    """A tally of claims on which an edit about CARC 4 has one state, each with its answer."""
    tally = FeedbackTally()
    for answer in answers:
        line = None if state == "unchecked" else 1
        mark = Mark("TEST-01", state, line, ("CO-4",), why="the list is not imported")
        tally.add(outcome_of(replace(CLAIM, held=state == "rejects", marks=(mark,)), [answer]))
    return tally


@pytest.mark.parametrize(
    ("state", "denials", "paid", "kinds"),
    [
        ("warns", 41, 2, ["raise"]),
        ("warns", 4, 0, []),
        ("warns", 5, 5, []),
        ("off", 9, 0, ["enable"]),
        ("overridden", 9, 0, ["review_override"]),
        ("rejects", 1, 9, ["lower"]),
        ("rejects", 9, 1, []),
        ("rejects", 5, 5, []),
        ("unchecked", 5, 0, ["import_table"]),
        ("unchecked", 4, 9, []),
    ],
)
def test_suggestions(state: Any, denials: int, paid: int, kinds: list[str]) -> None:
    found = suggestions(tally_of(state, [denied("4")] * denials + [PAID] * paid))
    assert [entry.kind for entry in found] == kinds


def test_a_suggestion_has_count_share_and_money() -> None:
    (found,) = suggestions(tally_of("warns", [denied("4")] * 41 + [PAID] * 2))
    assert found.text.startswith(
        "raise TEST-01 to reject for payer LHP01: 41 of 43 such claims were denied, $4,100.00 (95% interval "
    )
    (found,) = suggestions(tally_of("unchecked", [denied("4")] * 5))
    assert "(the list is not imported)" in found.text


def test_claims_that_were_denied_for_another_reason_say_nothing_of_an_edit() -> None:
    tally = tally_of("rejects", [denied("29")] * 3)
    fate = tally.edits["TEST-01", "LHP01"].fates["rejects"]
    assert (fate.decided, fate.other) == (0, 3)
    assert tally.all.false_alarms.count == 0


def test_a_false_alarm_counts_the_line_for_the_edit_and_the_claim_for_the_claim() -> None:
    tally = tally_of("rejects", [PAID])
    assert tally.edits["TEST-01", "LHP01"].fates["rejects"].paid.cents == LINES[0].charge
    assert tally.all.false_alarms.cents == CLAIM.charge


def test_a_pattern_has_its_base_and_its_broad_form() -> None:
    patterns = Patterns()
    other = (replace(LINES[0], diagnoses=("I10",)), LINES[1])
    for claim, answer in [
        *[(CLAIM, denied("50", "N115"))] * 3,
        *[(replace(CLAIM, lines=other), denied("50", "N115"))] * 2,
        *[(CLAIM, PAID)] * 4,
        (CLAIM, denied("29")),
    ]:
        patterns.add(outcome_of(claim, [answer]))
    found = [
        (each.modifiers, each.diagnosis, each.carc, each.rate.count, each.rate.of, each.dollars)
        for each in patterns.found(2)
    ]
    assert found == [
        ("*", "*", "50", 5, 10, "500.00"),
        ("25", "E538", "50", 3, 8, "300.00"),
        ("25", "I10", "50", 2, 2, "200.00"),
    ]
    assert [each.rate.count for each in patterns.found(4)] == [5]


def test_a_denial_of_the_whole_claim_has_no_procedure() -> None:
    patterns = Patterns()
    whole = replace(
        PAID, paid=0, adjustments=(CasAdjustment("CO", "50", 15_000),), lines=(replace(VISIT, paid=10_000),)
    )
    patterns.add(outcome_of(CLAIM, [whole]))
    (found,) = patterns.found(1)
    assert (found.procedure, found.carc, found.rate.count, found.rate.of) == ("", "50", 1, 1)


def test_every_code_is_in_one_class() -> None:
    text = resources.files("scrubber.feedback").joinpath("codes.toml").read_text(encoding="utf-8")
    listed = [code for each in tomllib.loads(text)["adjustments"].values() for code in each]
    assert [code for code, count in Counter(listed).items() if count > 1] == []
    assert [code for code in listed if normal(code) != code] == []
    assert codes().general <= set(listed)


def test_what_shipped_edits_prevent_are_denials() -> None:
    """Otherwise they could never be right."""
    for edit in load_rulebook().edits.values():
        for code in edit.denials:
            if "-" in code:
                assert codes().denial(code.partition("-")[2], whole=True), (edit.id, code)
        assert not edit.denials or set(edit.denials) - codes().silent, edit.id


@pytest.mark.parametrize(("code", "text"), [("045", "45"), (" b7", "B7"), ("LARKSPUR", "?"), ("A:1", "?")])
def test_what_cannot_be_a_code_is_not_shown(code: str, text: str) -> None:
    assert shown(code) == text
