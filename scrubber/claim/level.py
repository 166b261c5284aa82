"""What is above a claim: the transaction header or an HL (hierarchical level) loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scrubber.guide.fault import Fault
from scrubber.guide.loops import Loop, parse_loops
from scrubber.guide.maps import UNITS
from scrubber.guide.recognizer import recognizer
from scrubber.x12 import Segment


class Level:
    """The segments of a level and what is derived from them, computed once for all claims below it.

    ``name`` is ``HEADER``, ``2000A``, ``2000B``, ``2000C``, or ``HL`` if the TR3 does not define the level.
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
        """The level's violations of the TR3."""
        if self._faults is None:
            self._faults = unit_faults(self.name, self.segments)
        return self._faults

    def know_no_faults(self) -> None:
        """Take note that the level has no violation of the TR3, so that it need not be validated again."""
        self._faults = ()

    def repaired(self, replaced: Mapping[int, Segment]) -> Level:
        """Return the level with fixed segments (by number) replacing the input's; itself if none apply."""
        if not any(segment.number in replaced for segment in self.segments):
            return self
        return Level(self.name, [replaced.get(segment.number, segment) for segment in self.segments])


def unit_faults(unit: str, segments: Sequence[Segment]) -> tuple[Fault, ...]:
    """Return the TR3 violations of the segments of a map unit; ST does not count as part of the header."""
    if unit == "HEADER" and segments and segments[0].id == "ST":
        segments = segments[1:]
    if unit not in UNITS or not segments:
        return ()
    return tuple(recognizer(segments[0].delimiters).check(unit, segments))
