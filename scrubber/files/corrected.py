"""Write the corrected claims of a held file as an 837 of their own.

Of each claim only what was corrected differs: all other bytes are those of the held file. The envelopes have
new control numbers, since a receiver may know the old ones, and count what is in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import BinaryIO, NamedTuple

from scrubber.claim.walk import Ended, Frame, Leaf, is_blank, walk
from scrubber.envelopes.scan import is_examined
from scrubber.files.split import SubsetFile
from scrubber.x12 import Piece, Segment, read_blocks
from scrubber.x12.envelope import envelope_events
from scrubber.x12.reader import Readable

_CONTROL_NUMBERS = {"interchange": 13, "group": 6}
"""The element of ISA and GS that is repeated in the second one of IEA and GE."""
_BATCH = 3
"""The element of BHT that names a transaction set for its sender, and for a 277CA."""


class ChangedClaim(NamedTuple):
    """A claim after its corrections: its own pieces, and by number what is changed in the levels above it."""

    pieces: Sequence[Piece]
    replaced: Mapping[int, Segment]


Correct = Callable[[int, Leaf], ChangedClaim | None]
"""Takes a claim and its number in the held file, from 1; returns it corrected, ``None`` to leave it out."""


def write_corrected(held: Readable, out: BinaryIO, correct: Correct, control_number: int) -> int:
    """Write the claims that ``correct`` returns and return how many claims the held file has.

    ``control_number`` is that of the first interchange and of its first group; others count on from it.
    """
    return _Writer(out, correct, control_number).write(held)


class _Writer:
    """The corrected file being written, and the control numbers that its envelopes have got."""

    def __init__(self, out: BinaryIO, correct: Correct, control_number: int) -> None:
        self._file = SubsetFile(out, is_clean=True)
        self._correct = correct
        self._next = {"interchange": control_number, "group": control_number}
        self._numbers: dict[Frame, int] = {}
        self._headers: dict[Frame, dict[int, Segment]] = {}
        self._sets = 0

    def write(self, held: Readable) -> int:
        claims = 0
        for step in walk(envelope_events(read_blocks(held)), lambda scope: not is_examined(scope)):
            if isinstance(step, Ended):
                self._end(step)
            elif not step.is_claim:
                if step.pieces and all(map(is_blank, step.pieces)):
                    self._file.blank(step.raw, leading=False)
            else:
                claims += 1
                changed = self._correct(claims, step)
                if changed:
                    headers = dict(self._headers_above(step))
                    self._file.leaf(step, changed.pieces, {**headers, **changed.replaced})
        return claims

    def _end(self, step: Ended) -> None:
        trailer, number = step.trailer, self._numbers.pop(step.frame, None)
        self._headers.pop(step.frame, None)
        if trailer and number is not None:
            trailer = trailer.replace(2, _written(step.frame.kind, number))
        self._file.end(step.frame, trailer, 0)

    def _headers_above(self, leaf: Leaf) -> Iterator[tuple[int, Segment]]:
        """Yield the changed headers of the envelopes around a claim, by the numbers of their segments."""
        for frame in leaf.chain():
            if frame not in self._headers:
                self._headers[frame] = dict(self._renamed(frame))
            yield from self._headers[frame].items()

    def _renamed(self, frame: Frame) -> Iterator[tuple[int, Segment]]:
        header = frame.scope.header
        if frame.is_level or header is None:
            return
        element = _CONTROL_NUMBERS.get(frame.kind)
        if element:
            number = self._numbers[frame] = self._next[frame.kind]
            self._next[frame.kind] += 1
            yield header.number, header.replace(element, _written(frame.kind, number))
        else:
            batch = next((segment for segment in frame.segments if segment.id == "BHT"), None)
            if batch:
                # Unique, since the number of the interchange is, and found at a glance in a 277CA.
                interchange = self._numbers.get(frame.chain()[0], self._next["interchange"])
                self._sets += 1
                yield batch.number, batch.replace(_BATCH, b"%09d-%d" % (interchange, self._sets))


def _written(kind: str, number: int) -> bytes:
    """Return a control number as its envelope has it: nine digits in ISA and IEA, no leading zeros in GS."""
    return b"%09d" % number if kind == "interchange" else b"%d" % number
