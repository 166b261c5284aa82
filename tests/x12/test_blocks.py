"""Reading in blocks gives the same segments as reading one by one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.x12 import Block, Segment, find_delimiters, reader
from tests.support.jumbles import blocks_of, chunks, flattened, jumbled_files, pieces_of, shown
from tests.support.mutations import blanked_files, mutated_files
from tests.support.strategies import files

ROOT = Path(__file__).resolve().parents[2]
ISA = (
    b"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
    b"*260601*0900*^*00501*000000001*0*T*:~"
)
HEAD = ISA + b"GS*HC*A*B*20260601*0900*1*X*005010X222A1~ST*837*0001~"
TAIL = b"SE*2*0001~GE*1*1~IEA*1*000000001~"
LEVEL = b"HL*1**20*1~NM1*85*2*MILL~"
CLAIM = b"CLM*A*10~LX*1~SV1*HC:99213*10~"


def _check(raw: bytes, chunk: int, block_bytes: int = 1 << 19) -> None:
    blocks = blocks_of(raw, chunk, block_bytes)
    assert b"".join(piece.raw for piece in blocks) == raw
    assert [shown(piece) for piece in flattened(blocks)] == [shown(piece) for piece in pieces_of(raw, chunk)]
    for block in blocks:
        if isinstance(block, Block):
            _check_block(block)


def _check_block(block: Block) -> None:
    """A block is an HL or CLM with what follows it, and tells its segments, bodies, number and offset."""
    segments = block.segments
    assert block.raw == b"".join(segment.raw for segment in segments)
    assert block.bodies == [segment.body for segment in segments]
    assert block.count == block.size == len(segments)
    assert all(block.bodies)
    assert (block.number, block.name) == (segments[0].number, segments[0].elements[0])
    assert block.first is segments[0]
    assert block.offset == segments[0].offset - len(segments[0].lead)
    alone = {b"HL", b"CLM", b"ST", b"SE", b"GS", b"GE", b"IEA", b"TA1"}
    assert not any(segment.elements[0] in alone or segment.body[:3] == b"ISA" for segment in segments[1:])


@given(jumbled_files(), chunks, st.sampled_from((1, 20, 300, 1 << 19)))
def test_blocks_of_any_segments(raw: bytes, chunk: int, block_bytes: int) -> None:
    """Segments in any order, with any delimiters and blanks, cut anywhere, are the same in blocks."""
    _check(raw, chunk, block_bytes)


@given(mutated_files(), chunks)
def test_blocks_of_broken_files(raw: bytes, chunk: int) -> None:
    """A broken file has the same segments in blocks."""
    _check(raw, chunk)


@given(blanked_files(), chunks)
def test_blocks_among_blanks(raw: bytes, chunk: int) -> None:
    """Blanks, marks and empty segments are the same in blocks."""
    _check(raw, chunk)


@given(st.binary(max_size=400), st.integers(1, 500))
def test_blocks_of_any_bytes(raw: bytes, chunk: int) -> None:
    """Any bytes after an ISA are the same in blocks."""
    _check(raw, chunk)
    _check(HEAD + raw, chunk)


@given(jumbled_files(), chunks)
def test_lost_terminators_in_blocks(raw: bytes, chunk: int) -> None:
    """Bytes without a terminator are stray bytes in blocks, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "MAX_SEGMENT_BYTES", 60)
        patch.setattr(reader, "MAX_LEAD_BYTES", 8)
        _check(raw, chunk, 20)


@given(files(max_claims=4), chunks)
def test_good_files_are_read_in_blocks(example: tuple[bytes, object], chunk: int) -> None:
    """In a good file every level and claim is a block, however it is read."""
    raw, _ = example
    pieces = blocks_of(raw, chunk)
    assert not {"HL", "CLM", "SBR", "SV1"} & {piece.id for piece in pieces if isinstance(piece, Segment)}
    names = [segment.id for segment in pieces_of(raw) if isinstance(segment, Segment)]
    blocks = [piece for piece in pieces if isinstance(piece, Block)]
    assert len(blocks) == names.count("HL") + names.count("CLM")


_KINDS = (
    b"HL*1**20*1", b"HL", b"HLX*1", b"CLM*A*1", b"CLM", b"CLMS", b"NM1*85*2*MILL", b"SV1*HC:99213*10", b"",
    b" ", b"ST*837*0002", b"SE*2*0001", b"GS*HC", b"GE*1*1", b"TA1*1", b"IEA*1*1", b"IEA", b"ISA", b"ISAX",
    b"X\x00", b"\x00", b" \xff", ISA[:-1], ISA[:60], ISA.translate(bytes.maketrans(b"*:~", b"|>!"))[:-1],
)  # fmt: skip


