"""The facts about envelopes are the same whether an input is read in blocks or segment by segment."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from scrubber.envelopes import scan
from scrubber.envelopes.repeats import Repeats
from scrubber.envelopes.scan import scan_envelopes
from scrubber.x12 import Block, Piece, Segment
from scrubber.x12.envelope import envelope_events
from tests.support.jumbles import blocks_of, chunks, flattened, jumbled_files, pieces_of, shown
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


@given(jumbled_files() | files(max_claims=4).map(lambda example: example[0]))
def test_digests_from_blocks(raw: bytes) -> None:
    """Each claim has the same digest, so that a repeat is found even where only one of the two is a block."""
    in_blocks, one_by_one = Repeats(), Repeats()
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
