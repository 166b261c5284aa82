"""999 and TA1: three answers read by hand, and any faults at all with pyx12 as witness."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from unittest.mock import patch

import pytest
import pyx12.map_if
import pyx12.params
import pyx12.x12n_document
from hypothesis import example, given
from hypothesis import strategies as st

from scrubber.acks.ack999 import ELEMENT_CODES, SEGMENT_CODES, write_999
from scrubber.acks.interchange import DEFAULT_DELIMITERS, Addressee, sound_delimiters
from scrubber.acks.model import GroupAck, GroupFault, SegmentFaults, SetFault, TransactionAck
from scrubber.acks.ta1 import Ta1Note, Verdict, interchange_status, write_ta1
from scrubber.envelopes.scan import Envelope, scan_envelopes
from scrubber.guide.fault import Fault, FaultKind
from scrubber.guide.recognizer import recognizer
from scrubber.x12 import Delimiters, Segment, read_pieces
from scrubber.x12.envelope import envelope_events
from tests.support.strategies import delims

WHEN = datetime(2026, 6, 30, 14, 5)  # noqa: DTZ001 - an envelope tells local time
ISA = (
    b"ISA*00*          *00*          *ZZ*CLINIC         *30*123456789      "
    b"*260630*1200*^*00501*000000077*0*T*:~"
)
GS = b"GS*HC*CLINICAPP*PAYERAPP*20260630*1200*55*X*005010X222A1"
HEAD = b"AK1*HC*55*005010X222A1~"
OPEN = (
    b"ISA*00*          *00*          *30*123456789      *ZZ*CLINIC         "
    b"*260630*1405*^*00501*000000009*0*T*:~"
    b"GS*FA*PAYERAPP*CLINICAPP*20260630*1405*9*X*005010X231A1~"
)


def _segment(body: bytes, delimiters: Delimiters = DEFAULT_DELIMITERS) -> Segment:
    return Segment(body, 1, 0, delimiters)


def _reply(delimiters: Delimiters = DEFAULT_DELIMITERS, isa: bytes = ISA, number: int = 9) -> Addressee:
    return Addressee(_segment(isa.removesuffix(b"~")), delimiters, number, WHEN)


def _transaction(number: int, *segments: SegmentFaults, held: bool = False) -> TransactionAck:
    return TransactionAck(_segment(b"ST*837*%04d*005010X222A1" % number), segments, held=held)


def _written(*groups: GroupAck, reply: Addressee | None = None) -> bytes:
    out = io.BytesIO()
    write_999(iter(groups), reply or _reply(), out)
    return out.getvalue()


def _answer(raw: bytes) -> bytes:
    """What stands between GS and GE."""
    assert raw.startswith(OPEN)
    body, found, _ = raw.removeprefix(OPEN).partition(b"GE*1*9~IEA*1*000000009~")
    assert found
    return body


# ------------------------------------------------------------------------------------- the witness

_load_map_file = pyx12.map_if.load_map_file
NEWER_STATUSES = frozenset({"772", "773"})
"""Claim status codes of edits that are newer than pyx12's list of them."""


def _load_map(name: str, *_rest: object) -> Any:
    """Loading takes far longer than validating; a map keeps no state."""
    return _map(name)


@cache
def _map(name: str) -> Any:
    loaded = _load_map_file(name, pyx12.params.params(), None)
    statuses = loaded.ext_codes.codes["claim_status"]
    statuses["codes"] |= NEWER_STATUSES
    return loaded


def accepted_by_pyx12(raw: bytes) -> bool:
    text = io.StringIO(raw.decode("ascii"), newline="")
    logging.disable(logging.CRITICAL)
    try:
        with patch.object(pyx12.map_if, "load_map_file", _load_map):
            return bool(pyx12.x12n_document.x12n_document(pyx12.params.params(), text, None, None))
    finally:
        logging.disable(logging.NOTSET)


def _envelopes(raw: bytes) -> list[Envelope]:
    return list(scan_envelopes(envelope_events(read_pieces(io.BytesIO(raw)))))


