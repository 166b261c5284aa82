"""What `scrub` acknowledges: the file as it was received, at SNIP levels 1 and 2, and nothing else."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from bench import generate
from scrubber.acks import writer as acknowledge
from scrubber.acks.writer import Acknowledger
from scrubber.claim.walk import Leaf
from tests.acks.test_acks import accepted_by_pyx12
from tests.support.mutations import mutated_files
from tests.support.running import run, shipped

FIXTURES = Path(__file__).parents[2] / "fixtures" / "837"
TWO_CLAIMS = (FIXTURES / "broken" / "example.837").read_bytes()


def acknowledgement(raw: bytes, name: str = "input.999") -> list[list[str]]:
    """The segments of an acknowledgement, each as its elements."""
    text = run(raw, shipped("safe")).acks[name].decode()
    return [segment.split("*") for segment in text.split("~") if segment]


def only(segments: list[list[str]], name: str) -> list[list[str]]:
    return [segment[1:] for segment in segments if segment[0] == name]


def test_business_findings_are_none_of_its_affair() -> None:
    """Two claims of the example are held for what they bill; the file itself is right."""
    segments = acknowledgement(TWO_CLAIMS)
    assert only(segments, "IK5") == [["A"]]
    assert only(segments, "AK9") == [["A", "1", "1", "1"]]


def test_a_fault_names_segment_position_loop_claim_and_element() -> None:
    """One claim of four has a fault of the guide: the transaction goes on without it."""
    raw = TWO_CLAIMS.replace(b"CLM*EX-1001*167.25***11:B:1*Y*", b"CLM*EX-1001*167.25***11:B:1*Q*")
    assert raw != TWO_CLAIMS
    body = raw[raw.index(b"ST*") :].split(b"~")
    position = 1 + next(at for at, segment in enumerate(body) if b"CLM*EX-1001" in segment)
    segments = acknowledgement(raw)
    assert only(segments, "IK3") == [["CLM", str(position), "2300", "8"]]
    assert only(segments, "CTX") == [["CLM01:EX-1001"]]
    assert only(segments, "IK4") == [["6", "1073", "7", "Q"]]
    assert only(segments, "IK5") == [["E", "5"]]
    assert only(segments, "AK9") == [["E", "1", "1", "1"]]


def test_an_empty_envelope_is_rejected_and_held() -> None:
    """A group without a set is in the 999, an interchange without a group in the TA1; the claims go on."""
    raw = (FIXTURES / "clean" / "injection-patient.837").read_bytes().replace(b"\n", b"")
    isa, gs = raw[: raw.index(b"GS*")], raw[raw.index(b"GS*") : raw.index(b"ST*")]
    group = gs.replace(b"*1*X*", b"*77*X*") + b"GE*1*77~"
    empty = isa.replace(b"*000000001*", b"*000000009*") + b"IEA*0*000000009~"
    assert b"*77*X*" in group
    assert b"*000000009*" in empty
    whole = run(raw.replace(b"IEA*1*", group + b"IEA*2*") + empty, shipped("safe"))
    assert whole.clean == raw
    assert whole.held
    assert group in whole.held
    assert empty in whole.held
    text = whole.acks["input.999"].decode()
    answers = [segment.split("*")[1:] for segment in text.split("~") if segment.startswith("AK9")]
    assert answers == [["A", "1", "1", "1"], ["R", "1", "0", "0", "5"]]
    assert "*R*024~" in whole.acks["input.ta1"].decode()


def test_nothing_left_is_a_rejection() -> None:
    """The only claim has a fault of the guide, so nothing of the transaction goes on."""
    raw = (FIXTURES / "clean" / "injection-patient.837").read_bytes()
    broken = raw.replace(b"*Y*A*Y*Y", b"*Q*A*Y*Y")
    assert broken != raw
    segments = acknowledgement(broken)
    assert only(segments, "IK5") == [["R", "5"]]
    assert only(segments, "AK9") == [["R", "1", "1", "0"]]


ONE_CLAIM = (FIXTURES / "clean" / "injection-patient.837").read_bytes()
COUNT = ONE_CLAIM[ONE_CLAIM.index(b"ST*") : ONE_CLAIM.index(b"\nGE*")].count(b"~")


@pytest.mark.parametrize(
    ("before", "after", "faults", "verdict"),
    [
        (rb"(ST\*837\*\w+\*\w+)", rb"\1*X", [["ST", "1", "", "8"], ["4", "", "3", "X"]], ["R", "5"]),
        (rb"(SE\*\d+\*\w+)", rb"\1**X", [["SE", str(COUNT), "", "8"], ["3", "", "3"]], ["R", "5"]),
        (rb"(SE\*\d+\*\w+)", rb"\1*", [], ["A"]),
        (rb"(SE\*\d+\*)0*", rb"\1", [], ["E", "3"]),
        (rb"(SE\*)(\d+)", rb"\g<1>0\2", [], ["A"]),
        (rb"(SE\*)(\d+)", rb"\g<1> \2", [], ["E", "4"]),
        (rb"(GE\*1\*\d+)", rb"\1*X", [], ["R", "5"]),
        (rb"(GE\*1\*)", rb"\g<1>00", [], ["A"]),
        (rb"(HC\*.*005010X222A1)(~\s*ST)", rb"\1*X\2", [], ["R", "5"]),
    ],
)
def test_envelope_segments_are_as_the_standard_has_them(
    before: bytes, after: bytes, faults: list[list[str]], verdict: list[str]
) -> None:
    """An element too many is refused at its place; what a safe fix corrects is told, and goes on."""
    raw, times = re.subn(before, after, ONE_CLAIM, count=1)
    assert times == 1
    segments = acknowledgement(raw)
    assert only(segments, "IK3") + only(segments, "IK4") == faults
    assert only(segments, "IK5") == [verdict]
    assert only(segments, "AK9")[0][0] == verdict[0]


def test_closed_levels_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many subscribers a transaction has, no more is kept of them than of the open levels."""
    kept: list[int] = []
    enter = Acknowledger._enter

    def watched(self: Acknowledger, below: Leaf) -> None:
        enter(self, below)
        kept.append(len(self._told))

    monkeypatch.setattr(Acknowledger, "_enter", watched)
    out = io.BytesIO()
    generate.generate(out, size=60_000, seed=1, claims_per_st=10**6)
    run(out.getvalue(), shipped("safe"))
    assert len(kept) > 50
    assert max(kept) <= 3


