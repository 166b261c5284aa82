"""Amounts, numbers and shares as people write them."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal


def dollars(amount: Decimal) -> str:
    """An amount in dollars: ``1,234.50``."""
    return f"{amount:,.2f}"


def in_dollars(cents: int) -> Decimal:
    """Cents as dollars, exactly: ``f"{in_dollars(5):.2f}"`` is ``0.05``."""
    return Decimal(cents).scaleb(-2)


def floored(rate: float, places: int) -> Decimal:
    """A share from 0 to 1 with so many decimal places, rounded down: 0.99996 must not read as all.

    0.57 stays 0.57, although its nearest binary number is smaller.
    """
    return Decimal(repr(rate)).quantize(Decimal(1).scaleb(-places), ROUND_FLOOR)


def percent(rate: float | None) -> str:
    """A share from 0 to 1 in percent, rounded down, or a dash where there is nothing to share."""
    return "-" if rate is None else f"{floored(rate, 3) * 100:.1f} %"


def counted(count: int, thing: str) -> str:
    """So many of a thing: ``1 claim``, ``2,000 claims``."""
    return f"{count:,} {thing}" + ("" if count == 1 else "s")
