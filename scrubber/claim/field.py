"""A value of a claim, with its location in the input."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

from scrubber.x12 import Segment
from scrubber.x12.dates import parse_date

# X12's R type (decimal): digits, at most one decimal point, a leading minus; no plus, exponent or separator.
_DECIMAL = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", re.ASCII)
_UNPARSED = Decimal("NaN")
"""Placeholder for a number that has not been parsed yet."""
_REMEMBERED_LENGTH = 24  # no amount is longer; a junk file must not fill the memory


class Field(str):
    """The text of one element or component exactly as received, with its location.

    It is a string, so edits compare it as one. ``segment`` is ``None`` if the whole segment is absent; the
    text is then empty. ``element`` and ``component`` count from 1 (component 0: the whole element). A
    malformed number or date does not raise: `decimal` and `date` are then ``None`` and the text is kept.
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
        """Create a field; see the class for the arguments."""
        self = super().__new__(cls, text)
        self.segment = segment
        self.element = element
        self.component = component
        self.loop = loop
        self._decimal = _UNPARSED
        return self

    @classmethod
    def of(cls, segment: Segment | None, element: int, component: int = 0, loop: str = "") -> Field:
        """Return the field at this location of a segment, empty if the segment or element is absent."""
        # A claim has about a hundred fields: this inlines `__new__`, and an absent field decodes nothing.
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
        self._decimal = _UNPARSED
        return self

    @property
    def name(self) -> str:
        """The conventional name of the element, such as ``SV107-2``; empty if the segment is absent."""
        if self.segment is None:
            return ""
        suffix = f"-{self.component}" if self.component else ""
        return f"{self.segment.id}{self.element:02d}{suffix}"

    @property
    def decimal(self) -> Decimal | None:
        """The exact number, or ``None`` if the text is not an X12 decimal (type R)."""
        if self._decimal is _UNPARSED:
            # Pass a plain string: the cache must not keep the field, and with it the claim, alive.
            self._decimal = decimal_of(str(self))
        return self._decimal

    @property
    def date(self) -> date | None:
        """The date if the text is a valid CCYYMMDD date, else ``None``."""
        return parse_date(self)

    def __reduce__(self) -> tuple[object, ...]:
        return Field, (str(self), self.segment, self.element, self.component, self.loop)


def decimal_of(text: str) -> Decimal | None:
    """Return the exact number of a plain text, or ``None`` if it is not an X12 decimal (type R)."""
    return _parse_once(text) if len(text) <= _REMEMBERED_LENGTH else _parse(text)


def _parse(text: str) -> Decimal | None:
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


_parse_once = lru_cache(maxsize=4096)(_parse)
