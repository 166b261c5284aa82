"""Excerpts for reports: a segment with the fault located in it, and a segment before and after a change."""

from __future__ import annotations

import re
from typing import NamedTuple

from scrubber.engine.finding import Finding
from scrubber.report.masking import HIDDEN
from scrubber.x12 import Segment
from scrubber.x12.segment import text

_ELEMENT = re.compile(r"([0-9]{2})(?:-([0-9]+))?")


class Excerpt(NamedTuple):
    """A segment as sent, and where in its text the fault is (``start`` = ``end``: the whole segment).

    ``above`` and ``below`` are its neighbors in the claim, empty if there is none.
    """

    number: int
    byte: int
    text: str
    start: int
    end: int
    above: str = ""
    below: str = ""


class SegmentChange(NamedTuple):
    """A changed segment before and after, and the edits whose fixes changed it."""

    number: int
    byte: int
    edits: tuple[str, ...]
    before: str
    after: str


def excerpt_of(segment: Segment, texts: list[str], finding: Finding) -> Excerpt:
    """Return the excerpt of a segment; ``texts`` are its elements as they may be shown."""
    start, end = _span(segment, texts, finding.where.element or "")
    return Excerpt(segment.number, segment.offset, joined(segment, texts), start, end)


def joined(segment: Segment, texts: list[str]) -> str:
    """Return the elements of a segment joined by its own separator."""
    return text(segment.delimiters.element).join(texts)


def _span(segment: Segment, texts: list[str], element: str) -> tuple[int, int]:
    """Locate an element (``SV107-2``) in the joined texts; a missing element is at their end."""
    match = _ELEMENT.fullmatch(element[len(segment.id) :]) if element.startswith(segment.id) else None
    if match is None:
        return 0, 0
    number, component = int(match[1]), int(match[2] or 0)
    length = len("*".join(texts))
    if number >= len(texts):
        return length, length + 1
    start = sum(len(text) + 1 for text in texts[:number])
    if component and texts[number] != HIDDEN:
        parts = texts[number].split(segment.delimiters.component.decode("latin-1"))
        if component > len(parts):
            return start, start + max(1, len(texts[number]))
        start += sum(len(part) + 1 for part in parts[: component - 1])
        return start, start + max(1, len(parts[component - 1]))
    return start, start + max(1, len(texts[number]))
