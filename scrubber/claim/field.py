"""A value of the claim that knows where it came from."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

from scrubber.x12 import Segment
from scrubber.x12.dates import parse_date

# X12's R type (decimal): digits, at most one point, a leading minus; no plus, exponent or separator.
_DECIMAL = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", re.ASCII)
_UNREAD = Decimal("NaN")
"""Stands for a number that nobody has asked for yet."""
_REMEMBERED_LENGTH = 24  # no amount is longer; nonsense must not fill the memory


class Field(str):
    """The text of one element or component exactly as it was sent, and its place.

    It is a string, so edits compare it as one. ``segment`` is ``None`` where the whole segment is absent;
    then the text is empty. ``element`` counts from 1, ``component`` too (0: the whole element).
    A malformed number or date does not raise: `decimal` and `date` are then ``None`` while the text stays.
    """

    __slots__ = ("_decimal", "component", "element", "loop", "segment")

    segment: Segment | None
    element: int
    component: int
    loop: str
    _decimal: Decimal | None

    def __new__(  # noqa: PYI034 - a subclass of str names itself
        cls,
        text: str = "",
        segment: Segment | None = None,
        element: int = 0,
        component: int = 0,
        loop: str = "",
    ) -> Field:
        """Make a field; see the class for the arguments."""
        self = super().__new__(cls, text)
        self.segment = segment
        self.element = element
        self.component = component
        self.loop = loop
        self._decimal = _UNREAD
        return self

    @classmethod
    def of(cls, segment: Segment | None, element: int, component: int = 0, loop: str = "") -> Field:
        """The field at this place of a segment, empty where the segment or element is absent."""
        # A claim has a hundred fields: this is `__new__` without its call, and an absent one decodes nothing.
        if segment is None:
            text = ""
        elif component:
            text = segment.component(element, component)
        else:
            text = segment.get(element)
        self = str.__new__(cls, text)
        self.segment = segment
        self.element = element
        self.component = component
        self.loop = loop
        self._decimal = _UNREAD
        return self

    @property
    def name(self) -> str:
        """The element as people write it: ``SV107-2``; empty where the segment is absent."""
        if self.segment is None:
            return ""
        suffix = f"-{self.component}" if self.component else ""
        return f"{self.segment.id}{self.element:02d}{suffix}"

    @property
    def decimal(self) -> Decimal | None:
        """The exact number, or ``None`` where this is no X12 decimal (type R)."""
        if self._decimal is _UNREAD:
            # A plain text: the cache must not keep a field, and with it its claim, alive.
            parse = _parse_once if len(self) <= _REMEMBERED_LENGTH else _parse
            self._decimal = parse(str(self))
        return self._decimal

    @property
    def date(self) -> date | None:
        """The day, where this is a real CCYYMMDD date, else ``None``."""
        return parse_date(self)

    def __reduce__(self) -> tuple[object, ...]:
        return Field, (str(self), self.segment, self.element, self.component, self.loop)


def _parse(text: str) -> Decimal | None:
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


_parse_once = lru_cache(maxsize=4096)(_parse)