def check_framing(raw: bytes) -> list[Segment]:
    """Everything is a segment, nothing is lost, and the counts and control numbers are right."""
    pieces = list(read_pieces(io.BytesIO(raw)))
    assert b"".join(piece.raw for piece in pieces) == raw
    segments = [piece for piece in pieces if isinstance(piece, Segment)]
    assert len(segments) == len(pieces)
    for envelope in _envelopes(raw):
        assert not envelope.gaps
        assert not envelope.isa_fault
        if envelope.kind == "file":
            continue
        assert envelope.header is not None
        assert envelope.trailer is not None
        assert envelope.trailer.get(1) == str(envelope.count)
        place = {"interchange": 13, "group": 6, "transaction": 2}[envelope.kind]
        assert envelope.trailer.get(2) == envelope.header.get(place)
    return segments


def test_the_witness_sees_a_fault() -> None:
    raw = _written(GroupAck(_segment(GS), 1, 1, [_transaction(1)]))
    assert accepted_by_pyx12(raw)
    for before, after in (
        (b"IK5*A", b"IK5*Q"),
        (b"SE*6", b"SE*7"),
        (b"AK9*A*1", b"AK9*A*"),
        (b"HC*55", b"HC*5A"),
    ):
        assert before in raw
        assert not accepted_by_pyx12(raw.replace(before, after))


# ------------------------------------------------------------------------------ read by hand


def test_accepted() -> None:
    raw = _written(GroupAck(_segment(GS), 2, 2, [_transaction(1), _transaction(2)]))
    assert raw == (
        OPEN + b"ST*999*0001*005010X231A1~"
        b"AK1*HC*55*005010X222A1~"
        b"AK2*837*0001*005010X222A1~IK5*A~"
        b"AK2*837*0002*005010X222A1~IK5*A~"
        b"AK9*A*2*2*2~SE*8*0001~"
        b"GE*1*9~IEA*1*000000009~"
    )
    assert accepted_by_pyx12(raw)


def test_errors_noted_in_a_claim_that_was_taken_out() -> None:
    """As the recogniser finds them: a wrong code in SV1, a DTP without a day, an HI that is missing."""
    claim = [
        b"CLM*PAT-17*125***11:B:1*Y*A*Y*Y",
        b"LX*1",
        b"SV1*HC:96372*125*XX*1***1",
        b"DTP*472*D8*20260231",
    ]
    segments = [_segment(body) for body in claim]
    segments = [Segment(s.body, at, 0, DEFAULT_DELIMITERS) for at, s in enumerate(segments, start=1)]
    found = recognizer(DEFAULT_DELIMITERS).check("2300", segments)
    faulty = [
        SegmentFaults(30 + s.number, s, "2400", tuple(f for f in found if f.segment is s), "PAT-17")
        for s in segments
    ]
    assert [len(one.faults) for one in faulty] == [1, 0, 1, 1]
    raw = _written(GroupAck(_segment(GS), 1, 1, [_transaction(1, *faulty)]))
    assert _answer(raw) == (
        b"ST*999*0001*005010X231A1~AK1*HC*55*005010X222A1~AK2*837*0001*005010X222A1~"
        b"IK3*HI*32*2300*3~CTX*CLM01:PAT-17~"
        b"IK3*SV1*33*2400*8~CTX*CLM01:PAT-17~IK4*3*355*7*XX~"
        b"IK3*DTP*34*2400*8~CTX*CLM01:PAT-17~IK4*3*1251*8*20260231~"
        b"IK5*E*5~AK9*E*1*1*1~SE*14*0001~"
    )
    assert accepted_by_pyx12(raw)


def test_partly_and_wholly_rejected() -> None:
    nm1 = _segment(b"NM1*85*2*CLINIC*****XX*1*****X")
    faults = (
        Fault(FaultKind.TOO_SHORT, nm1, "2010AA", 9),
        Fault(FaultKind.NOT_USED, nm1, "2010AA", 14),
        Fault(FaultKind.TOO_MANY_LOOPS, nm1, "2010AA"),
    )
    bad = TransactionAck(
        _segment(b"ST*837*0002*005010X222A1"),
        [SegmentFaults(8, nm1, "2010AA", faults)],
        (SetFault.COUNT_DIFFERS,),
        held=True,
    )
    group = GroupAck(_segment(GS), 3, 2, [_transaction(1), bad], (GroupFault.COUNT_DIFFERS,))
    others = (
        b"AK2*837*0002*005010X222A1~"
        b"IK3*NM1*8*2010*8~IK4*9*67*4*1~IK4*14**I10*X~IK3*NM1*8*2010*4~"
        b"IK5*R*4*5*I5~"
    )
    raw = _written(group)
    assert _answer(raw) == (
        b"ST*999*0001*005010X231A1~" + HEAD + b"AK2*837*0001*005010X222A1~IK5*A~" + others + b"AK9*P*3*2*1*5~"
        b"SE*12*0001~"
    )
    assert accepted_by_pyx12(raw)
    raw = _written(GroupAck(_segment(GS), None, 1, [bad]))
    assert _answer(raw) == b"ST*999*0001*005010X231A1~" + HEAD + others + b"AK9*R*1*1*0~SE*10*0001~"
    assert accepted_by_pyx12(raw)


