"""The facts about envelopes are the same whether an input is read in blocks or segment by segment."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from scrubber.envelopes import scan
from scrubber.envelopes.earlier import EarlierServices
from scrubber.envelopes.repeats import Repeats
from scrubber.envelopes.scan import scan_envelopes
from scrubber.x12 import Block, Piece, Segment
from scrubber.x12.envelope import envelope_events
from tests.support.jumbles import (
    blocks_of,
    chunks,
    flattened,
    interchange,
    jumbled_files,
    pieces_of,
    shown,
)
from tests.support.mutations import blanked_files, mutated_files
from tests.support.strategies import files


def _plain(value: object) -> object:
    """A value with everything in it, as tuples that can be compared."""
    if isinstance(value, Segment):
        return shown(value)
    if isinstance(value, Struct):
        return type(value).__name__, *(_plain(getattr(value, name)) for name in value.__struct_fields__)
    if isinstance(value, tuple | list):
        return tuple(_plain(item) for item in value)
    return sorted(value.items()) if isinstance(value, dict) else value


def _facts(pieces: Iterable[Piece | Block]) -> object:
    return _plain(list(scan_envelopes(envelope_events(pieces))))


@given(jumbled_files() | mutated_files() | blanked_files(), chunks)
def test_envelopes_from_blocks(raw: bytes, chunk: int) -> None:
    """Counts, levels, gaps and repeats are the same."""
    assert _facts(blocks_of(raw, chunk)) == _facts(pieces_of(raw, chunk))


@given(jumbled_files(), st.sampled_from(((4, 10_000, 2), (9, 10_000, 9), (500, 60, 500), (20, 150, 2))))
def test_limits_from_blocks(raw: bytes, limits: tuple[int, int, int]) -> None:
    """A claim or level is too long from the same segment on."""
    with pytest.MonkeyPatch.context() as patch:
        for name, limit in zip(("MAX_SEGMENTS", "MAX_BYTES", "MAX_LINES"), limits, strict=True):
            patch.setattr(scan, name, limit)
        assert _facts(blocks_of(raw)) == _facts(pieces_of(raw))


_LINE = ("LX*1", "SV1*HC:99213*10*UN*1", "DTP*472*D8*20260601")


@pytest.mark.parametrize("after", [(), ("",), ("", "LX*9"), ("", *_LINE), ("TA1*1",)])
@pytest.mark.parametrize("lines", [1, 3, 4, 5])
@pytest.mark.parametrize("limits", [(11, 10_000, 11), (500, 150, 500), (500, 10_000, 3), (12, 10_000, 12)])
def test_each_limit_from_blocks(
    after: tuple[str, ...], lines: int, limits: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too many segments, bytes or lines are noticed at the same segment, in a block and after it."""
    for name, limit in zip(("MAX_SEGMENTS", "MAX_BYTES", "MAX_LINES"), limits, strict=True):
        monkeypatch.setattr(scan, name, limit)
    raw = interchange("HL*1**20*1", "NM1*85*2*MILL", "", "CLM*A*10", *_LINE * lines, *after, "CLM*B*20")
    assert _facts(blocks_of(raw)) == _facts(pieces_of(raw))


@given(jumbled_files() | files(max_claims=4).map(lambda example: example[0]))
def test_digests_from_blocks(raw: bytes) -> None:
    """Each claim has the same digest, so that a repeat is found even where only one of the two is a block."""
    _check_digests(raw)


@pytest.mark.parametrize(
    "body", ["NM1*85", "NM1*851*2", "NM1*IL*1", "NM1", "NM10*85", "SV1", "SV10*1", "SV1*2"]
)
@pytest.mark.parametrize("end", ["DTP*472", "DTP*4720*D8", "DTP*472*D8*1", "DTP*434*D8*1", "DTP"])
def test_what_is_in_a_digest(body: str, end: str) -> None:
    """A segment whose ID or qualifier only begins alike is not in the digest, in blocks either."""
    _check_digests(interchange("HL*1**20*1", "NM1*85*2*MILL", body, end, "CLM*A*10", body, end))


def _check_digests(raw: bytes) -> None:
    in_blocks, one_by_one = Repeats(EarlierServices(lambda _: "")), Repeats(EarlierServices(lambda _: ""))
    pieces = [piece for piece in blocks_of(raw) if isinstance(piece, Block)]
    for block in pieces:
        in_blocks.add_block(block)
    for segment in flattened(pieces):
        assert isinstance(segment, Segment)
        one_by_one.add(segment.elements[0], segment)
    for repeats in (in_blocks, one_by_one):
        repeats.end_claim()
    assert in_blocks._hashes == one_by_one._hashes
    assert in_blocks._numbers == one_by_one._numbers
