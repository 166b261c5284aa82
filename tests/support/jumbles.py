"""A strategy of files of real segments in any order, and what is compared when they are read in two ways."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from hypothesis import strategies as st

from scrubber.x12 import Block, Piece, Segment, read_blocks, read_pieces

_ISA = (
    b"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
    b"*260601*0900*^*00501*000000001*0*T*:~"
)
_OPENING = (_ISA, b"GS*HC*A*B*20260601*0900*1*X*005010X222A1~", b"ST*837*0001*005010X222A1~", b"BHT*0019*00~")
_CLOSING = (b"SE*9*0001~", b"GE*1*1~", b"IEA*1*000000001~")
_USUAL = (
    b"HL*1**20*1", b"HL*2*1*22*1", b"HL*3*2*23*0", b"NM1*85*2*MILL", b"NM1*IL*1*TARN", b"NM1*PR*2*PLAN",
    b"NM1*QC*1*ROOK", b"CLM*A*10", b"CLM*B*20***11:B:1", b"SV1*HC:99213*10*UN*1", b"DTP*472*D8*20260601",
    b"LX*1", b"N3*1 OLD MILL RD", b"REF*6R*1", b"HI*ABK:I10",
)  # fmt: skip
_UNUSUAL = (
    b"", b"", b" ", b"HL", b"CLM", b"HLX*1", b"CLMS*1", b"HL*x*9*22*1", b"NM1*85", b"NM1*851*2", b"NM1",
    b"SV1", b"SV10*1", b"DTP*472", b"DTP*4720*D8", b"DTP*434*D8*1", b"SE*3*1", b"SE",
    b"ST*837*0002*005010X222A1", b"ST", b"GS*HC", b"GS*HC*A*B*20260601*0900*2*X*005010X222A1", b"GE*1*1",
    b"IEA*1*1", b"IEA", b"TA1*1", b"TA1", b"ISA", b"ISAX*1", b"X", b"\x00", b"\x1a", b"\xef\xbb\xbf",
    _ISA[:-1], _ISA[:60], _ISA.translate(bytes.maketrans(b"*:~", b"|>!"))[:-1],
)  # fmt: skip
_DELIMITERS = (b"*:~", b"*:~", b"|>!", b"*>\n", b"+:\r", b"\\^]", b"\t:~", b"-[^", b"*\n~", b"\xe9\x01\x00")
_ENDS = (
    (b"",), (b"\n",), (b"\r\n",), (b"", b"\n"),
    (b"", b" ", b"\n", b"\r\n", b"\n\n", b"\t", b"\r", b"\n "),
)  # fmt: skip
_BITS = (b"~", b"*", b"\n", b"\r\n", b" ", b"\x00", b"~~", b"~ \n~", b"HL*", b"~CLM*", b"~ISA*", b"\xff")


def interchange(*bodies: str, transaction: str = "ST*837*0001*005010X222A1") -> bytes:
    """Return an interchange with these segments in its transaction set."""
    opening = b"".join(_OPENING[:2]) + transaction.encode() + b"~"
    return opening + b"".join(body.encode() + b"~" for body in bodies) + b"".join(_CLOSING)


@st.composite
def _interchanges(draw: st.DrawFn) -> bytes:
    body = st.sampled_from(_USUAL)
    if draw(st.booleans()):
        body = body | body | body | st.sampled_from(_UNUSUAL)
    bodies = draw(st.lists(body, max_size=40))
    closing = _CLOSING if draw(st.integers(0, 3)) else ()
    ends = st.sampled_from(draw(st.sampled_from(_ENDS)))
    to = bytes.maketrans(b"*:~", draw(st.sampled_from(_DELIMITERS)))
    parts = (*_OPENING, *(body + b"~" for body in bodies), *closing)
    return b"".join(part.translate(to) + draw(ends) for part in parts)


@st.composite
def jumbled_files(draw: st.DrawFn) -> bytes:
    """One or two interchanges, of delimiters of their own; often with bytes put in, taken out, or cut off."""
    raw = b"".join(draw(st.lists(_interchanges(), min_size=1, max_size=2)))
    for _ in range(draw(st.sampled_from((0, 0, 1, 3)))):
        at = draw(st.integers(0, len(raw)))
        taken = draw(st.sampled_from((0, 0, 1, 20, len(raw))))
        raw = raw[:at] + draw(st.sampled_from((b"", *_BITS))) + raw[at + taken :]
    return raw


chunks = st.sampled_from((1, 2, 7, 50, 106, 299, 301, 1000, 4096, 1 << 18))
"""How much of an input is read at once."""


def pieces_of(raw: bytes, chunk: int = 1 << 18) -> list[Piece]:
    """Return the pieces of an input, read one by one."""
    return list(read_pieces(io.BytesIO(raw), chunk))


def blocks_of(raw: bytes, chunk: int = 1 << 18, block_bytes: int = 1 << 19) -> list[Piece | Block]:
    """Return the pieces and blocks of an input."""
    return list(read_blocks(io.BytesIO(raw), chunk, block_bytes))


def flattened(pieces: Iterable[Piece | Block]) -> Iterator[Piece]:
    """Yield the pieces, and the segments of the blocks."""
    for piece in pieces:
        if isinstance(piece, Block):
            yield from piece.segments
        else:
            yield piece


def shown(piece: Piece | None) -> tuple[object, ...]:
    """Return everything that a piece is."""
    if piece is None:
        return ()
    if isinstance(piece, Segment):
        return piece.body, piece.number, piece.offset, piece.delimiters, piece.lead, piece.end
    return piece.raw, piece.offset, piece.blank
