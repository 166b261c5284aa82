"""Answers and claims in a store: claims sent twice, rejected envelopes, the payer's own numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from scrubber.engine.policy import Policy
from scrubber.feedback.build import feedback_report
from scrubber.feedback.figures import FeedbackReport
from scrubber.feedback.importing import import_answers, import_claims
from scrubber.feedback.store import Store
from scrubber.x12.source import source_of_bytes
from tests.support import answers

(PAID,) = answers.cases([("paid", 1)])
FIRST = answers.sent([PAID])
# The same claim with another diagnosis, in another file: only what was answered sets the two apart.
AGAIN = answers.sent([PAID], control="000000002", group="2").replace(b"E538", b"D510")
ERA = answers.remittances([PAID])


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return answers.policy(tmp_path_factory.mktemp("edits"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.open(tmp_path / "feedback.db", create=True)) as opened:
        yield opened


def report_of(store: Store, policy: Policy, *files: bytes) -> FeedbackReport:
    """The report on files, which say themselves what they are."""
    for raw in files:
        source = source_of_bytes(raw)
        if b"ST*837*" in raw:
            import_claims(source, store, policy)
        else:
            assert import_answers(source, store).troubles == []
    return feedback_report(store)


def test_a_payment_in_two_files_counts_once(store: Store, policy: Policy) -> None:
    report = report_of(store, policy, FIRST, ERA, ERA.replace(b"000000077", b"000000078"))
    assert (report.money.payments, report.money.repeated) == (4, 2)
    paid = sum(PAID.charges) - PAID.charges[0] * 20 // 100
    assert report.money.amount == report.money.claims_paid == f"{paid // 100}.{paid % 100:02}"
    assert (report.answered, report.reversals_of_unknown) == (1, 0)


def test_two_claims_that_fit_are_counted_for_none(store: Store, policy: Policy) -> None:
    report = report_of(store, policy, FIRST, AGAIN, ERA)
    assert report.unmatched == {"835 ambiguous": 1}
    assert [(each.fitting, each.segment) for each in report.unmatched_places] == [(2, 18)]
    assert (report.claims, report.answered) == (2, 0)


@pytest.mark.parametrize(("denied_on", "paid_on"), [(b"20260612", b"20260613"), (b"20260613", b"20260612")])
def test_the_answer_of_the_last_day_stands(
    store: Store, policy: Policy, denied_on: bytes, paid_on: bytes
) -> None:
    """Not that of the last file."""
    (denied,) = answers.cases([("no edit", 1)])
    assert denied.number == PAID.number
    files = answers.remittances([denied]).replace(b"20260612", denied_on), ERA.replace(b"20260612", paid_on)
    report = report_of(store, policy, FIRST, *files)
    assert sum(entry.count for entry in report.denials.values()) == (denied_on > paid_on)


def test_the_same_bytes_sent_twice_are_one_claim(store: Store, policy: Policy) -> None:
    twin = answers.sent([PAID], control="000000002", group="2")
    report = report_of(store, policy, FIRST, twin, ERA)
    assert (report.claims, report.answered, report.unmatched) == (1, 1, {})


@pytest.mark.parametrize("group", ["1", "2"])
def test_what_a_999_rejects_was_not_paid(store: Store, policy: Policy, group: str) -> None:
    report = report_of(store, policy, FIRST, AGAIN, answers.received(group, "R"), ERA)
    assert (report.unmatched, report.answered) == ({}, 1)
    # Its set, and its group.
    assert report.receipts_rejected == {"999": 2}


def test_a_ta1_that_rejects_one_of_two_files(store: Store, policy: Policy) -> None:
    empty = answers.enveloped("999", "005010X231A1", [])
    ta1 = empty.replace(b"GS*", b"TA1*000000001*260602*0900*R*017~GS*", 1)
    report = report_of(store, policy, FIRST, AGAIN, ta1, ERA)
    assert (report.unmatched, report.receipts_rejected) == ({}, {"TA1": 1})


def test_a_control_number_of_two_files_is_ambiguous(store: Store, policy: Policy) -> None:
    same_group = answers.sent([PAID], control="000000002").replace(b"E538", b"D510")
    report = report_of(store, policy, FIRST, same_group, answers.received("1", "R"), ERA)
    assert report.unmatched == {"835 ambiguous": 1, "999 ambiguous": 2}


def test_a_claim_that_a_277ca_rejects_and_that_is_sent_again(store: Store, policy: Policy) -> None:
    (rejected,) = answers.cases([("rejected", 1)])
    (paid,) = answers.cases([("caught by its remark", 1)])  # it has the same number
    assert rejected.number == paid.number
    again = answers.sent([paid], control="000000002", group="2").replace(b"E538", b"D510")
    files = answers.sent([rejected]), answers.acknowledged([rejected]), again, answers.remittances([paid])
    report = report_of(store, policy, *files)
    assert report.unmatched == {}
    assert {name: entry.count for name, entry in report.rejections.items()} == {"caught": 1}
    assert {name: entry.count for name, entry in report.denials.items()} == {"caught": 1}


def test_the_number_that_the_payer_gave_decides(store: Store, policy: Policy) -> None:
    """The 277CA is about the second file, and its number of the claim comes back in the 835."""
    report = report_of(store, policy, FIRST, AGAIN, answers.acknowledged([PAID], batch="B2-0001"), ERA)
    assert (report.unmatched, report.matched) == ({}, {"277CA": 1, "835": 1})


def test_a_number_that_the_payer_has_changed(store: Store, policy: Policy) -> None:
    """Nothing but the payer's own number leads to the claim."""
    changed = ERA.replace(PAID.number.encode(), b"CHANGED")
    changed = changed.replace(b"ICNCHANGED", PAID.icn.encode()).replace(
        b"CHANGEDL", PAID.number.encode() + b"L"
    )
    report = report_of(store, policy, FIRST, answers.acknowledged([PAID]), changed)
    assert (report.unmatched, report.answered) == ({}, 1)


def test_claims_are_of_the_day_on_which_their_file_was_made(store: Store, policy: Policy) -> None:
    import_claims(source_of_bytes(FIRST), store, policy)
    (claim,) = store.claims_numbered(PAID.number.lower())
    assert claim.sent_on == date(2026, 6, 1)
    import_claims(source_of_bytes(FIRST), store, policy, date(2026, 5, 30))
    import_claims(source_of_bytes(FIRST), store, policy, date(2026, 6, 20))
    (claim,) = store.claims_numbered(PAID.number)
    assert claim.sent_on == date(2026, 5, 30)


def test_a_file_is_imported_whole_or_not_at_all(
    store: Store, monkeypatch: pytest.MonkeyPatch, policy: Policy
) -> None:
    added = Store.add_answer

    def fail(self: Store, file: str, position: int, answer: object) -> None:
        if position == 1:
            raise KeyboardInterrupt
        added(self, file, position, answer)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Store, "add_answer", fail)
        with pytest.raises(KeyboardInterrupt):
            import_answers(source_of_bytes(ERA), store)
    assert report_of(store, policy, FIRST).money.payments == 0
    assert report_of(store, policy, ERA).answered == 1
