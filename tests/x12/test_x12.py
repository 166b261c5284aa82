"""Bytes to segments and back, the delimiters, and the nesting of envelopes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.x12 import (
    MAX_SEGMENT_BYTES,
    Block,
    Delimiters,
    IsaFault,
    Piece,
    Segment,
    Stray,
    find_delimiters,
    isa_fault,
    read_pieces,
)
from scrubber.x12.envelope import Body, Closed, Opened, Scope, envelope_events
from tests.support.mutations import blanked_files, mutated_files
from tests.support.strategies import files

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
ISA = (
    b"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
    b"*260601*0900*^*00501*000000001*0*T*:~"
)
WHOLE = ISA + b"GS*HC*A*B*20260601*0900*1*X*005010X222A1~ST*837*0001~SE*2*0001~GE*1*1~IEA*1*000000001~"


def pieces_of(raw: bytes, chunk: int = 1 << 18) -> list[Piece]:
    return list(read_pieces(io.BytesIO(raw), chunk))


def segments_of(raw: bytes, chunk: int = 1 << 18) -> list[Segment]:
    return [piece for piece in pieces_of(raw, chunk) if isinstance(piece, Segment)]


def bodies_of(raw: bytes, chunk: int = 1 << 18) -> list[bytes]:
    return [segment.body for segment in segments_of(raw, chunk)]


def signature(pieces: list[Piece]) -> list[tuple[bytes, int, bool]]:
    """What the pieces are; stray bytes may be cut anywhere, so they count as one run."""
    result: list[tuple[bytes, int, bool]] = []
    for piece in pieces:
        is_segment = isinstance(piece, Segment)
        if not is_segment and result and not result[-1][2]:
            raw, offset, _ = result[-1]
            result[-1] = (raw + piece.raw, offset, False)
        else:
            result.append((piece.raw, piece.offset, is_segment))
    return result


# ------------------------------------------------------------------------------------ losslessness


@given(st.binary(max_size=600), st.integers(1, 700))
def test_any_bytes_are_given_back(raw: bytes, chunk: int) -> None:
    """The pieces of any bytes, put together, are those bytes, however they are read."""
    assert b"".join(piece.raw for piece in pieces_of(raw, chunk)) == raw


@given(mutated_files(), st.sampled_from((1, 7, 106, 107, 301, 4096, 1 << 18)))
def test_broken_files_are_given_back(raw: bytes, chunk: int) -> None:
    """The pieces of a broken file are the file, in chunks of any size."""
    assert b"".join(piece.raw for piece in pieces_of(raw, chunk)) == raw


@given(blanked_files(), st.sampled_from((1, 64, 1 << 18)))
def test_blanks_and_marks_are_given_back(raw: bytes, chunk: int) -> None:
    """Blanks, marks and empty segments are given back where they stood."""
    assert b"".join(piece.raw for piece in pieces_of(raw, chunk)) == raw


@given(mutated_files(max_claims=2), st.integers(1, 400))
def test_segments_do_not_depend_on_chunks(raw: bytes, chunk: int) -> None:
    """Reading in small chunks finds the same segments as reading at once."""
    assert signature(pieces_of(raw, chunk)) == signature(pieces_of(raw))


@given(files(max_claims=3))
def test_places_are_those_of_the_input(example: tuple[bytes, object]) -> None:
    """A segment's offset is where its body stands, and segments are numbered from 1 without gaps."""
    raw, _ = example
    segments = segments_of(raw)
    assert [raw[s.offset : s.offset + len(s.body)] for s in segments] == [s.body for s in segments]
    counted = [segment.number for segment in segments if segment.body]
    assert counted == list(range(1, len(counted) + 1))
    assert {segment.number for segment in segments if not segment.body} <= {0}
    assert segments[0].id == "ISA"
    assert segments[-1].id == "IEA"


@given(mutated_files())
def test_offsets_hold_in_broken_files(raw: bytes) -> None:
    """Offsets and numbers stay right whatever is wrong with a file."""
    pieces = pieces_of(raw)
    segments = [piece for piece in pieces if isinstance(piece, Segment)]
    for piece in pieces:
        body = piece.body if isinstance(piece, Segment) else piece.raw
        assert raw[piece.offset : piece.offset + len(body)] == body
    counted = [segment.number for segment in segments if segment.body]
    assert counted == list(range(1, len(counted) + 1))
    assert {segment.number for segment in segments if not segment.body} <= {0}


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the sample corpus is not here")
def test_samples_of_others_are_given_back() -> None:
    """Files that other people wrote are given back byte for byte."""
    paths = [path for path in sorted(CORPUS.rglob("*")) if path.is_file()]
    wrong = [
        path.name
        for path in paths
        if b"".join(p.raw for p in pieces_of(path.read_bytes())) != path.read_bytes()
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "fixtures" / "837").rglob("*.837")), ids=lambda path: path.stem
)
def test_fixtures_are_given_back(path: Path) -> None:
    """Every fixture is given back byte for byte, even in chunks of one byte."""
    raw = path.read_bytes()
    assert b"".join(piece.raw for piece in pieces_of(raw, 1)) == raw


