"""What the readers of several transaction sets need of a segment."""

from __future__ import annotations

from datetime import date

from scrubber.answers.model import PayerAnswer, Trouble
from scrubber.answers.money import cents_of
from scrubber.x12 import Segment
from scrubber.x12.dates import days_of

MOST = 10_000
"""The most parts of one claim that are kept, such as lines; the TR3 allows 999. Sums count all."""
_FIRST_MODIFIER, _LAST_MODIFIER = 3, 6


class Amounts:
    """Reads amounts, and remembers whether one of them was unreadable."""

    def __init__(self) -> None:
        self.are_exact = True

    def read(self, segment: Segment, element: int, out: list[PayerAnswer], *, optional: bool = False) -> int:
        """Return an amount in cents; 0, and a trouble, if it is not one."""
        text = segment.get(element)
        if not text and optional:
            return 0
        cents = cents_of(text)
        if cents is None:
            self.are_exact = False
            out.append(Trouble.at(segment, f"{segment.id}{element:02} is not an amount in dollars and cents"))
            return 0
        return cents


def procedure_of(segment: Segment, element: int) -> tuple[str, tuple[str, ...]]:
    """Return the procedure code and the modifiers of a composite such as SVC01."""
    last = min(segment.components(element), _LAST_MODIFIER)
    modifiers = (segment.component(element, each) for each in range(_FIRST_MODIFIER, last + 1))
    return segment.component(element, 2), tuple(filter(None, modifiers))


def days_in(segment: Segment) -> tuple[date | None, date | None]:
    """Return the first and last day of a DTP."""
    return days_of(segment.get(2), segment.get(3))