# -------------------------------------------------------------------------------- one by one


def _notes_of(segment: SegmentFaults, delimiters: Delimiters = DEFAULT_DELIMITERS) -> list[bytes]:
    raw = _written(GroupAck(_segment(GS), 1, 1, [_transaction(1, segment)]), reply=_reply(delimiters))
    assert accepted_by_pyx12(raw)
    bodies = [piece.body for piece in check_framing(raw)]
    return [body for body in bodies if body[:3] in (b"IK3", b"IK4", b"IK5", b"CTX")]


def _one_fault(
    kind: FaultKind, body: bytes, *, element: int = 0, component: int = 0, **more: Any
) -> list[bytes]:
    segment = _segment(body)
    fault = Fault(
        kind, segment, more.pop("loop", "2300"), element, component, missing=more.pop("missing", "")
    )
    return _notes_of(SegmentFaults(more.pop("position", 12), segment, "2300", (fault,), **more))


def test_every_kind_has_codes_that_the_999_knows() -> None:
    for kind in FaultKind:
        assert kind.segment_code in SEGMENT_CODES | {""}
        assert kind.element_code in ELEMENT_CODES | {""}


@pytest.mark.parametrize("name", [b"ZZZ", b"clm", b"", b"C", b"NM11", b"C\xff", b"N~", b"ISA"])
def test_an_id_that_is_none_of_the_837_is_left_to_ik5(name: bytes) -> None:
    assert _one_fault(FaultKind.UNEXPECTED, name + b"*1") == [b"IK5*E*5"]


@pytest.mark.parametrize("position", [0, 1_000_000])
def test_a_position_that_has_no_room_is_left_to_ik5(position: int) -> None:
    assert _one_fault(FaultKind.UNEXPECTED, b"CLM*1", position=position) == [b"IK5*E*5"]


@pytest.mark.parametrize(
    ("loop", "said"),
    [
        ("2010AA", b"2010"),
        ("2310B", b"2310"),
        ("2300", b"2300"),
        ("HEADER", b""),
        ("é300A", b""),
        ("", b"2300"),
    ],
)
def test_loops_in_four_characters(loop: str, said: bytes) -> None:
    assert _one_fault(FaultKind.UNEXPECTED, b"REF*1", loop=loop)[0] == b"IK3*REF*12*" + said + b"*2"


def test_a_fault_without_code_is_not_told() -> None:
    assert _one_fault(FaultKind.TRAILING_SEPARATOR, b"REF*EI*1*") == [b"IK5*A"]


@pytest.mark.parametrize(
    "value", [b"A~B", b"A^B", b"A:B", b"A!B", b"A\x07B", b"A ", b"X" * 100, "é".encode(), b"\xff", b"A\nB"]
)
def test_what_cannot_be_copied_is_left_out(value: bytes) -> None:
    segment = Segment(b"REF|EI|" + value, 1, 0, Delimiters(b"|", b">", b"!", b"\n"))
    fault = Fault(FaultKind.BAD_CHARACTER, segment, "2010AA", 2)
    assert _notes_of(SegmentFaults(9, segment, "2010AA", (fault,)))[1] == b"IK4*2*127*6"


@pytest.mark.parametrize("value", [b"A*B", b"a", b" A", b"X" * 99])
def test_what_can_be_copied_is(value: bytes) -> None:
    marks = Delimiters(b"|", b">", b"!", b"~")
    segment = _segment(b"REF|EI|" + value, marks)
    fault = Fault(FaultKind.BAD_CHARACTER, segment, "2010AA", 2)
    assert _notes_of(SegmentFaults(9, segment, "2010AA", (fault,)), marks)[1] == b"IK4|2|127|6|" + value


