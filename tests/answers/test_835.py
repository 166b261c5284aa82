"""What is read of an 835, and what does not balance in it."""

from __future__ import annotations

import io
from datetime import date

import pytest

from scrubber.answers import (
    CasAdjustment,
    ClaimPayment,
    PaymentDone,
    ProviderAdjustment,
    Trouble,
    read_answers,
)
from tests.support.answers import enveloped

HEAD = [
    "BPR*I*{paid}*C*ACH*CCP*01*999999999*DA*1*1512345678**01*999999999*DA*2*20260612",
    "TRN*1*TRACE1*1512345678",
    "N1*PR*LAUREL HEALTH PLAN*XV*LHP01",
    "N3*1 QUARRY RD",
    "REF*2U*LHP02",
    "N1*PE*MILLBROOK*XX*1200000010",
    "REF*TJ*311234567",
]
CLAIM = [
    "LX*1",
    "CLP*A1*1*300*120*40*CI*ICN1*11*7",
    "CAS*CO*29*10",
    "NM1*QC*1*LARKSPUR*ALDER****MI*LHP1",
    "MOA***MA01*N115",
    "REF*F8*ICN0",
    "DTM*232*20260501",
    "SVC*HC:99213:25:59*200*100**1",
    "DTM*472*20260511",
    "CAS*CO*45*60",
    "CAS*PR*1*20**2*20",
    "REF*6R*L1",
    "AMT*B6*140",
    "LQ*HE*N519",
    "SVC*HC:99999*90*20**1*HC:96372",
    "DTM*150*20260510",
    "DTM*151*20260512",
    "CAS*OA*97*70",
]


def read(*segments: str, paid: str = "120") -> list[object]:
    """The answers of one 835 with these segments after its head."""
    body = [*(line.format(paid=paid) for line in HEAD), *segments]
    return list(read_answers(io.BytesIO(enveloped("835", "005010X221A1", [body]))))


def troubles(answers: list[object]) -> list[str]:
    return [answer.message for answer in answers if isinstance(answer, Trouble)]


def test_a_claim_with_its_lines() -> None:
    claim, done = read(*CLAIM)
    assert isinstance(claim, ClaimPayment)
    assert isinstance(done, PaymentDone)
    assert (claim.number, claim.status, claim.icn, claim.frequency, claim.original) == (
        "A1",
        "1",
        "ICN1",
        "7",
        "ICN0",
    )
    assert (claim.charge, claim.paid, claim.patient) == (30_000, 12_000, 4_000)
    assert claim.adjustments == (CasAdjustment("CO", "29", 1_000),)
    assert claim.remarks == ("MA01", "N115")
    assert (claim.first, claim.last) == (date(2026, 5, 10), date(2026, 5, 12))
    visit, changed = claim.lines
    assert (visit.procedure, visit.modifiers, visit.control_number) == ("99213", ("25", "59"), "L1")
    assert [(each.group, each.reason, each.cents) for each in visit.adjustments] == [
        ("CO", "45", 6_000),
        ("PR", "1", 2_000),
        ("PR", "2", 2_000),
    ]
    assert visit.remarks == ("N519",)
    assert (visit.first, visit.last) == (date(2026, 5, 11), date(2026, 5, 11))
    assert (changed.procedure, changed.submitted, changed.modifiers) == ("99999", "96372", ())
    assert claim.payment.payer_ids == ("LHP02", "LHP01", "1512345678")
    assert (claim.payment.payer, claim.payment.payee) == ("LAUREL HEALTH PLAN", "1200000010")
    assert (done.claims, done.paid, done.balances) == (1, 12_000, True)
    assert claim.payment.paid_on == date(2026, 6, 12)


def test_no_name_is_kept() -> None:
    assert "LARKSPUR" not in str(read(*CLAIM))


