"""How old a patient is on a day."""

from __future__ import annotations

from datetime import date


def years_on(born: date, day: date) -> int:
    """Return the completed years of age on a day; negative before birth."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