def test_faulty_segments_are_told_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit no more segments are told, and the transaction is judged all the same."""
    monkeypatch.setattr(acknowledge, "MOST_FAULTY", 1)
    raw = TWO_CLAIMS.replace(b"***11:B:1*Y*A*Y*Y", b"***11:B:1*Q*A*Y*Y")
    segments = acknowledgement(raw)
    assert len(only(segments, "IK3")) == 1
    assert only(segments, "IK5") == [["R", "5"]]


def test_what_a_repair_mended_was_received_all_the_same() -> None:
    """A unit in small letters is repaired, and acknowledged as it came."""
    raw = (FIXTURES / "clean" / "injection-patient.837").read_bytes()
    broken = raw.replace(b"*ML", b"*ml", 1)
    assert broken != raw
    assert run(broken, shipped("safe")).file.verdict == "clean"
    segments = acknowledgement(broken)
    assert [segment[0] for segment in only(segments, "IK3")] == ["CTP"]
    assert only(segments, "IK5") == [["E", "5"]]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("wrong-se-count", ["R", "4"]),
        ("hl-out-of-sequence", ["R", "5"]),
        ("unsupported-835", ["R", "I6"]),
    ],
)
def test_envelopes_at_fault_are_rejected(name: str, expected: list[str]) -> None:
    """What holds a whole transaction rejects it, with the code of the reason."""
    segments = acknowledgement((FIXTURES / "broken" / f"{name}.837").read_bytes())
    assert only(segments, "IK5") == [expected]


@pytest.mark.parametrize(
    ("name", "code"), [("no-iea", "023"), ("wrong-iea-control-number", "001"), ("isa-too-short", "022")]
)
def test_an_interchange_that_fails_gets_a_ta1(name: str, code: str) -> None:
    """The interchange itself is answered with a TA1, and only where it fails."""
    raw = (FIXTURES / "broken" / f"{name}.837").read_bytes()
    assert [segment[3:] for segment in only(acknowledgement(raw, "input.ta1"), "TA1")] == [["R", code]]
    assert "input.ta1" not in run(TWO_CLAIMS, shipped("safe")).acks


@settings(max_examples=20, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(mutated_files())
def test_another_validator_accepts_it_whatever_the_input(raw: bytes) -> None:
    """pyx12's own 999 map finds no fault in what is written."""
    acks = run(raw, shipped("safe")).acks
    for ack in acks.values():
        # One at a time: an input may have two interchanges of one number, and so have the answers.
        for interchange in re.split(rb"(?=ISA\*00)", ack):
            assert not interchange or accepted_by_pyx12(interchange)


