"""What was decided is found by the parts that were looked at, on the days for which it holds."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from scrubber.claim.watched import Looked
from scrubber.engine.memory.shelf import Shelf

DAY = date(2026, 5, 13)


def looked(*names: str, first: date = date.min, last: date = date.max) -> Looked:
    """What a look noted."""
    found = Looked()
    for name in names:
        found.note(name)
    found.span.narrow(first, last)
    return found


def shelf_with(*kept: tuple[dict[str, int], Looked, str]) -> Shelf:
    shelf = Shelf(tuple(kept[0][1].parts))
    for parts, look, decision in kept:
        shelf.keep(parts, look, decision)
    return shelf


def test_nothing_looked_at() -> None:
    """Then it was decided for all claims, on the days of its span."""
    shelf = shelf_with(({}, looked(last=DAY), "before"), ({}, looked(first=date(2026, 5, 14)), "after"))
    assert [shelf.find({"a": at}, DAY) for at in range(2)] == ["before", "before"]
    assert shelf.find({}, date(2026, 5, 14)) == "after"


def test_one_part_and_several() -> None:
    """The values of all parts looked at decide, and no others."""
    one = shelf_with(({"a": 1}, looked("a"), "one"), ({"a": 2}, looked("a"), "two"))
    assert [one.find({"a": at, "b": at}, DAY) for at in (1, 2, 3)] == ["one", "two", None]
    several = shelf_with(
        ({"a": 1, "b": 1}, looked("a", "b"), "ones"), ({"a": 1, "b": 2}, looked("a", "b"), "both")
    )
    assert several.find({"a": 1, "b": 1}, DAY) == "ones"
    assert several.find({"a": 1, "b": 2}, DAY) == "both"
    assert several.find({"a": 2, "b": 1}, DAY) is None


def test_different_looks() -> None:
    """What was looked at differs from claim to claim; each look is found by its own parts."""
    shelf = shelf_with(
        ({"a": 1}, looked("a"), "a alone"),
        ({"a": 2, "b": 1}, looked("a", "b"), "a and b"),
        ({"b": 3, "c": 3}, looked("b", "c"), "b and c"),
    )
    assert shelf.find({"a": 1, "b": 7, "c": 7}, DAY) == "a alone"
    assert shelf.find({"a": 2, "b": 1, "c": 7}, DAY) == "a and b"
    assert shelf.find({"a": 5, "b": 3, "c": 3}, DAY) == "b and c"
    assert shelf.find({"a": 2, "b": 2, "c": 2}, DAY) is None


@given(
    st.lists(st.tuples(st.integers(1, 28), st.integers(0, 9), st.integers(0, 2)), max_size=8),
    st.integers(1, 28),
)
def test_spans(kept: list[tuple[int, int, int]], day: int) -> None:
    """A decision is found on the days of its span, the first and the last included, and on no others."""
    shelf = Shelf(("a",))
    for at, (first, days, value) in enumerate(kept):
        last = min(first + days, 28)
        look = looked("a", first=date(2026, 5, first), last=date(2026, 5, last))
        shelf.keep({"a": value}, look, at)
    for value in range(3):
        holding = [
            at for at, (first, days, own) in enumerate(kept) if own == value and first <= day <= first + days
        ]
        assert shelf.find({"a": value}, date(2026, 5, day)) == (holding[0] if holding else None)
