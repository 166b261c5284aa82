"""A run of segments that is read, counted and passed on as a whole.

A claim is two dozen segments, and making an object of each costs more than all that most readers of an input
want to know. A `Block` is the bytes of an HL or CLM with what follows it, cut out of the input in one piece;
its segments are made when someone asks for them.
"""

from __future__ import annotations

from scrubber.x12.delimiters import Delimiters
from scrubber.x12.segment import Segment

_AFTER_BLANKS = b"!"
"""Sorts after all that begins with a blank; what is not less than it begins with none."""


class Block:
    """An HL or CLM segment and the segments after it, up to the next HL, CLM or envelope segment.

    ``raw`` has the exact bytes of the input, ``offset`` is where they begin in it. ``number`` is that of the
    first segment, ``name`` its ID (``HL`` or ``CLM``). ``count`` is the number of segments. All are complete,
    and none is empty: an empty segment ends a block. Immutable by convention.
    """

    __slots__ = ("_bodies", "_first", "_segments", "count", "delimiters", "name", "number", "offset", "raw")

    def __init__(
        self, raw: bytes, number: int, offset: int, delimiters: Delimiters, name: bytes, count: int
    ) -> None:
        self.raw = raw
        self.number = number
        self.offset = offset
        self.delimiters = delimiters
        self.name = name
        self.count = count
        self._first: Segment | None = None
        self._bodies: list[bytes] | None = None
        self._segments: list[Segment] | None = None

    @property
    def size(self) -> int:
        """How many segment numbers it takes."""
        return self.count

    @property
    def first(self) -> Segment:
        """The HL or CLM."""
        if self._first is None:
            piece = self.raw[: self.raw.index(self.delimiters.terminator)]
            body = piece.lstrip(self.delimiters.blanks)
            lead = len(piece) - len(body)
            self._first = Segment(body, self.number, self.offset + lead, self.delimiters, piece[:lead])
        return self._first

    @property
    def bodies(self) -> list[bytes]:
        """The segments without the blanks before them and without their terminators."""
        if self._bodies is None:
            self._bodies = self._split()
        return self._bodies

    @property
    def segments(self) -> list[Segment]:
        """The segments, made once, on first use."""
        if self._segments is None:
            self._segments = self._made()
        return self._segments

    def _split(self) -> list[bytes]:
        raw, delimiters = self.raw, self.delimiters
        terminator, blanks = delimiters.terminator, delimiters.blanks
        lead = raw[: len(raw) - len(raw.lstrip(blanks))]
        bodies = raw[len(lead) : -1].split(terminator + lead)
        if len(bodies) == self.count and min(bodies) >= _AFTER_BLANKS:
            return bodies  # the same blanks, and no others, are before every segment
        return [piece.lstrip(blanks) for piece in raw[:-1].split(terminator)]

    def _made(self) -> list[Segment]:
        delimiters, number, position = self.delimiters, self.number, self.offset
        terminator, blanks = delimiters.terminator, delimiters.blanks
        segments = [self.first]
        pieces = self.raw[:-1].split(terminator)
        position += len(pieces[0]) + 1
        for piece in pieces[1:]:
            body = piece.lstrip(blanks)
            lead = len(piece) - len(body)
            number += 1
            segments.append(Segment(body, number, position + lead, delimiters, piece[:lead], terminator))
            position += len(piece) + 1
        return segments

    def __repr__(self) -> str:
        # Never the bytes, which are patient data: a repr ends up in logs and test output.
        return f"<Block of {self.count} segments from {self.number} on at byte {self.offset}>"