def test_a_composite_is_not_copied_as_a_value() -> None:
    marks = Delimiters(b"*", b">", b"^", b"~")
    segment = _segment(b"SV1*HC>1>2>3>4>5>6>7>8>9*1", marks)
    fault = Fault(FaultKind.TOO_MANY_COMPONENTS, segment, "2400", 1)
    assert _notes_of(SegmentFaults(9, segment, "2400", (fault,)))[1] == b"IK4*1**13"


@pytest.mark.parametrize("claim", ["", "A:B", "X" * 36, "A\x1dB", "É"])
def test_a_claim_that_cannot_be_named_is_not(claim: str) -> None:
    assert _one_fault(FaultKind.UNEXPECTED, b"REF*1", claim=claim) == [b"IK3*REF*12*2300*2", b"IK5*E*5"]


def test_a_missing_segment_would_stand_behind() -> None:
    notes = _one_fault(FaultKind.MISSING_SEGMENT, b"CLM*1", missing="HI", claim="C1")
    assert notes == [b"IK3*HI*13*2300*3", b"CTX*CLM01:C1", b"IK5*E*5"]


def test_unusable_control_values_are_said_to_be_so() -> None:
    group = GroupAck(
        _segment(b"GS*HC*C*PAYERAPP*20260630*1200*5A*X*"),
        1,
        1,
        [TransactionAck(_segment(b"ST*9*1"), held=True)],
    )
    raw = _written(group)
    assert b"AK1*HC*0*UNKNOWN~AK2*837*0000~IK5*R*6*7~AK9*R*1*1*0*6*2~" in raw
    assert b"GS*FA*PAYERAPP*CLINIC*" in raw  # one character is too few for GS03; the ISA's name serves
    assert accepted_by_pyx12(raw)


def test_an_acknowledgement_is_never_acknowledged() -> None:
    out = io.BytesIO()
    group = GroupAck(_segment(GS.replace(b"HC", b"FA")), 1, 1, [_transaction(1)])
    assert write_999([group], _reply(), out) == 0
    assert not out.getvalue()


def test_more_codes_than_room() -> None:
    ack = TransactionAck(_segment(b"ST*837*0001"), (), (*SetFault, *SetFault), held=True)
    raw = _written(GroupAck(_segment(GS), 1, 1, [ack], (*GroupFault, *GroupFault)))
    assert b"IK5*R*1*2*3*4*5~AK9*R*1*1*0*1*2*3*4*5~" in raw
    assert accepted_by_pyx12(raw)


def test_each_code_once() -> None:
    twice = (SetFault.COUNT_DIFFERS, SetFault.COUNT_DIFFERS)
    ack = TransactionAck(_segment(b"ST*837*0001"), (), twice)
    assert b"IK5*E*4~" in _written(GroupAck(_segment(GS), 1, 1, [ack]))


@pytest.mark.parametrize("element", [0, 100])
def test_a_fault_of_no_element_that_ik4_can_name(element: int) -> None:
    notes = _one_fault(FaultKind.CONDITION, b"REF*EI", element=element)
    assert notes == [b"IK3*REF*12*2300*8", b"IK5*E*5"]


def test_a_group_for_each_pair_of_parties() -> None:
    other = GS.replace(b"CLINICAPP", b"OTHERAPP").replace(b"*55*", b"*56*")
    groups = [GroupAck(_segment(gs), 1, 1, [_transaction(1)]) for gs in (GS, GS, other)]
    raw = _written(*groups, reply=_reply(number=999_999_999))
    heads = [s.get(3) + " " + s.get(6) for s in check_framing(raw) if s.id == "GS"]
    assert heads == ["CLINICAPP 999999999", "OTHERAPP 1"]
    assert accepted_by_pyx12(raw)


def test_it_is_written_while_it_is_read() -> None:
    out = io.BytesIO()

    def segments() -> Iterator[SegmentFaults]:
        segment = _segment(b"REF*1")
        for position in range(2, 2000):
            yield SegmentFaults(position, segment, "2300", (Fault(FaultKind.UNEXPECTED, segment, "2300"),))
            assert b"IK3*REF*%d*" % position in out.getvalue()[-40:]

    write_999(
        iter([GroupAck(_segment(GS), 1, 1, iter([_transaction(1, held=True)]))]), _reply(), io.BytesIO()
    )
    ack = TransactionAck(_segment(b"ST*837*0001"), segments())
    assert write_999(iter([GroupAck(_segment(GS), 1, 1, iter([ack]))]), _reply(), out) == 1