def test_takebacks_and_other_provider_adjustments() -> None:
    *_, done = read(*CLAIM, "PLB*1200000010*20261231*WO:OLD*50.25*L6*-1.5*FB:X*20", paid="51.25")
    assert isinstance(done, PaymentDone)
    assert done.balances
    assert done.adjustments == (
        ProviderAdjustment("WO", 5_025),
        ProviderAdjustment("L6", -150),
        ProviderAdjustment("FB", 2_000),
    )


def test_a_payment_that_does_not_balance_by_a_cent() -> None:
    answers = read(*CLAIM, paid="120.01")
    (message,) = troubles(answers)
    assert "BPR02 is 120.01" in message
    done = answers[-1]
    assert isinstance(done, PaymentDone)
    assert not done.balances


def test_a_debit_counts_against_the_payee() -> None:
    reversal = "CLP*A1*22*-300*-300*0*CI*ICN1*11*1"
    debit = [segment.format(paid="300").replace("*C*ACH", "*D*ACH") for segment in HEAD]
    (_, done) = read_answers(io.BytesIO(enveloped("835", "005010X221A1", [[*debit, reversal]])))
    assert isinstance(done, PaymentDone)
    assert done.balances
    assert done.payment.amount == -30_000


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            "CAS*CO*45*60",
            "CAS*CO*45*59.99",
            "the line does not balance: charge 200.00 less adjustments 99.99",
        ),
        ("CAS*CO*29*10", "CAS*CO*29*9", "the claim does not balance: charge 300.00 less adjustments 179.00"),
        ("CAS*CO*29*10", "CAS*CO*29*x", "CAS03 is not an amount"),
        ("CAS*CO*29*10", "CAS*CO*29*10.001", "CAS03 is not an amount"),
    ],
)
def test_what_does_not_balance_is_said(before: str, after: str, message: str) -> None:
    found = troubles(read(*(after if segment == before else segment for segment in CLAIM)))
    assert any(text.startswith(message) for text in found), found


def test_an_unreadable_amount_never_counts_as_balanced() -> None:
    answers = read("CLP*A1*1*100*1e2**CI*ICN1", paid="0")
    done = answers[-1]
    assert isinstance(done, PaymentDone)
    assert not done.balances
    assert "the payment cannot be balanced: an amount in this 835 is unreadable" in troubles(answers)


def test_a_predetermination_moves_no_money() -> None:
    assert troubles(read("CLP*A1*25*100*0**CI*ICN1", paid="0")) == []


def test_a_payment_without_its_amount_cannot_be_balanced() -> None:
    raw = enveloped("835", "005010X221A1", [["TRN*1*T*1", "N1*PR*LAUREL", *CLAIM]])
    answers: list[object] = list(read_answers(io.BytesIO(raw)))
    assert "the payment cannot be balanced: there is no amount in BPR02" in troubles(answers)


def test_of_a_claim_with_absurdly_many_lines_all_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays bounded, and the money is right."""
    monkeypatch.setattr("scrubber.answers.set835.MOST", 3)
    lines = ["SVC*HC:99213*10*10"] * 9
    answers = read("CLP*A1*1*90*90**CI*ICN1", *lines, paid="90")
    claim, done = (each for each in answers if not isinstance(each, Trouble))
    assert isinstance(claim, ClaimPayment)
    assert isinstance(done, PaymentDone)
    assert (len(claim.lines), done.balances) == (3, True)
    assert troubles(answers) == ["more than 3 lines: the rest is not matched"]


def test_several_payments_in_a_file() -> None:
    body = [line.format(paid="120") for line in HEAD] + CLAIM
    other = [line.format(paid="-3").replace("LAUREL", "JUNIPER") for line in HEAD]
    raw = enveloped("835", "005010X221A1", [body, [*other, "PLB*1*20261231*L3*3"]])
    done = [answer for answer in read_answers(io.BytesIO(raw)) if isinstance(answer, PaymentDone)]
    assert [(each.payment.payer, each.claims, each.balances) for each in done] == [
        ("LAUREL HEALTH PLAN", 1, True),
        ("JUNIPER HEALTH PLAN", 0, True),
    ]