# -------------------------------------------------------------------------------------- delimiters


def test_delimiters_stand_at_set_places() -> None:
    """The delimiters are bytes 4, 83, 105 and 106 of a well-formed ISA."""
    assert find_delimiters(ISA) == Delimiters(b"*", b":", b"^", b"~")


@given(files(max_claims=1))
def test_odd_delimiters_are_found(example: tuple[bytes, object]) -> None:
    """Any four distinct bytes that are no letters or digits can be delimiters."""
    raw, _ = example
    expected = Delimiters(raw[3:4], raw[104:105], raw[82:83], raw[105:106])
    assert {segment.delimiters for segment in segments_of(raw)} == {expected}


def test_repetition_is_absent_before_00402() -> None:
    """A letter in ISA11 is no repetition separator."""
    delimiters = find_delimiters(ISA.replace(b"*^*", b"*U*"))
    assert delimiters == Delimiters(b"*", b":", b"", b"~")


@pytest.mark.parametrize(
    "head",
    [b"", b"ISA", b"ISA*", b"ISA*00*", b"ISAX" + ISA[4:], ISA[:50], b"GS*HC*", ISA[:104] + b"**",
     ISA[:105] + b"*", ISA[:105] + b":", ISA[:104] + b"A~"],
)  # fmt: skip
def test_no_delimiters_are_made_up(head: bytes) -> None:
    """What cannot be an ISA gives no delimiters."""
    assert find_delimiters(head) is None


def test_wrong_widths_are_counted_and_said() -> None:
    """With a wrong width, delimiters are found by what follows, and the length is reported."""
    short = ISA.replace(b"SENDER         ", b"SENDER")
    found = find_delimiters(short + b"GS*HC*")
    assert found == Delimiters(b"*", b":", b"^", b"~")
    assert isa_fault(short[:-1], b"~", found) == IsaFault(element=6, length=6)


@pytest.mark.parametrize("name", [b"FIRST MIDWEST ST", b"HEALTH EXCHANGE", b"NORTHEASTERN HI", b"CLAIMS NM1"])
def test_texts_of_an_isa_may_end_like_a_segment_id(name: bytes) -> None:
    """A receiver whose ID ends in ST or GE, before the date, does not end the ISA."""
    raw = WHOLE.replace(b"RECEIVER       ", name.rjust(15)[-15:])
    assert bodies_of(raw) == raw.split(b"~")[:-1]


def test_a_newline_can_be_the_terminator() -> None:
    """Where a line feed ends the segments, lines are segments."""
    raw = WHOLE.replace(b"~", b"\n")
    assert bodies_of(raw) == WHOLE.split(b"~")[:-1]


def test_carriage_return_as_terminator_leaves_the_line_feed_blank() -> None:
    """Where byte 106 is the carriage return of CR LF, the line feed belongs to no segment."""
    raw = WHOLE.replace(b"~", b"\r\n")
    assert bodies_of(raw) == WHOLE.split(b"~")[:-1]


