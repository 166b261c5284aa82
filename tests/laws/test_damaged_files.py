"""The laws over files of which any envelope is damaged, as in `make laws`, with few files."""

from __future__ import annotations

from hypothesis import given, settings

from tests.laws.check_laws import broken_laws
from tests.support.damages import damaged_files


@given(damaged_files(most=2))
@settings(max_examples=60)
def test_damaged_files_break_no_law(raw: bytes) -> None:
    """Whatever happened to the envelopes: no claim is lost, none of a broken one goes out, acks are right."""
    assert broken_laws(raw) == []
