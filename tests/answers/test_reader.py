"""Envelopes of answers, the 277CA, the 999 and the TA1, and bytes of any kind."""

from __future__ import annotations

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.answers import ClaimAcknowledgment, PaymentDone, Receipt, Trouble, read_answers
from scrubber.answers.money import amount, cents_of
from tests.support import answers

CASES = answers.cases([("paid", 2), ("caught", 1), ("rejected", 1), ("denied, reversed, paid", 1)])
ERA = answers.remittances(CASES, takeback=100)
BATCH = answers.acknowledged(CASES)


def read(raw: bytes) -> list[object]:
    return list(read_answers(io.BytesIO(raw)))


def troubles(raw: bytes) -> list[str]:
    return [str(answer) for answer in read(raw) if isinstance(answer, Trouble)]


def test_a_277ca() -> None:
    receipt, *statuses = read(BATCH)
    assert receipt == Receipt("277CA", "B1-0001", "", "A1", is_rejected=False, segment=13)
    rejected = [each for each in statuses if isinstance(each, ClaimAcknowledgment) and each.is_rejected]
    (case,) = [case for case in CASES if case.name == "rejected"]
    assert [(each.number, each.statuses, each.icn) for each in rejected] == [
        (case.number, ("A7:562:82",), "")
    ]
    accepted = statuses[0]
    assert isinstance(accepted, ClaimAcknowledgment)
    assert (accepted.icn, accepted.batch, accepted.first) == (CASES[0].icn, "B1-0001", date(2026, 5, 11))
    assert accepted.charge == sum(CASES[0].charges)


def test_lines_of_a_277ca() -> None:
    line = [b"SVC*HC:96372*50~STC*A7:507*20260602*U~REF*FJ*L2~SE*"]
    raw = BATCH.replace(b"SE*", line[0])
    last = [each for each in read(raw) if isinstance(each, ClaimAcknowledgment)][-1]
    (found,) = last.lines
    assert (found.procedure, found.control_number, found.statuses) == ("96372", "L2", ("A7:507",))
    assert not last.is_rejected  # the claim's own status says that


def test_a_277ca_of_a_whole_batch() -> None:
    raw = BATCH.replace(b"STC*A1:19:PR*20260602*WQ*1", b"STC*A3:24*20260602*U*1")
    (receipt,) = [each for each in read(raw) if isinstance(each, Receipt)]
    assert (receipt.number, receipt.code, receipt.is_rejected) == ("B1-0001", "A3", True)


def test_the_clearinghouses_number_of_a_277ca() -> None:
    raw = BATCH.replace(b"REF*1K*", b"REF*D9*")
    accepted = next(each for each in read(raw) if isinstance(each, ClaimAcknowledgment))
    assert (accepted.icn, accepted.reference) == ("", CASES[0].icn)


@pytest.mark.parametrize(("code", "rejected"), [("A", False), ("E", False), ("R", True)])
def test_a_999(code: str, rejected: bool) -> None:
    first, *whole = read(answers.received("7", code))
    assert isinstance(first, Receipt)
    assert (first.number, first.group, first.code, first.is_rejected) == ("0001", "7", code, rejected)
    assert len(whole) == rejected  # a group is answered as a whole only if it is rejected


def test_a_ta1() -> None:
    raw = answers.enveloped("999", "005010X231A1", []).replace(
        b"GS*", b"TA1*000000042*260602*0900*R*017~GS*", 1
    )
    assert read(raw)[0] == Receipt("TA1", "000000042", "", "R", is_rejected=True, segment=2)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (b"SE*", b"XX*", "SE is missing before ST: this transaction set is not whole"),
        (b"ST*835*0001~", b"", "SE without ST"),
        (b"IEA*", b"XX*", "the input ends without IEA"),
        (b"ST*835*0001", b"ST*834*0001", "this transaction set is not read"),
        (b"DTM*405*20260612~", b"", "SE01 is not the number of segments"),
        (b"*0001~\nST*", b"*0009~\nST*", "SE02 is not the control number of its ST"),
        (b"ISA*", b"hello ISA*", "are not part of any segment"),
    ],
)
def test_what_is_wrong_names_its_place(before: bytes, after: bytes, message: str) -> None:
    assert before in ERA
    found = troubles(ERA.replace(before, after, 1))
    assert any(message in text for text in found), found
    assert all(text.startswith("segment ") or "byte" in text for text in found)


@pytest.mark.parametrize("raw", [b"", b"hello", b"\x00\xff" * 99, b"PK\x03\x04" + b"x" * 99])
def test_what_is_no_answer_says_so(raw: bytes) -> None:
    assert "there is no 835, 277CA, 999 or TA1 in this file" in troubles(raw)


def test_an_interchange_within_another_one() -> None:
    found = troubles(ERA[: ERA.index(b"IEA*")] + BATCH)
    assert len(found) == 1
    assert "an interchange begins within another one, whose IEA is missing" in found[0]


def test_a_truncated_file_is_not_taken_for_a_whole_one() -> None:
    whole = ERA.index(b"SE*")
    done = [each for each in read(ERA[:whole]) if isinstance(each, PaymentDone)]
    assert len(done) == 1
    assert any("not whole" in text for text in troubles(ERA[:whole]))


@given(st.binary(max_size=400))
def test_any_bytes_give_no_traceback(raw: bytes) -> None:
    read(raw)


@given(
    st.sampled_from([ERA, BATCH, answers.received()]),
    st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=6)), max_size=8),
)
def test_damaged_answers_give_no_traceback(raw: bytes, damages: list[tuple[int, bytes]]) -> None:
    for place, piece in damages:
        at = place % len(raw)
        raw = raw[:at] + piece + raw[at + len(piece) // 2 :]
    found = read(raw)
    # Whatever was damaged, what a person is called is in no message.
    assert "LARKSPUR" not in "".join(str(each) for each in found if isinstance(each, Trouble))


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("0", 0), ("12", 1_200), ("12.5", 1_250), ("-12.50", -1_250), (".5", 50), ("7.", 700),
        ("1.2300", 123),
        ("", None), ("-", None), (".", None), ("1.234", None), ("1e3", None), ("+1", None), ("1,000", None),
        ("٣", None), ("9" * 16, None), ("NaN", None), (" 1", None),
    ],
)  # fmt: skip
def test_amounts_are_exact_or_none(text: str, cents: int | None) -> None:
    assert cents_of(text) == cents


def test_amounts_are_shown_in_dollars() -> None:
    assert (amount(-123_456_789), amount(5), amount(0)) == ("-1234567.89", "0.05", "0.00")
