"""What the readers of several transaction sets need of a segment."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from scrubber.answers.model import PayerAnswer, Trouble
from scrubber.answers.money import cents_of
from scrubber.x12 import Segment
from scrubber.x12.dates import days_of
from scrubber.x12.segment import text

MOST = 10_000
"""The most parts of one claim that are kept, such as lines; the TR3 allows 999. Sums count all."""
_FIRST_MODIFIER, _LAST_MODIFIER = 3, 6
_REMEMBERED_LENGTH = 100
"""No procedure with its modifiers is longer; a junk file must not fill the memory."""


class Amounts:
    """Reads amounts, and remembers whether one of them was unreadable."""

    def __init__(self) -> None:
        self.are_exact = True

    def read(self, segment: Segment, element: int, out: list[PayerAnswer], *, optional: bool = False) -> int:
        """Return an amount in cents; 0, and a trouble, if it is not one."""
        value = segment.get(element)
        if not value and optional:
            return 0
        cents = cents_of(value)
        if cents is None:
            self.are_exact = False
            out.append(Trouble.at(segment, f"{segment.id}{element:02} is not an amount in dollars and cents"))
            return 0
        return cents


def procedure_of(segment: Segment, element: int) -> tuple[str, tuple[str, ...]]:
    """Return the procedure code and the modifiers of a composite such as SVC01."""
    elements = segment.elements
    raw = elements[element] if element < len(elements) else b""
    if len(raw) > _REMEMBERED_LENGTH:
        raw = segment.delimiters.component.join(raw.split(segment.delimiters.component)[:_LAST_MODIFIER])
    return _procedure(raw, segment.delimiters.component) if len(raw) <= _REMEMBERED_LENGTH else ("", ())


@lru_cache(maxsize=4096)  # a practice bills few procedures
def _procedure(raw: bytes, separator: bytes) -> tuple[str, tuple[str, ...]]:
    parts = [text(part) for part in raw.split(separator)]
    code = parts[1] if len(parts) > 1 else ""
    return code, tuple(filter(None, parts[_FIRST_MODIFIER - 1 : _LAST_MODIFIER]))


def days_in(segment: Segment) -> tuple[date | None, date | None]:
    """Return the first and last day of a DTP."""
    return days_of(segment.get(2), segment.get(3))
