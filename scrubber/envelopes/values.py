"""The values that ISA and GS may have: X12's code lists as the TR3 narrows them, dates, times and numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from msgspec import Struct

from scrubber.x12 import Segment
from scrubber.x12.segment import is_count

QUALIFIERS = frozenset({"01", "14", "20", "27", "28", "29", "30", "33", "ZZ"})
"""ISA05 and ISA07 values that the 005010 TR3s allow."""

VERSION = "00501"
_TIME = re.compile(r"(?:[01][0-9]|2[0-3])[0-5][0-9]", re.ASCII)
_LONG_TIME = re.compile(_TIME.pattern + r"(?:[0-5][0-9](?:[0-9]{1,2})?)?", re.ASCII)
_TOLERANCE = timedelta(days=1)  # a sender may be in a time zone where tomorrow has begun


class WrongValue(Struct, frozen=True):
    """An element of a header that has a wrong value, and what is expected instead."""

    element: int
    expected: str


def wrong_isa_values(isa: Segment, today: date) -> Iterator[WrongValue]:
    """Yield the elements of an ISA of the right form whose values are wrong."""
    for at, (is_right, expected) in _ISA.items():
        if not is_right(isa.get(at)):
            yield WrongValue(at, expected)
    for qualifier, code, at, name in _SECRETS:
        value = isa.get(at)
        if not _is_text(value):
            yield WrongValue(at, "letters, digits and common punctuation")
        elif isa.get(qualifier) == code and not value.strip():
            yield WrongValue(at, f"{name} (ISA{qualifier:02d} is {code})")
    day = _short_date(isa.get(9))
    if day is None or day > today + _TOLERANCE:
        yield WrongValue(9, "a date (YYMMDD)" if day is None else f"a date up to today ({today})")
    mark = isa.get(11)
    if isa.get(12) != VERSION:
        return  # before 00402, ISA11 was another element
    if mark.isalnum() or mark in ("", " ") or mark.encode() == isa.delimiters.terminator:
        yield WrongValue(11, "a separator such as ^, not a letter, digit or space")
    elif mark == isa.get(16):
        yield WrongValue(16, "another separator than the repetition separator in ISA11")


def wrong_gs_values(gs: Segment, today: date) -> Iterator[WrongValue]:
    """Yield the elements of a GS whose values are wrong; GS01 and GS08 say of which kind a group is."""
    for at, (is_right, expected) in _GS.items():
        if not is_right(gs.get(at)):
            yield WrongValue(at, expected)
    day = _date(gs.get(4))
    if day is None or day > today + _TOLERANCE:
        yield WrongValue(4, "a date (CCYYMMDD)" if day is None else f"a date up to today ({today})")


def is_future(day: str, today: date) -> bool:
    """Return True if this is a date (CCYYMMDD) after today, wherever the sender is."""
    found = _date(day)
    return found is not None and found > today + _TOLERANCE


def is_short_date(value: str) -> bool:
    """Return True if YYMMDD is a date; 00 to 49 are in this century (as readers of ISA and TA1 assume)."""
    return _short_date(value) is not None


def is_time(value: str) -> bool:
    """Return True if HHMM is a time."""
    return _TIME.fullmatch(value) is not None


def _short_date(value: str) -> date | None:
    if len(value) != 6 or not is_count(value):
        return None
    return _date(("20" if value < "50" else "19") + value)


def _date(value: str) -> date | None:
    if len(value) != 8 or not is_count(value):
        return None
    try:
        return date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        return None


def _is_text(value: str) -> bool:
    """Return True if all characters are of the basic and extended sets of X12."""
    return value.isascii() and value.isprintable()


def _one_of(*values: str) -> tuple[Callable[[str], bool], str]:
    return frozenset(values).__contains__, " or ".join(values)


def _is_name(value: str) -> bool:
    return 2 <= len(value.strip()) <= 15


def _is_number(value: str) -> bool:
    return is_count(value) and 1 <= len(value) <= 9 and int(value) > 0


_QUALIFIER = (QUALIFIERS.__contains__, "a code of the TR3, mostly ZZ")
_ISA: dict[int, tuple[Callable[[str], bool], str]] = {
    1: _one_of("00", "03"),
    3: _one_of("00", "01"),
    5: _QUALIFIER,
    6: (lambda value: bool(value.strip()) and _is_text(value), "the sender's ID"),
    7: _QUALIFIER,
    8: (lambda value: bool(value.strip()) and _is_text(value), "the receiver's ID"),
    10: (is_time, "a time (HHMM)"),
    12: _one_of(VERSION),
    13: (lambda value: len(value) == 9 and _is_number(value), "nine digits, not all zero"),
    14: _one_of("0", "1"),
    15: _one_of("P", "T"),
}
"""The elements of an ISA that are judged alone: whether a value is right, and what is expected."""

_SECRETS = ((1, "03", 2, "authorization information"), (3, "01", 4, "a password"))
"""Elements that have a value if another one says so: of which code, and what is expected."""

_GS: dict[int, tuple[Callable[[str], bool], str]] = {
    2: (_is_name, "the sender's code, 2 to 15 characters"),
    3: (_is_name, "the receiver's code, 2 to 15 characters"),
    5: (lambda value: _LONG_TIME.fullmatch(value) is not None, "a time (HHMM, HHMMSS or HHMMSSDD)"),
    6: (_is_number, "one to nine digits, not zero"),
    7: _one_of("X"),
}
