"""The parts of the levels above a claim by name, without a model of them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from scrubber.claim.level import Level
from scrubber.claim.signs import has_blank_edges
from scrubber.claim.walk import Frame
from scrubber.engine.memory.known import KnownSegment, SegmentReader
from scrubber.x12.segment import text

_NAMED = (3, 4, 5, 9)
_PEOPLE = {b"IL": "2010BA", b"QC": "2010CA"}
_KINDS = (
    ("transaction", "2000A", "2000B"),
    ("transaction", "2000A", "2000B", "2000C"),
)


class LevelParts:
    """The parts of all levels above a claim by name, the levels themselves, and texts that signs are made of.

    ``birth`` and ``death`` are the patient's, ``member`` is the subscriber's number.
    """

    __slots__ = (
        "billing_id",
        "billing_kind",
        "birth",
        "births",
        "death",
        "is_trimmed",
        "levels",
        "member",
        "parts",
    )

    def __init__(self) -> None:
        self.levels: dict[str, Level] = {}
        self.parts: dict[str, Hashable] = {}
        self.member = self.birth = self.death = ""
        self.births: list[str] = []
        self.is_trimmed = True
        self.billing_id = ""
        self.billing_kind = b""


def level_parts(frame: Frame | None, reader: SegmentReader) -> LevelParts | None:
    """Return the parts of a frame and those above it; ``None`` if they are not as the TR3 wants them."""
    frames = [each for each in frame.chain() if each.kind not in ("interchange", "group")] if frame else []
    if tuple(each.kind for each in frames) not in _KINDS:
        return None
    found = LevelParts()
    for each in frames:
        bodies = each.bodies()
        if bodies is None or not _take(each.kind, bodies, reader, found):
            return None
        level = each.level
        level.know_no_faults()
        found.levels[level.name] = level
    return found


def _take(kind: str, bodies: Sequence[bytes], reader: SegmentReader, found: LevelParts) -> bool:
    if kind == "transaction":
        found.parts["HEADER"] = tuple(bodies)
        return True
    segments = reader.read(kind, bodies)
    if segments is None:
        return False
    if kind == "2000A":
        found.parts["2000A"] = tuple([known.token for known in segments[1:]])
        _take_billing(segments, reader, found)
    else:
        _take_people(kind, segments[1:], reader, found)
    return True


def _take_billing(segments: Sequence[KnownSegment], reader: SegmentReader, found: LevelParts) -> None:
    for known in segments:
        elements = known.body.split(reader.delimiters.element) if known.name == b"NM1" else []
        if elements[1:2] == [b"85"]:
            found.billing_kind = elements[2]
            found.billing_id = text(elements[9]) if len(elements) > 9 else ""
            break


def _take_people(
    kind: str, segments: Sequence[KnownSegment], reader: SegmentReader, found: LevelParts
) -> None:
    gathered: dict[str, list[Hashable]] = {}
    inside, separator = kind, reader.delimiters.element
    if kind == "2000C":
        found.birth = ""
    for known in segments:
        name = known.name
        if name == b"NM1":
            elements = known.body.split(separator)
            inside = _PEOPLE.get(elements[1], "2010BB")
            if inside != "2010CA":
                found.is_trimmed &= not has_blank_edges(known.body, separator)
            if inside != "2010BB":
                elements += [b""] * (10 - len(elements))
                if inside == "2010BA":
                    found.member = text(elements[9])
                for at in _NAMED:
                    gathered[f"{inside}.NM1{at:02d}"] = [elements[at]]
                    elements[at] = b""
                gathered[f"{inside}.NM1"] = list(elements)
                continue
        if inside in ("2010BA", "2010CA"):
            if name == b"DMG":
                found.birth = text(known.body.split(separator)[2])
                found.births.append(found.birth)
            gathered.setdefault(f"{inside}.{name.decode('latin-1')}", []).append(known.token)
        else:
            part = "SBR" if name == b"SBR" and inside == kind else inside
            if name == b"SBR":
                found.is_trimmed &= not has_blank_edges(known.body, separator)
            elif name == b"PAT":
                elements = known.body.split(separator)
                found.death = text(elements[6]) if len(elements) > 6 else ""
            gathered.setdefault(part, []).append(known.token)
    for part, tokens in gathered.items():
        found.parts[part] = tuple(tokens)
