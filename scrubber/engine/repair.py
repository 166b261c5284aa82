"""Repairing a claim: fixes applied to its segments, and what they changed in all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from scrubber.claim.level import Level
from scrubber.engine.finding import FieldChange, Fix
from scrubber.x12 import Segment


@dataclass(frozen=True, slots=True)
class Repair:
    """One segment that repairs changed, and the ids of the edits that asked for it."""

    before: Segment
    after: Segment
    edits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClaimDraft:
    """A claim under repair: its own segments as they stand now, and the levels above it.

    ``replaced`` holds the repaired segments of the levels by number, ``changed_by`` the edits that changed
    a segment. Immutable: each fix gives a new draft.
    """

    levels: Mapping[str, Level]
    segments: tuple[Segment, ...]
    replaced: Mapping[int, Segment] = field(default_factory=dict)
    changed_by: Mapping[int, frozenset[str]] = field(default_factory=dict)

    def current_levels(self) -> Mapping[str, Level]:
        """The levels with their repairs."""
        if not self.replaced:
            return self.levels
        return {name: level.repaired(self.replaced) for name, level in self.levels.items()}

    def with_fix(self, edit: str, fix: Fix) -> ClaimDraft | None:
        """The draft after a fix; ``None`` where the fix lies outside of what a claim may change."""
        draft: ClaimDraft | None = self
        for change in fix.changes:
            draft = draft.with_change(edit, change) if draft else None
        return draft

    def with_change(self, edit: str, change: FieldChange) -> ClaimDraft | None:
        """The draft after one change of a fix, or ``None``."""
        place = change.field.segment
        if place is None or not _is_plain(change, place):
            return None
        current = self._segment(place.number)
        if current is None:
            return None
        after = current.replace(change.field.element, change.after.encode(), change.field.component)
        by = {**self.changed_by, place.number: self.changed_by.get(place.number, frozenset()) | {edit}}
        if any(segment.number == place.number for segment in self.segments):
            own = tuple(after if segment.number == place.number else segment for segment in self.segments)
            return replace(self, segments=own, changed_by=by)
        return replace(self, replaced={**self.replaced, place.number: after}, changed_by=by)

    def _segment(self, number: int) -> Segment | None:
        """The segment of this number as it stands now, in the claim or in its hierarchical levels.

        A transaction's own header is shared by claims of many payers, so a claim's edit may not change it.
        """
        above = (level.segments for name, level in self.levels.items() if name != "HEADER")
        for segments in (self.segments, *above):
            for segment in segments:
                if segment.number == number:
                    return self.replaced.get(number, segment)
        return None

    def repairs(self, before: Iterable[Segment]) -> Iterator[Repair]:
        """What was changed in all; ``before`` are the claim's own segments as they came."""
        after = {segment.number: segment for segment in self.segments} | dict(self.replaced)
        above = (segment for level in self.levels.values() for segment in level.segments)
        for segment in (*above, *before):
            now = after.get(segment.number, segment)
            if now.body != segment.body:
                yield Repair(segment, now, tuple(sorted(self.changed_by[segment.number])))


def _is_plain(change: FieldChange, place: Segment) -> bool:
    """Whether the new text holds no delimiter, so that it stays one element."""
    marks, raw = place.delimiters, change.after.encode()
    return not any(mark in raw for mark in (marks.element, marks.component, marks.terminator))
