"""Shipped edits and packs against answers: the same denial is caught at one payer and missed at another."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace as changed
from decimal import Decimal
from pathlib import Path

import pytest

from scrubber.engine.policy import Policy, Suppression
from scrubber.feedback.build import feedback_report
from scrubber.feedback.importing import import_answers, import_claims
from scrubber.feedback.store import Store
from scrubber.x12.source import source_of_bytes
from tests.support.answers import enveloped
from tests.support.running import shipped
from tests.support.x12build import (
    BillingSpec,
    ClaimSpec,
    GroupSpec,
    InterchangeSpec,
    LineSpec,
    SubscriberSpec,
    TransactionSpec,
    build,
    mbi,
    npi,
)

DAY = "20260511"
LINES = (
    LineSpec("99213", Decimal("128.50"), DAY, ("25",), pointers=(2,)),
    LineSpec("96372", Decimal(32), DAY),
)
"""An injection without its drug: PAIR-01 rejects for Medicare, which requires it, and warns for others."""
CLAIM = ClaimSpec("VISIT-1", LINES, ("E538", "I10"))


def sent(filing_code: str) -> bytes:
    subscriber = SubscriberSpec(filing_code, "LHP01", (CLAIM,), member_id=mbi(4))
    transaction = TransactionSpec("0001", (BillingSpec(npi(20000000), (subscriber,)),))
    return build([InterchangeSpec("000000001", (GroupSpec("1", (transaction,)),))])


ERA = enveloped(
    "835",
    "005010X221A1",
    [
        [
            "BPR*I*128.5*C*CHK************20260612",
            "TRN*1*T1*1512345678",
            "N1*PR*LAUREL HEALTH PLAN*XV*LHP01",
            "LX*1",
            "CLP*VISIT-1*1*160.5*128.5*0*MB*ICN1*11*1",
            "SVC*HC:99213:25*128.5*128.5",
            f"DTM*472*{DAY}",
            "SVC*HC:96372*32*0",
            f"DTM*472*{DAY}",
            "CAS*CO*107*32",
        ]
    ],
)


@pytest.mark.parametrize(
    ("filing_code", "overridden", "verdict", "missed"),
    [
        ("MB", False, "caught", []),
        ("CI", False, "missed", ["warns"]),
        ("MB", True, "missed", ["overridden"]),
    ],
)
def test_an_injection_without_its_drug(
    tmp_path: Path, filing_code: str, overridden: bool, verdict: str, missed: list[str]
) -> None:
    policy: Policy = shipped()
    if overridden:
        override = Suppression("PAIR-01", "the plan pays both", "billing office")
        policy = changed(policy, suppressions=(override,))
    with closing(Store.open(tmp_path / "feedback.db", create=True)) as store:
        import_claims(source_of_bytes(sent(filing_code)), store, policy)
        assert import_answers(source_of_bytes(ERA), store).troubles == []
        (claim,) = store.claims_numbered("VISIT-1")
        report = feedback_report(store)
    assert [mark.line for mark in claim.marks if mark.edit == "PAIR-01"] == [2]
    assert {name: (entry.count, entry.dollars) for name, entry in report.denials.items()} == {
        verdict: (1, "32.00")
    }
    assert list(report.missed) == missed
    (edit,) = [edit for edit in report.edits if edit.edit == "PAIR-01"]
    assert edit.recall.of == 1
    assert edit.recall.count == (verdict == "caught")


def test_a_shipped_edit_that_a_pack_switches_off() -> None:
    """Some are, so the second evaluation is not for nothing."""
    rulebook = shipped().rulebook
    assert any(rule.enabled is False for pack in rulebook.packs.values() for rule in pack.rules)