@pytest.mark.parametrize(
    "before", [b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n", b"\n\n", b" ", b"\x00\x00", b"\n" * 700]
)
@pytest.mark.parametrize("chunk", [1, 1 << 18])
def test_marks_and_blanks_before_the_isa_are_harmless(before: bytes, chunk: int) -> None:
    """A byte-order mark and blanks before the ISA change neither the segments nor their numbers."""
    pieces = pieces_of(before + WHOLE, chunk)
    assert [(s.body, s.number) for s in pieces if isinstance(s, Segment)] == [
        (body, number) for number, body in enumerate(WHOLE.split(b"~")[:-1], start=1)
    ]
    assert all(piece.blank for piece in pieces if isinstance(piece, Stray))


def test_interchanges_can_have_delimiters_of_their_own() -> None:
    """Each ISA sets the delimiters anew, with blanks or nothing in between."""
    odd = WHOLE.translate(bytes.maketrans(b"*:^~", b"|><!"))
    lines = WHOLE.replace(b"~", b"\n")
    segments = segments_of(WHOLE + odd + b"\r\n" + lines + WHOLE)
    ids = ["ISA", "GS", "ST", "SE", "GE", "IEA"] * 4
    assert [segment.id for segment in segments] == ids
    assert [s.delimiters.element for s in segments if s.id == "SE"] == [b"*", b"|", b"*", b"*"]
    assert [s.delimiters.terminator for s in segments if s.id == "SE"] == [b"~", b"!", b"\n", b"~"]


def test_an_isa_inside_an_unclosed_interchange_sets_delimiters() -> None:
    """An ISA with other delimiters is seen even where the IEA before it is missing."""
    odd = WHOLE.translate(bytes.maketrans(b"*:^~", b"|><!"))
    cut = WHOLE[: WHOLE.index(b"IEA")]
    assert [segment.id for segment in segments_of(cut + odd)] == [
        "ISA", "GS", "ST", "SE", "GE", "ISA", "GS", "ST", "SE", "GE", "IEA",
    ]  # fmt: skip


def test_text_before_the_isa_is_stray() -> None:
    """What stands before the first ISA is given back as stray bytes, and not as a segment."""
    pieces = pieces_of(b"From: ISA office\r\n\r\n" + WHOLE)
    assert pieces[0].raw == b"From: ISA office\r\n\r\n"
    assert isinstance(pieces[0], Stray)
    assert not pieces[0].blank
    assert isinstance(pieces[1], Segment)
    assert (pieces[1].number, pieces[1].offset) == (1, 20)


def test_a_missing_isa_shows_what_it_lost() -> None:
    """What follows an IEA without an ISA is read on with the delimiters in force."""
    rest = b"GS*HC*A*B*20260601*0900*1*X*005010X222A1~GE*0*1~"
    assert [segment.id for segment in segments_of(WHOLE + rest)][-2:] == ["GS", "GE"]


def test_a_cut_off_end_is_a_segment_without_end() -> None:
    """The last segment of a file that was cut off has no terminator, and says so."""
    last = segments_of(WHOLE[:-6])[-1]
    assert (last.body, last.end) == (b"IEA*1*0000", b"")


@pytest.mark.parametrize("tail", [b"\n", b"\r\n"])
def test_a_line_end_is_not_of_a_segment_without_terminator(tail: bytes) -> None:
    """Where only the last terminator is lost, the value before the line end is whole, and nothing follows."""
    pieces = pieces_of(WHOLE[:-1] + tail)
    last, blank = pieces[-2:]
    assert isinstance(last, Segment)
    assert last.raw + blank.raw == WHOLE[-len(last.raw) - 1 : -1] + tail
    assert (last.get(2), last.end, last.offset) == ("000000001", b"", len(WHOLE) - 1 - len(last.body))
    assert [event.cut for event in envelope_events(pieces) if isinstance(event, Closed)] == ["", "", ""]


@pytest.mark.parametrize("tail", [b"\n", b"\r\n\r\n", b"\x1a", b"\x00" * 5, b" \t\n"])
def test_blanks_at_the_end_are_blank(tail: bytes) -> None:
    """Line ends and end-of-file marks after the last IEA are blanks."""
    last = pieces_of(WHOLE + tail)[-1]
    assert isinstance(last, Stray)
    assert (last.raw, last.blank) == (tail, True)


class _Endless:
    """A stream that begins with an ISA and then holds no terminator; it tells how much was asked of it."""

    def __init__(self, length: int) -> None:
        self.left = length
        self.head = ISA

    def read(self, size: int, /) -> bytes:
        """The next bytes."""
        if self.head:
            head, self.head = self.head, b""
            return head
        taken = min(size, self.left)
        self.left -= taken
        return b"A" * taken


def test_a_run_without_terminator_is_bounded() -> None:
    """A lost terminator gives stray pieces of bounded size instead of one endless segment."""
    pieces = list(read_pieces(_Endless(5 * MAX_SEGMENT_BYTES)))
    assert sum(len(piece.raw) for piece in pieces) == len(ISA) + 5 * MAX_SEGMENT_BYTES
    assert max(len(piece.raw) for piece in pieces) <= 2 * MAX_SEGMENT_BYTES
    assert isinstance(pieces[1], Stray)
    assert not pieces[1].blank


def test_segments_after_a_lost_terminator_are_found() -> None:
    """After a run without terminator the next terminator sets the reading right again."""
    raw = ISA + b"A" * (2 * MAX_SEGMENT_BYTES) + b"~" + WHOLE[len(ISA) :]
    assert bodies_of(raw)[-5:] == WHOLE.split(b"~")[1:-1]


# ----------------------------------------------------------------------------------------- segment


def test_segment_gives_elements_and_components() -> None:
    """Absent elements and components are empty, never an error."""
    segment = Segment(b"SV1*HC:96372:25*35**1", 1, 0, Delimiters(b"*", b":", b"^", b"~"))
    assert segment.id == "SV1"
    assert [segment.get(element) for element in range(1, 6)] == ["HC:96372:25", "35", "", "1", ""]
    assert [segment.component(1, part) for part in range(1, 5)] == ["HC", "96372", "25", ""]
    assert [segment.components(element) for element in (1, 2, 3, 9)] == [3, 1, 0, 0]


@given(st.integers(1, 8), st.integers(0, 5), st.sampled_from((b"", b"X", b"12")))
def test_replace_changes_one_place(element: int, component: int, value: bytes) -> None:
    """A changed copy has the new value at its place, keeps number and offset, and leaves the rest."""
    before = Segment(b"SV1*HC:96372:25*35**1", 7, 99, Delimiters(b"*", b":", b"^", b"~"), b"\n")
    after = before.replace(element, value, component)
    got = after.component(element, component) if component else after.get(element)
    assert got == value.decode()
    assert (after.number, after.offset, after.lead, after.end) == (7, 99, b"\n", b"~")
    others = [other for other in range(1, 9) if other != element]
    assert [after.get(other) for other in others] == [before.get(other) for other in others]
    assert before.body == b"SV1*HC:96372:25*35**1"


def test_repr_shows_no_content() -> None:
    """What a segment or stray bytes print as holds nothing of the input."""
    pieces = pieces_of(b"CANARY " + WHOLE)
    assert "CANARY" not in repr(pieces)
    assert "SENDER" not in repr(pieces)


# --------------------------------------------------------------------------------------- envelopes


def _check_events(raw: bytes) -> None:
    pieces = pieces_of(raw)
    seen: list[Piece] = []
    scopes: list[Scope] = []
    for event in envelope_events(pieces):
        if isinstance(event, Opened):
            assert event.scope.parent is (scopes[-1] if scopes else None)
            assert event.scope.kind == ("interchange", "group", "transaction")[len(scopes)]
            scopes.append(event.scope)
            if event.scope.header:
                seen.append(event.scope.header)
        elif isinstance(event, Closed):
            assert scopes.pop() is event.scope
            if event.trailer:
                seen.append(event.trailer)
        else:
            assert isinstance(event, Body)
            assert event.scope is (scopes[-1] if scopes else None)
            assert not isinstance(event.piece, Block)
            seen.append(event.piece)
    assert scopes == []
    assert [id(piece) for piece in seen] == [id(piece) for piece in pieces]


@given(mutated_files())
def test_each_piece_is_in_one_envelope(raw: bytes) -> None:
    """Every piece of a broken file appears once, in order, and what is opened is closed."""
    _check_events(raw)


@given(
    st.lists(
        st.sampled_from(
            (b"GS*HC", b"GE*1*1", b"ST*837*1", b"SE*2*1", b"IEA*1*1", b"TA1*1", b"X", b"", ISA[:-1])
        ),
        max_size=12,
    )
)
def test_badly_nested_envelopes_are_balanced(bodies: list[bytes]) -> None:
    """Headers and trailers in any order give balanced envelopes with every piece once."""
    _check_events(ISA + b"".join(body + b"~" for body in bodies))


def test_a_missing_header_is_a_nameless_scope() -> None:
    """A segment outside its envelope opens envelopes without header around it."""
    events = list(envelope_events(pieces_of(ISA + b"ST*837*1~SE*2*1~IEA*0*000000001~")))
    opened = [event.scope for event in events if isinstance(event, Opened)]
    assert [(scope.kind, scope.header is not None) for scope in opened] == [
        ("interchange", True), ("group", False), ("transaction", True),
    ]  # fmt: skip
    assert len({scope.key for scope in opened}) == 3


def test_the_end_of_input_closes_what_is_open() -> None:
    """An envelope that the end of the input closes says so, one that another header closes does not."""
    raw = WHOLE[: WHOLE.index(b"SE*")] + b"ST*837*0002~"
    closed = [event for event in envelope_events(pieces_of(raw)) if isinstance(event, Closed)]
    assert [(event.scope.kind, event.trailer, event.cut) for event in closed] == [
        ("transaction", None, ""), ("transaction", None, "end"), ("group", None, "end"),
        ("interchange", None, "end"),
    ]  # fmt: skip
