"""Amounts and shares as people write them."""

from __future__ import annotations

from decimal import Decimal


def dollars(amount: Decimal) -> str:
    """An amount in dollars: ``1,234.50``."""
    return f"{amount:,.2f}"


def percent(rate: float | None) -> str:
    """A share in percent, or a dash where there is nothing to share."""
    # Rounded down: 99.96 % must not read as all.
    return "-" if rate is None else f"{int(rate * 1000) / 10:.1f} %"