@pytest.mark.parametrize("end", [b"~", b"~\n", b"~ \r\n"])
@pytest.mark.parametrize("first", _KINDS)
def test_any_two_segments_in_a_claim(first: bytes, end: bytes) -> None:
    """Whatever two segments follow each other, the input is the same in blocks, whole or cut after either."""
    for second in _KINDS:
        start = HEAD + LEVEL + CLAIM + first + b"~" + second + b"~"
        for raw in (start + CLAIM + TAIL, start, start[:-1], start + CLAIM[:-3]):
            _check(raw.replace(b"~", end), 1 << 18)
        _check((start + CLAIM + TAIL).replace(b"~", end), len(start) // 2)
        _check((HEAD + first + b"~" + second + b"~" + LEVEL + TAIL).replace(b"~", end), 5)


@pytest.mark.parametrize("lead", [b"", b"\n", b"\x00", b"\xef\xbb\xbf", b"\n" * 300])
@pytest.mark.parametrize("again", [b"", b"\x00", b"\n", b"\xef\xbb\xbf"])
def test_a_block_after_the_end_of_an_interchange(lead: bytes, again: bytes) -> None:
    """Where the ISA after an IEA is lost, marks and blanks are where they are without blocks."""
    raw = HEAD + b"IEA*1*1~" + lead + LEVEL + again + TAIL
    for chunk in (1, 9, 1 << 18):
        _check(raw, chunk)


@pytest.mark.parametrize("name", ["HL", "CLM", "ST", "SE", "GS", "GE", "IEA", "TA1", "ISA", "ISAX"])
@pytest.mark.parametrize("rest", [b"*1", b""])
def test_what_ends_a_block(name: str, rest: bytes) -> None:
    """A block ends before a segment that begins another, and before one of an envelope."""
    block = next(
        piece
        for piece in blocks_of(HEAD + CLAIM + b"\n" + name.encode() + rest + b"~" + CLAIM + TAIL)
        if isinstance(piece, Block)
    )
    assert block.raw == CLAIM


def _independently(raw: bytes) -> list[tuple[bytes, int, int]]:
    """The body, number and offset of each segment of one sound interchange, found byte by byte."""
    found: list[tuple[bytes, int, int]] = []
    body, start = bytearray(), 0
    for at in range(len(raw)):
        byte = raw[at : at + 1]
        if byte == raw[105:106]:
            found.append((bytes(body), len(found) + 1, start))
            body.clear()
        elif body or byte not in b"\r\n\t " or byte == raw[3:4]:
            start = start if body else at
            body += byte
    return found


@pytest.mark.parametrize("end", [b"~", b"~\n", b"~\r\n", b"~ \n\t"])
@pytest.mark.parametrize("chunk", [1, 9, 200, 1 << 18])
def test_blocks_and_a_reader_of_bytes(end: bytes, chunk: int) -> None:
    """Blocks have the segments that a reader that looks at each byte finds."""
    raw = (HEAD + LEVEL + CLAIM + CLAIM + LEVEL + TAIL).replace(b"~", end)
    pieces = blocks_of(raw, chunk)
    assert [piece.name for piece in pieces if isinstance(piece, Block)] == [b"HL", b"CLM", b"CLM", b"HL"]
    segments = [piece for piece in flattened(pieces) if isinstance(piece, Segment)]
    assert [(s.body, s.number, s.offset) for s in segments] == _independently(raw)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "fixtures" / "837").rglob("*.837")), ids=lambda path: path.stem
)
def test_fixtures_in_blocks(path: Path) -> None:
    """Every fixture has the same segments in blocks, in chunks of any size."""
    raw = path.read_bytes()
    for chunk in (97, 1 << 18):
        _check(raw, chunk)


@pytest.mark.parametrize("odd", [b"~", b"\n~", b"X~~", b"LX*1~ ~"])
def test_an_empty_segment_ends_a_block(odd: bytes) -> None:
    """What follows an empty segment, up to the next HL or CLM, is read one by one."""
    raw = HEAD + LEVEL + odd + b"N3*1~" + CLAIM + TAIL
    pieces = blocks_of(raw)
    assert [piece.name for piece in pieces if isinstance(piece, Block)] == [b"HL", b"CLM"]
    assert any(isinstance(piece, Segment) and piece.id == "N3" for piece in pieces)


def test_a_cut_off_block_is_read_one_by_one() -> None:
    """The claim in which an input ends is not a block."""
    blocks = [piece for piece in blocks_of(HEAD + LEVEL + CLAIM + CLAIM[:-3]) if isinstance(piece, Block)]
    assert [(block.name, block.number, block.count) for block in blocks] == [(b"HL", 4, 2), (b"CLM", 6, 3)]


def test_an_endless_block_is_read_one_by_one() -> None:
    """A block that does not end is not kept in memory: after a limit its segments come one by one."""
    raw = HEAD + CLAIM + b"NTE*ADD*AN ENDLESS CLAIM~" * 40_000 + CLAIM + TAIL
    pieces = blocks_of(raw)
    assert max(len(piece.raw) for piece in pieces) < 1000
    assert [piece.raw for piece in pieces if isinstance(piece, Block)] == [CLAIM]
    _check(raw, 1 << 18)


def test_a_block_shows_no_content() -> None:
    """What a block prints as holds nothing of the input."""
    delimiters = find_delimiters(ISA)
    assert delimiters
    assert repr(Block(CLAIM, 7, 99, delimiters, b"CLM", 3)) == "<Block of 3 segments from 7 on at byte 99>"
