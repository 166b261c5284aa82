"""What stands above a claim: the transaction's header, or one hierarchical level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scrubber.guide.fault import Fault
from scrubber.guide.loops import Loop, parse_loops
from scrubber.guide.maps import UNITS
from scrubber.guide.recognizer import recognizer
from scrubber.x12 import Segment


class Level:
    """The segments of a level, with what is made of them: worked out once for all claims below it.

    ``name`` is ``HEADER``, ``2000A``, ``2000B``, ``2000C``, or ``HL`` where the guide knows no such level.
    """

    __slots__ = ("_faults", "_loop", "name", "segments")

    def __init__(self, name: str, segments: Sequence[Segment]) -> None:
        self.name = name
        self.segments = tuple(segments)
        self._loop: Loop | None = None
        self._faults: tuple[Fault, ...] | None = None

    @property
    def loop(self) -> Loop:
        """The segments sorted into loops."""
        if self._loop is None:
            self._loop = parse_loops(self.name, self.segments)
        return self._loop

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with the level by the guide's own rules."""
        if self._faults is None:
            self._faults = unit_faults(self.name, self.segments)
        return self._faults

    def repaired(self, replaced: Mapping[int, Segment]) -> Level:
        """The level with repaired segments (by number) in place of the input's; itself where none is."""
        if not any(segment.number in replaced for segment in self.segments):
            return self
        return Level(self.name, [replaced.get(segment.number, segment) for segment in self.segments])


def unit_faults(unit: str, segments: Sequence[Segment]) -> tuple[Fault, ...]:
    """What is wrong with the segments of a unit of the guide; ST is no part of its header."""
    if unit == "HEADER" and segments and segments[0].id == "ST":
        segments = segments[1:]
    if unit not in UNITS or not segments:
        return ()
    return tuple(recognizer(segments[0].delimiters).check(unit, segments))
