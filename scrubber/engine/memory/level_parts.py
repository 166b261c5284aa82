"""The parts of the levels above a claim by name, without a model of them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from scrubber.claim.level import Level
from scrubber.claim.walk import Frame
from scrubber.engine.memory.known import KnownSegment, SegmentReader

_NAMED = (3, 4, 5, 9)
_PEOPLE = {b"IL": "2010BA", b"QC": "2010CA"}
_KINDS = (
    ("transaction", "2000A", "2000B"),
    ("transaction", "2000A", "2000B", "2000C"),
)


class LevelParts:
    """The parts of all levels above a claim by name, and the levels themselves."""

    __slots__ = ("levels", "parts")

    def __init__(self, levels: dict[str, Level], parts: dict[str, Hashable]) -> None:
        self.levels = levels
        self.parts = parts


def level_parts(frame: Frame | None, reader: SegmentReader) -> LevelParts | None:
    """Return the parts of a frame and those above it; ``None`` if they are not as the TR3 wants them."""
    frames = [each for each in frame.chain() if each.kind not in ("interchange", "group")] if frame else []
    if tuple(each.kind for each in frames) not in _KINDS:
        return None
    parts: dict[str, Hashable] = {}
    levels = {}
    for each in frames:
        bodies = each.bodies()
        if bodies is None or not _take(each.kind, bodies, reader, parts):
            return None
        level = each.level
        level.know_no_faults()
        levels[level.name] = level
    return LevelParts(levels, parts)


def _take(kind: str, bodies: Sequence[bytes], reader: SegmentReader, parts: dict[str, Hashable]) -> bool:
    if kind == "transaction":
        parts["HEADER"] = tuple(bodies)
        return True
    segments = reader.read(kind, bodies)
    if segments is None:
        return False
    if kind == "2000A":
        parts["2000A"] = tuple([known.token for known in segments[1:]])
    else:
        _take_people(kind, segments[1:], reader, parts)
    return True


def _take_people(
    kind: str, segments: Sequence[KnownSegment], reader: SegmentReader, parts: dict[str, Hashable]
) -> None:
    gathered: dict[str, list[Hashable]] = {}
    inside = kind
    for known in segments:
        name = known.name
        if name == b"NM1":
            elements = known.body.split(reader.delimiters.element)
            inside = _PEOPLE.get(elements[1], "2010BB")
            if inside != "2010BB":
                elements += [b""] * (10 - len(elements))
                for at in _NAMED:
                    gathered[f"{inside}.NM1{at:02d}"] = [elements[at]]
                    elements[at] = b""
                gathered[f"{inside}.NM1"] = list(elements)
                continue
        if inside in ("2010BA", "2010CA"):
            gathered.setdefault(f"{inside}.{name.decode('latin-1')}", []).append(known.token)
        else:
            part = "SBR" if name == b"SBR" and inside == kind else inside
            gathered.setdefault(part, []).append(known.token)
    for part, tokens in gathered.items():
        parts[part] = tuple(tokens)
