"""A finding without its claim: with places that hold in every claim in which the same was looked at."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from scrubber.claim.field import Field
from scrubber.claim.line import ServiceLine
from scrubber.claim.watched import OWN, ClaimWatch, WatchedLine, WatchedSegment
from scrubber.engine.evaluate import Raised, finding_of
from scrubber.engine.finding import Finding, Hit
from scrubber.engine.pack import PackDecision
from scrubber.engine.policy import Policy
from scrubber.guide.loops import Loop
from scrubber.x12 import Segment

Loops = Mapping[str, Loop]
"""The plain loops of a claim and of the levels above it, by name."""


class _Step(NamedTuple):
    """A loop inside another: its ID, and its place among those of this ID; ``OWN`` counts as -1."""

    loop: str
    at: int


class _Path(NamedTuple):
    """The way to a segment: the outermost loop, the loops inside it, its ID and place among equal IDs."""

    outermost: str
    steps: tuple[_Step, ...]
    segment: str
    at: int

    def follow(self, loops: Loops, own: int) -> Segment | None:
        """Return the segment of another claim, ``own`` being the index of the line in question."""
        loop = loops.get(self.outermost)
        for step in self.steps:
            inside = loop.inside(step.loop) if loop else []
            at = own - 1 if step.at < 0 else step.at
            loop = inside[at] if at < len(inside) else None
        found = loop.every(self.segment) if loop else ()
        return found[self.at] if self.at < len(found) else None


class KeptHit(NamedTuple):
    """A finding of an edit whose place is a path. ``line`` is an index, ``OWN`` or ``None``."""

    finding: Finding
    path: _Path | None
    line: int | None
    is_fixable: bool
    yields: bool
    once: bool

    def raised_in(self, loops: Loops, own: int) -> Raised | None:
        """Return the finding in a claim; ``None`` if the path leads nowhere."""
        where = self.finding.where
        line = own if self.line == OWN else self.line
        if self.path is None:
            return Raised(replace(self.finding, where=replace(where, line=line)), None, None, self.yields)
        segment = self.path.follow(loops, own)
        if segment is None:
            return None
        where = replace(where, line=line, segment_number=segment.number, byte=segment.offset)
        return Raised(replace(self.finding, where=where), None, None, self.yields)


def keep(hit: Hit, decision: PackDecision, policy: Policy, loops: Loops, watch: ClaimWatch) -> KeptHit:
    """Return a hit on a watched claim without the claim, whose plain loops are given."""
    watch.looked.note("position")  # of the diagnosis, if it is about one: its element follows from it
    own, segment = watch.own_line, _plain(hit.segment)
    path = _path_to(segment, loops, own) if segment else None
    assert path is not None or segment is None  # a hit is on a segment of its claim
    line = None
    if hit.line is not None:
        index = _index(hit.line)
        line = OWN if index == own else index
    finding = finding_of(_unwatched(hit, segment), decision, policy)
    where = finding.where
    loop, name = where.loop or ("2400" if hit.line else None), segment.id if segment else None
    finding = replace(finding, where=replace(where, loop=loop, segment=name))
    is_fixable = policy.fixes.allow(finding.edit, hit.fix)
    return KeptHit(finding, path, line, is_fixable, decision.edit.yields, hit.once)


def _unwatched(hit: Hit, segment: Segment | None) -> Hit:
    """Return a hit whose place notes nothing."""
    at: Field | Segment | None = segment
    if isinstance(hit.at, Field):
        plain = _plain(hit.at.segment)
        at = Field(str(hit.at), plain, hit.at.element, hit.at.component, hit.at.loop)
    return dataclasses.replace(hit, at=at, line=None)


def _index(line: ServiceLine) -> int:
    return line.known_index if isinstance(line, WatchedLine) else line.index


def _plain(segment: Segment | None) -> Segment | None:
    return segment.plain if isinstance(segment, WatchedSegment) else segment


def _path_to(segment: Segment, loops: Loops, own: int) -> _Path | None:
    for name, loop in loops.items():
        for path in _paths(loop, name, (), own):
            if path.follow(loops, own) is segment:
                return path
    return None


def _paths(loop: Loop, outermost: str, steps: tuple[_Step, ...], own: int) -> Iterator[_Path]:
    """Yield the paths to all segments of a loop and the loops inside it."""
    for name, found in loop.segments.items():
        for at in range(len(found)):
            yield _Path(outermost, steps, name, at)
    seen: dict[str, int] = {}
    for inner in loop.loops:
        at = seen.get(inner.id, 0)
        seen[inner.id] = at + 1
        is_own = inner.id == "2400" and at == own - 1
        yield from _paths(inner, outermost, (*steps, _Step(inner.id, -1 if is_own else at)), own)