@pytest.mark.parametrize("number", [0, -1, 1_000_000_000])
def test_control_numbers_have_nine_digits(number: int) -> None:
    with pytest.raises(ValueError, match="control number"):
        _reply(number=number)


@pytest.mark.parametrize(
    "wished",
    [
        Delimiters(b"*", b"*", b"^", b"~"),
        Delimiters(b"*", b" ", b"^", b"~"),
        Delimiters(b"*", b"\x1d", b"^", b"~"),
        Delimiters(b"\xe9", b":", b"^", b"~"),
        Delimiters(b"\n", b":", b"^", b"~"),
        Delimiters(b"*", b":", b"^", b"\r"),
        Delimiters(b"*", b":", b"U", b"~"),
        Delimiters(b"*", b"", b"^", b"~"),
    ],
)
def test_delimiters_that_not_everyone_can_read(wished: Delimiters) -> None:
    assert sound_delimiters(wished) == DEFAULT_DELIMITERS


def test_a_repetition_separator_is_found_for_older_input() -> None:
    assert sound_delimiters(Delimiters(b"*", b":", b"", b"~")) == DEFAULT_DELIMITERS
    assert sound_delimiters(Delimiters(b"^", b"|", b"", b"\n")).repetition == b"!"


# ---------------------------------------------------------------------------------- any faults


@st.composite
def _delimiters(draw: st.DrawFn) -> Delimiters:
    marks = draw(delims())
    return Delimiters(marks.element, marks.component, marks.repetition, marks.terminator)


_IDS = st.sampled_from(
    [b"CLM", b"NM1", b"SV1", b"HI", b"REF", b"SBR", b"LS", b"N2", b"ZZZ", b"", b"nm1", b"TOOLONG"]
)
_LOOPS = st.sampled_from(["HEADER", "1000A", "2010AA", "2300", "2310B", "2420A", "", "ÄÖ"]) | st.text(
    max_size=8
)
_VALUES = (
    st.binary(max_size=12)
    | st.sampled_from([b"A*B:C^D~E", b"X" * 99, b"X" * 100, b" ", b"A ", b"\x07", b"\x1c\x1d", b"a>b|c"])
    | st.text("ABC 09*:^~|>\n", max_size=20).map(str.encode)
)


@st.composite
def _segment_faults(draw: st.DrawFn, marks: Delimiters) -> SegmentFaults:
    body = marks.element.join([draw(_IDS), *draw(st.lists(_VALUES, max_size=9))])
    segment = _segment(body, marks)
    faults = draw(
        st.lists(
            st.builds(
                Fault,
                st.sampled_from(FaultKind),
                st.just(segment),
                _LOOPS,
                st.integers(0, 12) | st.integers(0, 120),
                st.integers(0, 3) | st.integers(0, 120),
                missing=st.sampled_from(["HI", "CLM", "NM1", "", "QQQ"]),
            ),
            max_size=5,
        )
    )
    position = draw(st.integers(1, 99) | st.sampled_from([999_999, 1_000_000, 10**9]))
    claim = draw(st.text(max_size=40) | st.sampled_from(["", "PAT-1", "A:B", "X" * 35, "X" * 36, "A "]))
    return SegmentFaults(position, segment, draw(_LOOPS), tuple(faults), claim)


@st.composite
def _transactions(draw: st.DrawFn, marks: Delimiters) -> TransactionAck:
    elements = (
        b"ST",
        draw(st.sampled_from([b"837", b"837", b"835", b"999", b"", b"8"])),
        draw(st.from_regex(rb"[0-9]{4,9}", fullmatch=True) | _VALUES),
        draw(st.just(b"005010X222A1") | _VALUES),
    )
    # An ST02 with a separator in it would shift the elements behind it.
    cleared = [value.replace(marks.element, b"") for value in elements]
    return TransactionAck(
        _segment(marks.element.join(cleared), marks),
        tuple(draw(st.lists(_segment_faults(marks), max_size=4))),
        tuple(draw(st.lists(st.sampled_from(SetFault), max_size=7))),
        held=draw(st.booleans()),
    )


