"""Read an input as answers: envelopes here, the transaction sets in a module each.

Memory is flat, whatever the size of the input, and any bytes give `Trouble`, never an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from scrubber.answers.model import PayerAnswer, Receipt, Trouble
from scrubber.answers.set277ca import Set277CA
from scrubber.answers.set835 import Set835
from scrubber.answers.set999 import Set999
from scrubber.x12 import Segment, Stray, read_pieces
from scrubber.x12.reader import Readable
from scrubber.x12.segment import is_count


class _SetReader(Protocol):
    """What reads the segments between ST and SE."""

    out: list[PayerAnswer]
    """What is complete and was not yet passed on."""

    def take(self, segment: Segment) -> None:
        """Take the next segment."""

    def end(self, last: Segment) -> None:
        """Complete what is open: the transaction set ends at this segment."""


_GUIDES: dict[tuple[str, str], Callable[[], _SetReader]] = {
    ("835", "005010X221"): Set835,
    ("277", "005010X214"): Set277CA,
    ("999", "005010X231"): Set999,
}
_GUIDE = slice(0, 10)
_INTERCHANGE_REJECTED = "R"
_ENVELOPE = frozenset({"ISA", "GS", "ST", "GE", "IEA"})


def read_answers(stream: Readable) -> Iterator[PayerAnswer]:
    """Yield what an input answers, in its order, and a `Trouble` for whatever is wrong with it."""
    return _Reader().answers(stream)


class _Reader:
    """The open envelopes, and the reader of the transaction set."""

    def __init__(self) -> None:
        self._set: _SetReader | None = None
        self._st: Segment | None = None
        self._interchange: Segment | None = None
        self._guide = ""  # GS08
        self._last: Segment | None = None
        self._has_answers = False

    def answers(self, stream: Readable) -> Iterator[PayerAnswer]:
        for piece in read_pieces(stream):
            if isinstance(piece, Stray):
                yield from _stray(piece)
            elif piece.body:
                yield from self._segment(piece)
                self._last = piece
        yield from self._cut(None)
        if self._interchange and self._last:
            yield Trouble.at(self._last, "the input ends without IEA: it was cut, or is not complete")
        if not self._has_answers:
            yield Trouble("there is no 835, 277CA, 999 or TA1 in this file")

    def _segment(self, segment: Segment) -> Iterator[PayerAnswer]:
        name = segment.id
        if name in _ENVELOPE:
            yield from self._envelope(name, segment)
        elif name == "SE":
            yield from self._end(segment)
        elif name == "TA1":
            self._has_answers = True
            code = segment.get(4)
            yield Receipt("TA1", segment.get(1), "", code, code == _INTERCHANGE_REJECTED, segment.number)
        elif self._set:
            self._set.take(segment)
            if self._set.out:
                yield from _drained(self._set)

    def _envelope(self, name: str, segment: Segment) -> Iterator[PayerAnswer]:
        """Take a segment that cannot be within a transaction set."""
        yield from self._cut(segment)
        if name == "ISA":
            if self._interchange:
                yield Trouble.at(segment, "an interchange begins within another one, whose IEA is missing")
            self._interchange, self._guide = segment, ""
        elif name == "IEA":
            self._interchange = None
        elif name == "GS":
            self._guide = segment.get(8)
        elif name == "ST":
            yield from self._begin(segment)

    def _begin(self, st: Segment) -> Iterator[PayerAnswer]:
        self._st = st
        # A 999 from old systems has no ST03; the guide is then that of the group.
        guide = (st.get(3) or self._guide)[_GUIDE]
        made = _GUIDES.get((st.get(1), guide))
        self._set = made() if made else None
        self._has_answers |= made is not None
        if made is None:
            names = ", ".join(f"{name} {of}" for name, of in _GUIDES)
            yield Trouble.at(st, f"this transaction set is not read; what is read is {names}")

    def _end(self, se: Segment) -> Iterator[PayerAnswer]:
        st, taken = self._st, self._set
        if st is None:
            yield Trouble.at(se, "SE without ST")
            return
        if taken:
            count = se.number - st.number + 1
            taken.end(se)
            yield from _drained(taken)
            if se.get(2) != st.get(2):
                yield Trouble.at(se, "SE02 is not the control number of its ST: segments may be missing")
            elif not is_count(se.get(1)) or int(se.get(1)) != count:
                yield Trouble.at(se, f"SE01 is not the number of segments, {count}: segments may be missing")
        self._st = self._set = None

    def _cut(self, at: Segment | None) -> Iterator[PayerAnswer]:
        """End a transaction set whose SE is missing, before another segment or at the end of the input."""
        if self._st and self._set and self._last:
            self._set.end(self._last)
            yield from _drained(self._set)
            where = f"before {at.id}" if at else "at the end of the input"
            yield Trouble.at(self._last, f"SE is missing {where}: this transaction set is not whole")
        self._st = self._set = None


def _drained(reader: _SetReader) -> list[PayerAnswer]:
    """Return what a reader has completed, and leave it with none of it."""
    done, reader.out = reader.out, []
    return done


def _stray(stray: Stray) -> Iterator[Trouble]:
    if stray.container:
        yield Trouble(f"this is {stray.container}, which is not opened", byte=stray.offset)
    elif not stray.blank:
        yield Trouble(f"{len(stray.raw)} bytes at byte {stray.offset} are not part of any segment")
