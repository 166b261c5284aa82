"""Dates in the X12 format."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

_DATE = re.compile(r"[0-9]{8}", re.ASCII)


def parse_date(text: str) -> date | None:
    """Return the date of a CCYYMMDD text (X12 format D8), or ``None`` if it is not on the calendar."""
    # A plain string: the cache must not keep a field, and with it its claim, alive.
    return _parse_cached(str(text))


@lru_cache(maxsize=4096)
def _parse_cached(text: str) -> date | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None
