"""The walk takes the same steps whether an input is read in blocks or segment by segment."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.claim.walk import Ended, Frame, Leaf, walk
from scrubber.pipeline.preflight import Preflight
from scrubber.x12 import Block, Piece
from scrubber.x12.envelope import envelope_events
from tests.support.jumbles import blocks_of, chunks, interchange, jumbled_files, pieces_of, shown
from tests.support.mutations import blanked_files, mutated_files
from tests.support.strategies import files


def _frame(frame: Frame | None) -> tuple[object, ...]:
    if frame is None:
        return ()
    assert frame.block is None or frame.block.segments == frame.pieces
    assert frame.segments == [piece for piece in frame.pieces if piece in frame.segments]
    pieces = [shown(piece) for piece in frame.pieces]
    own = (frame.kind, frame.scope.key, pieces, frame.ordinal, frame.children, frame.used)
    return *own, _frame(frame.parent)


def _leaf(leaf: Leaf) -> tuple[object, ...]:
    before = leaf.raw, leaf.count, leaf.number
    assert leaf.raw == b"".join(piece.raw for piece in leaf.pieces)
    assert leaf.block is None or leaf.block.segments == leaf.pieces == leaf.segments
    pieces = [shown(piece) for piece in leaf.pieces]
    numbers = [segment.number for segment in leaf.segments if segment.body]
    assert leaf.count == len(numbers)
    return _frame(leaf.frame), pieces, leaf.is_claim, leaf.is_cut, before


def _steps(pieces: Iterable[Piece | Block], *, all_examined: bool) -> list[tuple[object, ...]]:
    is_opaque = (lambda _: False) if all_examined else Preflight().is_opaque
    return [
        (_frame(step.frame), shown(step.trailer)) if isinstance(step, Ended) else _leaf(step)
        for step in walk(envelope_events(pieces), is_opaque)
    ]


@given(jumbled_files() | mutated_files() | blanked_files(), chunks, st.booleans())
def test_steps_from_blocks(raw: bytes, chunk: int, all_examined: bool) -> None:
    """Leaves and frames are the same, with everything in them."""
    expected = _steps(pieces_of(raw, chunk), all_examined=all_examined)
    assert _steps(blocks_of(raw, chunk), all_examined=all_examined) == expected


@given(files(max_claims=4))
def test_a_claim_of_a_good_file_is_a_block(example: tuple[bytes, list[object]]) -> None:
    """No segment of a claim or level of a good file has to be made to find it."""
    raw, infos = example
    leaves = [
        step for step in walk(envelope_events(blocks_of(raw)), lambda _: False) if isinstance(step, Leaf)
    ]
    blocks = [leaf.block for leaf in leaves if leaf.is_claim and leaf.block]
    assert len(blocks) == len(infos)
    assert all(block._segments is None for block in blocks)
    levels = [frame for leaf in leaves for frame in leaf.chain() if frame.is_level]
    assert all(level.block and level.block._segments is None for level in levels)


@pytest.mark.parametrize("transaction", ["ST*835*0001", "ST*837*0001*005010X222A1"])
def test_a_transaction_that_is_not_examined(transaction: str) -> None:
    """In a transaction set that is not read as claims, each segment is a leaf, in blocks too."""
    raw = interchange("HL*1**20*1", "NM1*85*2*MILL", "CLM*A*10", "LX*1", "CLM*B*10", transaction=transaction)
    expected = _steps(pieces_of(raw), all_examined=False)
    assert _steps(blocks_of(raw), all_examined=False) == expected


def test_stray_pieces_after_a_block_belong_to_the_claim() -> None:
    """A claim with an empty segment in it is not a block; its pieces are those of the input."""
    raw = interchange("HL*1**20*1", "", "NM1*85*2*MILL", "CLM*A*10", "LX*1", "", "SV1*HC:99213*10")
    steps = walk(envelope_events(blocks_of(raw)), lambda _: False)
    leaf = next(step for step in steps if isinstance(step, Leaf))
    assert leaf.block is None
    assert (leaf.raw, leaf.count, leaf.number) == (b"CLM*A*10~LX*1~~SV1*HC:99213*10~", 3, 6)
    assert leaf.frame
    assert leaf.frame.block is None
    assert b"".join(piece.raw for piece in leaf.frame.pieces) == b"HL*1**20*1~~NM1*85*2*MILL~"
