"""The acknowledgments in files of answers, each with the control number and the day of its interchange."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from scrubber.answers import ClaimAcknowledgment, Receipt, read_answers
from scrubber.x12 import Segment, read_pieces
from scrubber.x12.dates import parse_date
from scrubber.x12.segment import text
from scrubber.x12.source import source_of_path


class Acknowledgment(NamedTuple):
    """A 999, TA1 or 277CA on a claim or what it was sent in.

    ``file`` is its file's name and ``sha256`` its hash, ``interchange`` the ISA13 and ``day`` the ISA09 of
    the acknowledgment itself.
    """

    answer: Receipt | ClaimAcknowledgment
    file: str
    sha256: str
    interchange: str
    day: date | None


def acknowledgments(paths: Iterable[Path]) -> Iterator[Acknowledgment]:
    """Yield what the files acknowledge; what cannot be read in them is passed over. Raise OSError."""
    for path in paths:
        source = source_of_path(path)
        with source.open() as reader:
            headers = [
                piece for piece in read_pieces(reader) if isinstance(piece, Segment) and piece.id == "ISA"
            ]
        starts = [isa.number for isa in headers]
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        with source.open() as reader:
            for answer in read_answers(reader):
                if not isinstance(answer, Receipt | ClaimAcknowledgment):
                    continue
                at = bisect_right(starts, answer.segment) - 1
                isa = headers[at] if at >= 0 else None
                number, day = (isa.get(13), _day(isa)) if isa else ("", None)
                yield Acknowledgment(answer, path.name, digest, number, day)


def _day(isa: Segment) -> date | None:
    sent = text(isa.elements[9]) if len(isa.elements) > 9 else ""
    return parse_date(f"20{sent}") if len(sent) == 6 else None
