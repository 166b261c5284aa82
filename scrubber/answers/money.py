"""Amounts of answers as whole cents, so that they balance exactly."""

from __future__ import annotations

import re
from functools import lru_cache

_REMEMBERED_LENGTH = 24  # no amount is longer; a junk file must not fill the memory
_AMOUNT = re.compile(r"(-?)([0-9]{0,15})(?:\.([0-9]{0,2})0*)?", re.ASCII)


def cents_of(text: str) -> int | None:
    """Return an X12 amount in cents; ``None`` if it is not one, or has a fraction of a cent."""
    return _parse_once(text) if len(text) <= _REMEMBERED_LENGTH else None


@lru_cache(maxsize=4096)
def _parse_once(text: str) -> int | None:
    match = _AMOUNT.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        return None
    cents = int(match[2] or "0") * 100 + int((match[3] or "").ljust(2, "0"))
    return -cents if match[1] else cents


def amount(cents: int) -> str:
    """Return cents as dollars: ``-1234.50``."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"
