"""Amounts and shares as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.text import counted, dollars, floored, in_dollars, percent


@pytest.mark.parametrize(
    ("rate", "shown"),
    [
        (None, "-"), (0.0, "0.0%"), (1.0, "100.0%"), (0.57, "57.0%"), (0.29, "29.0%"), (0.9996, "99.9%"),
        (0.99999999, "99.9%"), (2 / 3, "66.6%"), (1e-9, "0.0%"),
    ],
)  # fmt: skip
def test_percent(rate: float | None, shown: str) -> None:
    """A share has one decimal place, rounded down, and what is exact stays exact."""
    assert percent(rate) == shown


@given(st.integers(0, 10_000_000), st.integers(1, 10_000_000))
def test_a_share_is_rounded_down_exactly(part: int, whole: int) -> None:
    """The share is that of whole numbers: never up, and never down where it need not be."""
    part = min(part, whole)
    tenths = part * 1000 // whole
    assert percent(part / whole) == f"{tenths // 10}.{tenths % 10}%"
    assert floored(part / whole, 4) == Decimal(part * 10_000 // whole) / 10_000


@pytest.mark.parametrize(("cents", "shown"), [(0, "0.00"), (5, "0.05"), (123_450, "1,234.50"), (-5, "-0.05")])
def test_dollars(cents: int, shown: str) -> None:
    """Cents are dollars without a detour through binary fractions."""
    assert dollars(in_dollars(cents)) == shown


@pytest.mark.parametrize(
    ("count", "told"), [(0, "0 claims"), (1, "1 claim"), (2, "2 claims"), (2_000, "2,000 claims")]
)
def test_counted(count: int, told: str) -> None:
    """One thing has no s."""
    assert counted(count, "claim") == told


def test_a_large_sum_keeps_its_cents() -> None:
    """A sum that no binary number holds exactly is shown exactly."""
    assert dollars(in_dollars(2**53 + 1)) == "90,071,992,547,409.93"
