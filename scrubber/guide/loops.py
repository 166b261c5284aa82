"""Sort segments into the loops of the TR3, by segment ID, qualifier and what came before.

This is tolerant on purpose: a segment out of order still goes into the loop that it is about, so that the
claim model shows what was meant and edits can report what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from scrubber.x12 import Segment

_NM1_LOOPS: dict[str, dict[str, str]] = {
    "HEADER": {"41": "1000A", "40": "1000B"},
    "2000A": {"85": "2010AA", "87": "2010AB", "PE": "2010AC"},
    "2000B": {"IL": "2010BA", "PR": "2010BB"},
    "2000C": {"QC": "2010CA"},
    "2300": {
        "DN": "2310A", "P3": "2310A", "82": "2310B", "77": "2310C",
        "DQ": "2310D", "PW": "2310E", "45": "2310F",
    },
    "2320": {
        "IL": "2330A", "PR": "2330B", "DN": "2330C", "P3": "2330C", "82": "2330D",
        "77": "2330E", "DQ": "2330F", "85": "2330G",
    },
    "2400": {
        "82": "2420A", "QB": "2420B", "77": "2420C", "DQ": "2420D", "DK": "2420E",
        "DN": "2420F", "P3": "2420F", "PW": "2420G", "45": "2420H",
    },
}  # fmt: skip

# Within a service line, these segments open a loop of their own.
_LINE_LOOPS = {"LIN": "2410", "SVD": "2430", "LQ": "2440"}
# These belong to the claim, the service line or the hierarchical level even after one of its subloops.
_LEVEL_SEGMENTS = {
    "2300": frozenset({"CLM", "HI", "HCP", "CN1", "PWK", "NTE", "CRC", "K3"}),
    "2320": frozenset({"CAS", "OI", "MOA"}),
    "2400": frozenset({"SV1", "SV5", "MEA", "PS1", "NTE", "CRC"}),
    "2000A": frozenset({"CUR"}),
    "2000B": frozenset({"SBR", "PAT"}),
    "2000C": frozenset({"PAT"}),
}
LEVELS = {"20": "2000A", "22": "2000B", "23": "2000C"}
"""The loop that an HL segment opens, by HL03."""


@dataclass(slots=True, eq=False)
class Loop:
    """One loop with its segments by segment ID, and the loops inside it, in the order of the input."""

    id: str
    segments: dict[str, list[Segment]] = field(default_factory=dict)
    loops: list[Loop] = field(default_factory=list)

    def add(self, name: str, segment: Segment) -> None:
        """Append a segment whose ID is ``name``."""
        self.segments.setdefault(name, []).append(segment)

    @property
    def opener(self) -> Segment | None:
        """The first segment of the loop, whatever it is; ``None`` if there is none."""
        return next(iter(self.segments.values()))[0] if self.segments else None

    def every(self, segment_id: str) -> Sequence[Segment]:
        """Return the segments with this ID."""
        return self.segments.get(segment_id, ())

    def first(self, segment_id: str) -> Segment | None:
        """Return the first segment with this ID, or ``None``."""
        found = self.segments.get(segment_id)
        return found[0] if found else None

    def inside(self, loop_id: str) -> list[Loop]:
        """Return the loops with this ID directly inside this one."""
        return [loop for loop in self.loops if loop.id == loop_id] if self.loops else []

    def family(self, prefix: str) -> list[Loop]:
        """Return the loops directly inside this one whose IDs begin with a prefix, such as ``2310``."""
        return [loop for loop in self.loops if loop.id.startswith(prefix)] if self.loops else []


def parse_loops(root: str, segments: Iterable[Segment]) -> Loop:
    """Sort the segments of a hierarchical level, a claim or the transaction header into loops.

    ``root`` is ``HEADER``, ``2000A``, ``2000B``, ``2000C`` or ``2300``.
    """
    outer = Loop(root)
    level = outer  # the loop that determines the next subloop: the root, a 2320 or a 2400
    current = outer
    for segment in segments:
        name = segment.id
        opened = _opened_loop(name, segment, outer, level)
        if opened in ("2320", "2400"):
            level = current = Loop(opened)
            outer.loops.append(level)
        elif opened:
            current = Loop(opened)
            level.loops.append(current)
        if _belongs_to_level(name, segment, level):
            level.add(name, segment)
        elif name == "HI" and root == "2300":
            outer.add(name, segment)
        else:
            current.add(name, segment)
    return outer


def _opened_loop(name: str, segment: Segment, outer: Loop, level: Loop) -> str:
    """Return the ID of the loop that this segment opens, or an empty string."""
    if name == "NM1":
        return _NM1_LOOPS.get(level.id, {}).get(segment.get(1), "")
    if outer.id != "2300":
        return ""
    if name == "LX":
        return "2400"
    if name == "SBR":
        return "2320"
    if name == "SV1" and (level.id != "2400" or level.first("SV1")):
        return "2400"  # the LX is missing, but two services are still two service lines
    return _LINE_LOOPS.get(name, "") if level.id == "2400" else ""


def _belongs_to_level(name: str, segment: Segment, level: Loop) -> bool:
    if name in _LEVEL_SEGMENTS.get(level.id, ()):
        # A CAS in loop 2430 stays there: CAS is listed above for loop 2320 only.
        return True
    return name == "DTP" and level.id == "2400" and segment.get(1) == "472"
