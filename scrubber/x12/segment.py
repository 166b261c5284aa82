"""A segment, and bytes that are not part of any segment."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from scrubber.x12.delimiters import Delimiters
from scrubber.x12.watched_day import WatchedDay


class Segment:
    """One segment of an interchange. Immutable by convention; `replace` makes a changed copy.

    ``body`` is the segment without its terminator, ``lead`` the blanks before it, ``end`` the terminator
    (empty where the input was truncated). ``number`` counts the segments of the input from 1, ``offset`` is
    the byte offset of ``body`` in the input; a changed copy keeps both, so its origin is still known. An
    empty segment (two terminators in a row) is no segment for anyone who counts: its number is 0.
    ``raw`` has the exact bytes of the input. ``watched_day`` is set by `scrubber.claim.watched` only.
    """

    watched_day: ClassVar[WatchedDay | None] = None
    __slots__ = ("_elements", "_id", "body", "delimiters", "end", "lead", "number", "offset")

    def __init__(
        self,
        body: bytes,
        number: int,
        offset: int,
        delimiters: Delimiters,
        lead: bytes = b"",
        end: bytes | None = None,
    ) -> None:
        self.body = body
        self.number = number
        self.offset = offset
        self.delimiters = delimiters
        self.lead = lead
        self.end = delimiters.terminator if end is None else end
        self._elements: list[bytes] | None = None
        self._id: str | None = None

    @property
    def raw(self) -> bytes:
        """The bytes of the input, including the blanks before it and the terminator."""
        return self.lead + self.body + self.end

    @property
    def elements(self) -> list[bytes]:
        """The elements; ``elements[0]`` is the segment ID. They are split once, on first use."""
        if self._elements is None:
            self._elements = self.body.split(self.delimiters.element)
        return self._elements

    @property
    def id(self) -> str:
        """The segment ID, such as ``NM1``; empty for an empty segment."""
        if self._id is None:
            self._id = text(self.elements[0])
        return self._id

    def get(self, element: int) -> str:
        """Return element ``element`` (1 is the first after the ID) as text; empty where absent."""
        elements = (
            self._elements or self.elements
        )  # read a hundred times a claim: avoid the call once it is split
        if element >= len(elements):
            return ""
        raw = elements[element]
        return text(raw) if raw else ""

    def component(self, element: int, component: int) -> str:
        """Return component ``component`` (from 1) of an element as text; empty where absent."""
        elements = self._elements or self.elements
        if element >= len(elements):
            return ""
        components = elements[element].split(self.delimiters.component)
        if component > len(components):
            return ""
        raw = components[component - 1]
        return text(raw) if raw else ""

    def components(self, element: int) -> int:
        """Return how many components the element has; 0 where it is absent or empty."""
        elements = self.elements
        if element >= len(elements) or not elements[element]:
            return 0
        return elements[element].count(self.delimiters.component) + 1

    def replace(self, element: int, value: bytes, component: int = 0) -> Segment:
        """Return a copy with one element (or one component of it, from 1) changed; add absent ones."""
        elements = list(self.elements)
        elements.extend([b""] * (element + 1 - len(elements)))
        if component:
            parts = elements[element].split(self.delimiters.component)
            parts.extend([b""] * (component - len(parts)))
            parts[component - 1] = value
            while not value and len(parts) > 1 and not parts[-1]:
                parts.pop()  # no trailing separators in a composite that was shortened
            value = self.delimiters.component.join(parts)
        elements[element] = value
        body = self.delimiters.element.join(elements)
        return Segment(body, self.number, self.offset, self.delimiters, self.lead, self.end)

    def __repr__(self) -> str:
        # Never the body, which is patient data: a repr ends up in logs and test output.
        return f"<Segment {self.number} at byte {self.offset}>"


class Stray(Struct, frozen=True):
    """Bytes that are not part of any segment: before the first ISA, after the last IEA, or without an end.

    ``blank`` is true if they are only blanks (or the end-of-file marks of old systems). ``container`` says
    what they are if they are an archive or a document, of which nothing is read.
    """

    raw: bytes
    offset: int
    blank: bool
    container: str = ""

    def __repr__(self) -> str:
        return f"<Stray of {len(self.raw)} bytes at byte {self.offset}>"


def text(raw: bytes) -> str:
    """Return element bytes as text: as UTF-8 if they are valid, else as Latin-1, which never fails."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def is_count(value: str) -> bool:
    """Return True if a text can be a count: digits only, and not more than 12."""
    return value.isascii() and value.isdigit() and len(value) <= 12