@st.composite
def _groups(draw: st.DrawFn, marks: Delimiters) -> GroupAck:
    elements = [b"GS", draw(st.sampled_from([b"HC", b"HC", b"HP", b"HN"]))]
    elements += [draw(st.sampled_from([b"APP1", b"APP2", b"A", b""]) | _VALUES) for _ in "23"]
    elements += [b"20260630", b"1200", draw(st.sampled_from([b"1", b"999999999"]) | _VALUES), b"X"]
    elements += [draw(st.just(b"005010X222A1") | _VALUES)]
    transactions = tuple(draw(st.lists(_transactions(marks), max_size=4)))
    declared = draw(st.none() | st.integers(0, 9) | st.just(10**12))
    more = draw(st.just(0) | st.integers(0, 3))
    faults = tuple(draw(st.lists(st.sampled_from(GroupFault), max_size=7)))
    head = _segment(marks.element.join(elements), marks)
    return GroupAck(head, declared, len(transactions) + more, transactions, faults)


@st.composite
def _isas(draw: st.DrawFn, marks: Delimiters) -> Segment:
    """An ISA, often one whose elements are odd or of the wrong width."""
    elements = ISA.removesuffix(b":~").split(b"*")
    for at in draw(st.sets(st.integers(1, 15), max_size=3)):
        elements[at] = draw(_VALUES)
    return _segment(marks.element.join([*elements[:16], marks.component]), marks)


_TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2049, 12, 31))  # noqa: DTZ001 - local times


@st.composite
def _replies(draw: st.DrawFn) -> Addressee:
    marks = draw(_delimiters())
    isa = draw(_isas(draw(_delimiters())))
    return Addressee(isa, marks, draw(st.integers(1, 999_999_999)), draw(_TIMES))


@st.composite
def _answers(draw: st.DrawFn) -> tuple[list[GroupAck], Addressee]:
    marks = draw(_delimiters())
    return draw(st.lists(_groups(marks), min_size=1, max_size=3)), draw(_replies())


def _told(segments: Sequence[SegmentFaults]) -> bool:
    return any(fault.kind is not FaultKind.TRAILING_SEPARATOR for one in segments for fault in one.faults)


def _check_verdicts(groups: Sequence[GroupAck], segments: Sequence[Segment]) -> None:
    """Every transaction is answered, in order, and AK9 counts what IK5 said."""
    sets = iter(ack for group in groups for ack in group.transactions)
    counted: list[str] = []
    waiting = iter(groups)
    numbered: dict[str, str] = {}
    for segment in segments:
        if segment.id == "AK2":
            numbered = {"number": segment.get(2)}
            counted.append("")
        elif segment.id == "IK5":
            ack = next(sets)
            verdict = counted[-1] = segment.get(1)
            assert (verdict == "R") == ack.held
            odd = numbered["number"] != ack.st.get(2) or bool(ack.faults) or _told(tuple(ack.segments))
            assert verdict != "A" or not odd
            assert (verdict == "A") == (not segment.get(2))
        elif segment.id == "AK9":
            group = next(waiting)
            accepted = len(counted) - counted.count("R")
            assert segment.get(3) == str(group.received)
            assert segment.get(4) == str(accepted)
            if accepted == 0:
                assert segment.get(1) == "R"
            elif accepted < group.received:
                assert segment.get(1) == "P"
            else:
                noted = "E" in counted or bool(segment.get(5))
                assert segment.get(1) == ("E" if noted else "A")
            counted = []
    assert next(sets, None) is None
    assert next(waiting, None) is None


@given(_answers())
def test_whatever_is_at_fault_the_999_is_right(answer: tuple[list[GroupAck], Addressee]) -> None:
    groups, reply = answer
    raw = _written(*groups, reply=reply)
    assert accepted_by_pyx12(raw)
    assert raw == _written(*groups, reply=reply)
    segments = check_framing(raw)
    assert segments[0].delimiters == sound_delimiters(reply.delimiters)
    _check_verdicts(groups, segments)


# --------------------------------------------------------------------------------------- TA1


def _ta1(verdict: Any, note: Ta1Note, reply: Addressee) -> bytes:
    out = io.BytesIO()
    write_ta1(verdict, note, reply, out)
    return out.getvalue()


