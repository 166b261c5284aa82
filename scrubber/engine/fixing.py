"""Apply fixes to a claim's segments, and track what they changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from scrubber.claim.level import Level
from scrubber.engine.finding import FieldChange, Fix
from scrubber.x12 import Segment


class FixedSegment(Struct, frozen=True):
    """One segment that fixes changed, and the ids of the edits that asked for it."""

    before: Segment
    after: Segment
    edits: tuple[str, ...]


class ClaimDraft(Struct, frozen=True):
    """A claim while it is being fixed: its own segments in their current state, and the levels above it.

    ``replaced`` holds the fixed segments of the levels by number, ``changed_by`` the edits that changed
    a segment. Immutable: each fix gives a new draft.
    """

    levels: Mapping[str, Level]
    segments: tuple[Segment, ...]
    replaced: Mapping[int, Segment] = field(default_factory=dict)
    changed_by: Mapping[int, frozenset[str]] = field(default_factory=dict)

    def current_levels(self) -> Mapping[str, Level]:
        """Return the levels with their fixes."""
        if not self.replaced:
            return self.levels
        return {name: level.repaired(self.replaced) for name, level in self.levels.items()}

    def with_fix(self, edit: str, fix: Fix) -> ClaimDraft | None:
        """Return the draft after a fix; ``None`` if the fix is outside what a claim's edit may change."""
        draft: ClaimDraft | None = self
        for change in fix.changes:
            draft = draft.with_change(edit, change) if draft else None
        return draft

    def with_change(self, edit: str, change: FieldChange) -> ClaimDraft | None:
        """Return the draft after one change of a fix, or ``None``."""
        target = change.field.segment
        if target is None or not _is_plain(change, target):
            return None
        current = self._segment(target.number)
        if current is None:
            return None
        after = current.replace(change.field.element, change.after.encode(), change.field.component)
        editors = self.changed_by.get(target.number, frozenset()) | {edit}
        changed_by = {**self.changed_by, target.number: editors}
        if any(segment.number == target.number for segment in self.segments):
            segments = tuple(
                after if segment.number == target.number else segment for segment in self.segments
            )
            return replace(self, segments=segments, changed_by=changed_by)
        return replace(self, replaced={**self.replaced, target.number: after}, changed_by=changed_by)

    def _segment(self, number: int) -> Segment | None:
        """Return the current state of a segment in the claim or in its hierarchical levels.

        A transaction's header is shared by claims of many payers, so a claim's edit may not change it.
        """
        above = (level.segments for name, level in self.levels.items() if name != "HEADER")
        for segments in (self.segments, *above):
            for segment in segments:
                if segment.number == number:
                    return self.replaced.get(number, segment)
        return None

    def fixed_segments(self, received: Iterable[Segment]) -> Iterator[FixedSegment]:
        """Yield every segment that was changed; ``received`` are the claim's own segments as received."""
        current = {segment.number: segment for segment in self.segments} | dict(self.replaced)
        above = (segment for level in self.levels.values() for segment in level.segments)
        for before in (*above, *received):
            after = current.get(before.number, before)
            if after.body != before.body:
                yield FixedSegment(before, after, tuple(sorted(self.changed_by[before.number])))


def _is_plain(change: FieldChange, segment: Segment) -> bool:
    """Return True if the new text holds no delimiter, so that it stays one element."""
    delimiters, raw = segment.delimiters, change.after.encode()
    return not any(mark in raw for mark in (delimiters.element, delimiters.component, delimiters.terminator))
