"""The repairs of a claim as a unified diff of its segments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scrubber.edit.repair import Repair
from scrubber.output.plain import plain
from scrubber.x12 import Segment
from scrubber.x12.segment import text


def diff_lines(repairs: Iterable[Repair]) -> Iterator[str]:
    """One hunk a repaired segment, headed by where it is and which edits changed it."""
    for repair in repairs:
        before = repair.before
        edits = ", ".join(repair.edits)
        yield f"@@ segment {before.number}, byte {before.offset}: {edits} @@"
        yield f"-{_text(before)}"
        yield f"+{_text(repair.after)}"


def _text(segment: Segment) -> str:
    end = segment.end if segment.end.strip() else b""
    return plain(text(segment.body + end))