def test_ta1_by_hand() -> None:
    raw = _ta1("R", Ta1Note.GROUP_COUNT, _reply())
    assert raw == (
        b"ISA*00*          *00*          *30*123456789      *ZZ*CLINIC         "
        b"*260630*1405*^*00501*000000009*0*T*:~"
        b"TA1*000000077*260630*1200*R*021~IEA*0*000000009~"
    )
    assert accepted_by_pyx12(raw)


@given(_replies(), st.sampled_from("AER"), st.sampled_from(Ta1Note))
@example(_reply(), "A", Ta1Note.RIGHT)
def test_any_isa_can_be_answered(reply: Addressee, verdict: str, note: Ta1Note) -> None:
    raw = _ta1(verdict, note, reply)
    assert accepted_by_pyx12(raw)
    check_framing(raw)
    assert raw == _ta1(verdict, note, reply)


_BODY = b"GS*HC*A1*B1*20260630*1200*1*X*005010X222A1~ST*837*0001*005010X222A1~SE*2*0001~GE*1*1~"


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        (b"", b"", "000"),
        (b"IEA*1*000000077", b"IEA*1*77", "001"),
        (b"IEA*1*000000077", b"IEA*000001*000000077", "021"),
        (b"IEA*1*000000077", b"IEA*1*000000077*1", "022"),
        (b"IEA*1*000000077", b"IEA*1*000000077*", "000"),
        (b"IEA*1*000000077", b"IEA*1*000000078", "001"),
        (b"IEA*1*000000077~", b"", "023"),
        (b"IEA*1*000000077~", ISA, "022"),
        (b"IEA*1", b"IEA*2", "021"),
        (b"IEA*1", b"IEA*", "021"),
        (b"CLINIC         ", b"CLINIC", "022"),
        (b"00501", b"00401", "003"),
        (b"00501", b"5010 ", "017"),
        (b"*ZZ*", b"*QQ*", "005"),
        (b"*30*", b"*QQ*", "007"),
        (b"CLINIC         ", b"               ", "006"),
        (b"123456789      ", b"               ", "008"),
        (b"*260630*1200*^", b"*260631*1200*^", "014"),
        (b"*260630*1200*^", b"*260630*2400*^", "015"),
        (b"*^*", b"*U*", "016"),
        (b"000000077*0", b"000000077*2", "019"),
        (b"*T*", b"*X*", "020"),
        (b"ISA*00", b"ISA*99", "010"),
        (b"*260630*1200*^", b"*260702*1200*^", "014"),
        (b"*T*", b"*I*", "020"),
        (b"*^*", b"*:*", "027"),
    ],
)
def test_what_is_said_of_an_interchange(before: bytes, after: bytes, note: str) -> None:
    raw = ISA + _BODY + b"IEA*1*000000077~"
    assert before in raw
    raw = raw.replace(before, after, 1)
    interchange = next(one for one in _envelopes(raw) if one.kind == "interchange")
    verdict: Verdict = "A" if note == "000" else "E"
    assert interchange_status(interchange, WHEN.date(), held=False) == (verdict, note)
    if note != "000":
        assert interchange_status(interchange, WHEN.date(), held=True) == ("R", note)
    assert interchange.header is not None
    answer = _ta1(
        "A" if note == "000" else "R",
        Ta1Note(note),
        Addressee(interchange.header, interchange.header.delimiters, 1, WHEN),
    )
    assert b"*%s*%s~" % (b"A" if note == "000" else b"R", note.encode()) in answer
    assert accepted_by_pyx12(answer)


def test_an_interchange_without_isa_is_rejected() -> None:
    nameless = Envelope("interchange", ("x", 1), None, None, None, 0)
    assert interchange_status(nameless, WHEN.date(), held=True) == ("R", Ta1Note.STRUCTURE)


def test_stray_bytes_in_an_interchange_are_its_content() -> None:
    raw = ISA + b"G" * (1 << 21) + b"~" + _BODY + b"IEA*1*000000077~"
    interchange = next(one for one in _envelopes(raw) if one.kind == "interchange")
    assert interchange_status(interchange, WHEN.date(), held=True) == ("R", Ta1Note.CONTENT)
    assert interchange_status(interchange, WHEN.date(), held=False) == ("E", Ta1Note.CONTENT)
