"""Which claim and which line an answer is about, and that what fits two is said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from scrubber.answers import CasAdjustment, ClaimAcknowledgment, ClaimPayment, LinePayment, Payment
from scrubber.feedback.matching import match_line, match_payment, match_status
from scrubber.feedback.outcome import outcome_of
from scrubber.feedback.sent import Mark, SentClaim, SentLine

DAY = date(2026, 5, 11)
OTHER_DAY = date(2026, 5, 25)
LINES = (
    SentLine("L1", "99213", ("25",), 10_000, DAY, DAY, ("E538",)),
    SentLine("L2", "96372", (), 5_000, DAY, DAY, ("E538",)),
)
CLAIM = SentClaim(
    key="k1", file="f1", number="A1", charge=15_000, first=DAY, last=DAY, payer="LHP01", payer_name="LAUREL",
    pack="base", frequency="1", original="", reference="D9-1", interchange="000000001", group="1", batch="B1",
    transaction="0001", sent_on=date(2026, 5, 12), held=False, lines=LINES, marks=(),
)  # fmt: skip
HEAD = Payment("LAUREL", ("LHP01", "1512345678"), "1200000010", "T1", date(2026, 6, 12), 15_000)
VISIT = LinePayment("99213", ("25",), 10_000, 10_000, control_number="L1", first=DAY, last=DAY)
SHOT = LinePayment("96372", (), 5_000, 5_000, control_number="L2", first=DAY, last=DAY)
PAID = ClaimPayment(
    "A1", "1", 15_000, 15_000, 0, "ICN1", "1", "", DAY, DAY, (), (), (VISIT, SHOT), HEAD, 12
)  # fmt: skip


def claim(key: str, **changes: Any) -> SentClaim:
    return replace(CLAIM, key=key, **changes)


def paid(**changes: Any) -> ClaimPayment:
    return replace(PAID, **changes)


def test_one_claim_fits() -> None:
    assert match_payment(PAID, [CLAIM]).claim == CLAIM
    assert match_payment(PAID, []).why == "unknown"


@pytest.mark.parametrize(
    "changes",
    [
        {"first": OTHER_DAY, "last": OTHER_DAY},
        {"charge": 1, "lines": tuple(replace(line, procedure="J1100", control_number="") for line in LINES)},
    ],
    ids=["another day", "another charge and other lines"],
)
def test_a_number_alone_is_not_enough(changes: dict[str, Any]) -> None:
    """Many practices number claims by patient."""
    found = match_payment(PAID, [claim("k2", **changes)])
    assert (found.claim, found.why) == (None, "differs")


def test_two_claims_that_fit_are_said() -> None:
    found = match_payment(PAID, [CLAIM, claim("k2")])
    assert (found.claim, found.why, found.fitting) == (None, "ambiguous", 2)


@pytest.mark.parametrize(
    "other",
    [
        {"number": "a1"},
        {"payer": "OTHER"},
        {"charge": 15_001},
        {"lines": (replace(LINES[0], modifiers=()), LINES[1])},
        {"lines": tuple(replace(line, control_number="") for line in LINES)},
        {"frequency": "7"},
        {"sent_on": date(2026, 6, 13)},
    ],
    ids=lambda other: next(iter(other)),
)
def test_what_sets_two_claims_apart(other: dict[str, Any]) -> None:
    assert match_payment(PAID, [claim("k2", **other), CLAIM]).claim == CLAIM


def test_the_payers_number_and_rejections_decide_first() -> None:
    twins = [CLAIM, claim("k2")]
    assert match_payment(PAID, twins, known={"k2"}).claim == twins[1]
    assert match_payment(PAID, twins, not_paid={"k1"}).claim == twins[1]
    corrected = claim("k2", frequency="7", original="ICN0")
    assert match_payment(paid(frequency="7"), [CLAIM, corrected]).claim == corrected


def test_a_part_of_a_split_claim_is_matched_by_its_lines() -> None:
    assert match_payment(paid(charge=5_000, lines=(SHOT,)), [CLAIM]).claim == CLAIM


def test_a_reversal_has_the_charge_with_another_sign() -> None:
    twin = claim("k2", charge=14_000)
    assert match_payment(paid(status="22", charge=-15_000, paid=-15_000), [CLAIM, twin]).claim == CLAIM


def test_a_277ca_is_matched_by_batch_and_reference() -> None:
    status = ClaimAcknowledgment(
        "A1", False, ("A2:20",), 15_000, "ICN1", "D9-2", "B1", DAY, DAY, (), "CLEARWAY", 9
    )
    second = claim("k2", reference="D9-2")
    assert match_status(status, [CLAIM, second]).claim == second
    assert match_status(status, [CLAIM, claim("k2", batch="B2")]).claim == CLAIM
    assert match_status(replace(status, reference=""), [CLAIM, second]).why == "ambiguous"


def test_lines_by_number_else_by_what_was_billed() -> None:
    assert match_line(SHOT, CLAIM).line == 2
    assert match_line(replace(SHOT, procedure="99999", submitted="96372", control_number=""), CLAIM).line == 2
    # The number decides, also where the payer has changed the procedure and does not say so.
    assert match_line(replace(SHOT, procedure="99999"), CLAIM).line == 2
    found = match_line(replace(SHOT, procedure="99999", control_number=""), CLAIM)
    assert (found.line, found.is_ambiguous) == (None, False)


def test_two_lines_that_fit_are_said() -> None:
    twice = replace(CLAIM, lines=(replace(LINES[1], control_number=""),) * 2)
    found = match_line(replace(SHOT, control_number=""), twice)
    assert (found.line, found.is_ambiguous) == (None, True)
    dearer = replace(twice, lines=(replace(twice.lines[0], charge=1), twice.lines[1]))
    assert match_line(replace(SHOT, control_number=""), dearer).line == 2


def denied(carc: str, *remarks: str, line: LinePayment = VISIT) -> ClaimPayment:
    """The claim with one line denied for a reason."""
    wrong = replace(line, paid=0, adjustments=(CasAdjustment("CO", carc, line.charge),), remarks=remarks)
    lines = tuple(wrong if each is line else each for each in (VISIT, SHOT))
    return paid(paid=15_000 - line.charge, lines=lines)


def mark(*denials: str, state: Any = "rejects", line: int | None = 1) -> Mark:
    return Mark("TEST-01", state, line, denials)


@pytest.mark.parametrize(
    ("marks", "payment", "verdict"),
    [
        ([mark("CO-4")], denied("4"), "caught"),
        ([mark("CO-4")], denied("04"), "caught"),
        ([mark("CO-4", line=None)], denied("4"), "caught"),
        ([mark("CO-4", line=2)], denied("4"), "no_edit"),
        ([mark("CO-4", state="warns")], denied("4"), "missed"),
        ([mark("CO-4", state="warns"), mark("CO-4")], denied("4"), "caught"),
        ([mark("CO-11")], denied("4"), "no_edit"),
        ([mark("CO-16", "M76")], denied("16", "M76"), "caught"),
        ([mark("CO-16", "M76")], denied("226", "M76"), "caught"),
        ([mark("CO-16", "M76")], denied("16"), "caught"),
        ([mark("CO-16", "M76")], denied("16", "MA130"), "caught"),
        ([mark("CO-16", "M76")], denied("16", "N290"), "no_edit"),
        ([mark("CO-4", "M76")], denied("4", "N290"), "caught"),
        ([mark("CO-16", "M76", state="unchecked", line=None)], denied("16"), "no_edit"),
        ([mark("CO-16", "M76", state="unchecked", line=None)], denied("16", "M76"), "missed"),
        ([mark("CO-29", line=None)], denied("29"), "caught"),
        ([], denied("29"), "not_foreseeable"),
        ([], denied("4"), "no_edit"),
        ([], denied("ZZ9"), "unclassified"),
        ([], paid(status="4", paid=0), "unclassified"),
        ([], denied("59"), "no_edit"),
    ],
)
def test_verdicts(marks: list[Mark], payment: ClaimPayment, verdict: str) -> None:
    (denial,) = outcome_of(replace(CLAIM, marks=tuple(marks)), [payment]).denials
    assert denial.verdict == verdict


@pytest.mark.parametrize("carc", ["1", "2", "3", "45", "253", "23"])
def test_money_that_is_no_denial(carc: str) -> None:
    assert outcome_of(CLAIM, [denied(carc)]).is_allowed


def test_a_reduction_is_a_denial_only_of_a_whole_line() -> None:
    half = replace(VISIT, paid=5_000, adjustments=(CasAdjustment("CO", "59", 5_000),))
    assert outcome_of(CLAIM, [paid(lines=(half, SHOT))]).is_allowed


def test_what_stands_after_reversals_and_second_answers() -> None:
    back = replace(denied("4"), status="22", charge=-15_000, paid=-5_000)
    first = denied("4")
    assert outcome_of(CLAIM, [first, back]).payments == []
    assert outcome_of(CLAIM, [first, back, PAID]).payments == [PAID]
    assert outcome_of(CLAIM, [first, PAID]).payments == [PAID]
    assert outcome_of(CLAIM, [PAID, denied("18")]).payments == [PAID]
    assert outcome_of(CLAIM, [denied("18")]).payments == [denied("18")]
    assert outcome_of(CLAIM, [back]).unknown_reversals == 1
    parts = [paid(charge=10_000, lines=(VISIT,)), paid(charge=5_000, lines=(SHOT,))]
    assert outcome_of(CLAIM, parts).payments == parts
    second_payer = paid(payment=replace(HEAD, payer="JUNIPER", payer_ids=("JHP",)))
    assert outcome_of(CLAIM, [PAID, second_payer]).payments == [PAID, second_payer]


def test_a_claim_that_was_paid_is_not_taken_for_rejected() -> None:
    """Whatever a 277CA said before."""
    status = ClaimAcknowledgment(
        "A1", True, ("A7:562:82",), 15_000, "", "", "B1", DAY, DAY, (), "CLEARWAY", 9
    )
    assert outcome_of(CLAIM, [PAID], [status]).is_allowed
    assert outcome_of(CLAIM, [], [status]).rejection is not None
    accepted = replace(status, is_rejected=False)
    assert outcome_of(CLAIM, [], [status, accepted]).rejection is None
    coverage = replace(status, statuses=("A3:33",))
    rejection = outcome_of(CLAIM, [], [coverage]).rejection
    assert rejection is not None
    assert rejection.verdict == "not_foreseeable"


def test_lines_that_fit_none_or_two_are_counted() -> None:
    strange = replace(SHOT, procedure="99999", control_number="")
    outcome = outcome_of(CLAIM, [paid(lines=(VISIT, strange))])
    assert (outcome.unmatched_lines, outcome.ambiguous_lines, outcome.answered_lines) == (1, 0, {1})
    twice = replace(CLAIM, lines=(replace(LINES[1], control_number=""),) * 2)
    outcome = outcome_of(twice, [paid(lines=(replace(SHOT, control_number=""),))])
    assert (outcome.unmatched_lines, outcome.ambiguous_lines, outcome.answered_lines) == (0, 1, set())


def test_a_line_is_allowed_though_another_is_denied() -> None:
    outcome = outcome_of(CLAIM, [denied("50", line=SHOT)])
    assert outcome.allows(1)
    assert not outcome.allows(2)
    assert not outcome.allows(None)
