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


def days_of(form: str, text: str) -> tuple[date | None, date | None]:
    """Return the first and last day of a date (D8) or range (RD8); ``None`` twice where it is malformed."""
    if form == "RD8":
        first, dash, last = text.partition("-")
        start, end = parse_date(first), parse_date(last)
        return (start, end) if dash and start and end and start <= end else (None, None)
    day = parse_date(text) if form == "D8" else None
    return day, day


@lru_cache(maxsize=4096)
def _parse_cached(text: str) -> date | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None
