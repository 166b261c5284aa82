"""Dates as X12 writes them."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

_DATE = re.compile(r"[0-9]{8}", re.ASCII)


def parse_date(text: str) -> date | None:
    """The day of a CCYYMMDD text (X12 format D8), or ``None`` where there is no such day."""
    # A plain text: the cache must not keep a field, and with it its claim, alive.
    return _parsed(str(text))


@lru_cache(maxsize=4096)
def _parsed(text: str) -> date | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None