PLAIN = (FIXTURES / "clean" / "injection-patient.837").read_bytes()


def _second(header: bytes, trailer: bytes) -> bytes:
    """A clean file that has everything from a header to its trailer twice, and counts it."""
    lines = PLAIN.splitlines(keepends=True)
    start, end = (
        next(at for at, line in enumerate(lines) if line.startswith(id_)) for id_ in (header, trailer)
    )
    around = [
        line.replace(b"GE*1*", b"GE*2*").replace(b"IEA*1*", b"IEA*2*") for line in lines[end + 1 : end + 2]
    ]
    return b"".join([*lines[: end + 1], *lines[start : end + 1], *around, *lines[end + 2 :]])


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        (b"*0*T*:", b"*0*Q*:", "020"),
        (b"*0*T*:", b"*7*T*:", "019"),
        (b"ISA*00*", b"ISA*04*", "010"),
        (b"*^*00501*", b"*^*00401*", "003"),
        (b"*^*00501*", b"*U*00501*", "016"),
    ],
)
def test_a_wrong_value_in_isa_rejects_the_interchange(before: bytes, after: bytes, note: str) -> None:
    """The interchange is held, and its TA1 says why, whether or not the sender asks for one."""
    assert before in PLAIN
    (ta1,) = only(acknowledgement(PLAIN.replace(before, after), "input.ta1"), "TA1")
    assert ta1[3:] == ["R", note]


def test_a_sender_gets_the_ta1_that_it_asks_for() -> None:
    """If ISA14 is 1, an interchange that is accepted has a TA1, too; otherwise there is none."""
    asking = PLAIN.replace(b"*0*T*:", b"*1*T*:")
    (ta1,) = only(acknowledgement(asking, "input.ta1"), "TA1")
    assert ta1[3:] == ["A", "000"]
    assert "input.ta1" not in run(PLAIN, shipped("safe")).acks


def test_repeated_control_numbers_are_in_the_acknowledgements() -> None:
    """The second set, group or interchange with a number is rejected, and not the first."""
    segments = acknowledgement(_second(b"ST*", b"SE*"))
    assert only(segments, "IK5") == [["A"], ["R", "23"]]
    segments = acknowledgement(_second(b"GS*", b"GE*"))
    assert only(segments, "IK5") == [["A"], ["R", "5"]]
    assert only(segments, "AK9") == [["A", "1", "1", "1"], ["R", "1", "1", "0", "19"]]
    segments = acknowledgement(_second(b"ISA*", b"IEA*"), "input.ta1")
    assert [ta1[3:] for ta1 in only(segments, "TA1")] == [["R", "025"]]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [(b"GS*HC*MILLBROOK*", b"GS*HC**", "14"), (b"*CLEARWAY*2026", b"**2026", "13")],
)
def test_a_group_without_sender_or_receiver_is_rejected(before: bytes, after: bytes, code: str) -> None:
    """AK905 names the missing party."""
    assert PLAIN.count(before) == 1
    assert only(acknowledgement(PLAIN.replace(before, after)), "AK9") == [["R", "1", "1", "0", code]]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (b"*0001*005010X222A1~", b"*0001~", "I6"),
        (b"*0001*005010X222A1~", b"*0001*005010X222~", "I6"),
        (b"*0001*005010X222A1~", b"*1*005010X222A1~", "7"),
    ],
)
def test_a_wrong_st_is_rejected(before: bytes, after: bytes, code: str) -> None:
    """IK502 says what is wrong with ST02 and ST03."""
    raw = PLAIN.replace(before, after)
    if code == "7":
        raw = raw.replace(b"*0001~", b"*1~")
    (verdict, *codes) = only(acknowledgement(raw), "IK5")[0]
    assert (verdict, code in codes) == ("R", True)
