"""Numbers as X12 types them."""

from __future__ import annotations

import re

_LEADING_ZEROS = re.compile(r"\A(-?)0+(?=[0-9])", re.ASCII)


def without_leading_zeros(number: str) -> str:
    """Return a number without the zeros before its first digit: ``-007.5`` becomes ``-7.5``, ``00`` ``0``."""
    return _LEADING_ZEROS.sub(r"\1", number)
