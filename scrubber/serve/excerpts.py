"""The segments that findings are about, read from the file as it was received."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from scrubber.engine.finding import Finding
from scrubber.report.excerpt import Excerpt, excerpt_of, joined
from scrubber.x12 import Segment, find_delimiters
from scrubber.x12.delimiters import LONGEST_ISA, Delimiters
from scrubber.x12.segment import text

_AROUND = 2048
_BLANK = b"\r\n\t "
_ID = re.compile(r"[A-Z][A-Z0-9]{1,2}")


def excerpts_of(original: Path | None, findings: Sequence[Finding]) -> dict[int, Excerpt]:
    """Return the excerpts of findings by their positions; none for what is not there as the finding says."""
    if original is None:
        return {}
    try:
        stream = original.open("rb")
    except OSError:  # pruned
        return {}
    with stream:
        found = {at: _excerpt(stream, finding) for at, finding in enumerate(findings)}
    return {at: excerpt for at, excerpt in found.items() if excerpt}


def _excerpt(stream: BinaryIO, finding: Finding) -> Excerpt | None:
    where = finding.where
    if where.byte is None or not where.segment or not where.segment_number:
        return None
    start = max(0, where.byte - _AROUND)
    stream.seek(start)
    raw = stream.read(where.byte - start + _AROUND)
    delimiters = _delimiters(stream, where.segment.encode(), raw[where.byte - start :])
    if delimiters is None:
        return None
    before, after = raw[: where.byte - start], raw[where.byte - start :]
    body, end, rest = after.partition(delimiters.terminator)
    if not end:
        return None
    segment = Segment(body, where.segment_number, where.byte, delimiters)
    excerpt = excerpt_of(segment, list(map(text, segment.elements)), finding)
    above = before.rstrip(_BLANK).removesuffix(delimiters.terminator).rpartition(delimiters.terminator)[2]
    below = rest.partition(delimiters.terminator)[0]
    return excerpt._replace(above=_neighbor(above, delimiters), below=_neighbor(below, delimiters))


def _delimiters(stream: BinaryIO, name: bytes, body: bytes) -> Delimiters | None:
    """Return the delimiters of the file, if the segment begins as it should by them."""
    stream.seek(0)
    delimiters = find_delimiters(stream.read(LONGEST_ISA).lstrip(_BLANK))
    return delimiters if delimiters and body.startswith(name + delimiters.element) else None


def _neighbor(raw: bytes, delimiters: Delimiters) -> str:
    segment = Segment(raw.strip(_BLANK), 0, 0, delimiters)
    return joined(segment, list(map(text, segment.elements))) if _ID.fullmatch(segment.id) else ""
