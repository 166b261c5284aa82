"""A held file whose claims are corrected: which of its claims is meant, and its bytes with new values.

The hash of its job's manifest proves that it is what was held, and each value that is replaced must be the
one that was listed, so nothing else can be changed by mistake.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO

from scrubber.claim.walk import Leaf, is_blank
from scrubber.envelopes.scan import Identity
from scrubber.errors import SpoolError
from scrubber.files.corrected import ChangedClaim, Correct, write_corrected
from scrubber.guide.elements import value_fault
from scrubber.spool.corrections.values import Change
from scrubber.spool.jobs.arrivals import PADDING
from scrubber.spool.jobs.job_files import MANIFEST, JobDecision
from scrubber.spool.layout import Spool
from scrubber.spool.worklist.claims import read_claims
from scrubber.spool.worklist.places import CLAIM
from scrubber.x12 import Piece, Segment, find_delimiters
from scrubber.x12.delimiters import LONGEST_ISA
from scrubber.x12.source import HashingReader

_BEFORE_REFERENCES = frozenset({"CLM", "DTP", "CL1", "PWK", "CN1", "AMT", "REF"})
"""The segments of loop 2300 after which a REF may come, by the order of the TR3."""
_CHUNK = 1 << 20


class MovedError(SpoolError):
    """The held file, or a claim in it, is not what it was: the reason, without anything of a claim."""


class HeldFile:
    """The held file of a job. ``sha256`` is its hash in the manifest."""

    def __init__(self, spool: Spool, folder: Path) -> None:
        self.sha256 = ""
        held = (record.ordinal for record, _ in read_claims(folder) if record.held)
        self._numbers = {ordinal: number for number, ordinal in enumerate(held, 1)}
        decision = JobDecision.from_json((folder / MANIFEST).read_bytes())
        for output in decision.verdict.files:
            if output.place == "held":
                self.sha256 = output.sha256
                self._path = spool.held / output.name
        if not self.sha256:
            raise MovedError("nothing of its file was held")

    def identity(self, control_number: int) -> Identity | None:
        """Return by what a receiver would know the corrected file, with this control number."""
        with self._opened() as reader:
            head = reader.read(LONGEST_ISA).lstrip(PADDING)
        delimiters = find_delimiters(head)
        if delimiters is None:
            return None
        isa = Segment(head.split(delimiters.terminator)[0], 1, 0, delimiters)
        return Identity.of_interchange(isa.replace(13, b"%09d" % control_number))

    def number_of(self, ordinal: int) -> int:
        """Return which claim of the held file a claim of the job is, from 1."""
        return self._numbers[ordinal]

    def read(self, correct: Correct) -> None:
        """Pass every claim to a function. Raise MovedError if the file is not what was held."""
        self.write(io.BytesIO(), correct, 0)

    def write(self, out: BinaryIO, correct: Correct, control_number: int) -> None:
        """Write the corrected claims. Raise MovedError if the file is not what was held."""
        with self._opened() as reader:
            claims = write_corrected(reader, out, correct, control_number)
            while reader.read(_CHUNK):
                pass
            if reader.sha256() != self.sha256:
                raise MovedError("its held file was changed")
        if claims != len(self._numbers):
            raise MovedError("its held file does not have the claims that were held")

    @contextmanager
    def _opened(self) -> Iterator[HashingReader]:
        try:
            handle = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise MovedError("its held file is no longer in held/: someone took it") from error
        with os.fdopen(handle, "rb") as stream:
            yield HashingReader(stream)


def corrected_claim(leaf: Leaf, changes: Sequence[Change], number: str) -> ChangedClaim:
    """Return a claim with new values. Raise MovedError if it is not the one in which they were listed."""
    segments = leaf.segments
    if not segments or segments[0].get(1) != number:
        raise MovedError("its held file has another claim in its place")
    levels = {frame.kind: frame.segments for frame in leaf.chain()}
    own: dict[int, Segment] = {}
    above: dict[int, Segment] = {}
    added: list[Segment] = []
    for place, after in changes:
        if not place.segment:
            added.append(_reference(segments, after))
            continue
        unit = segments if place.unit == CLAIM else levels.get(place.unit, [])
        before = unit[place.index] if place.index < len(unit) else None
        if before is None or before.id != place.segment_id or place.value_in(before) != place.value:
            raise MovedError("its held file does not have the listed value")
        target = own if place.unit == CLAIM else above
        key = place.index if place.unit == CLAIM else before.number
        target[key] = target.get(key, before).replace(place.number, after.encode(), place.component)
    return ChangedClaim(list(_pieces(leaf, own, added)), above)


def form_fault(leaf: Leaf, changes: Sequence[Change], change: Change) -> str:
    """Return what is wrong with the form of a new value, without the value; empty if nothing is."""
    place, after = change
    segments = leaf.segments
    marks = segments[0].delimiters
    raw = after.encode()
    delimiters = (marks.element, marks.component, marks.terminator, marks.repetition)
    if any(mark and mark in raw for mark in delimiters):
        return "invalid character: a delimiter of the file"
    if not place.segment:
        segment = _reference(segments, after)
    else:
        levels = {frame.kind: frame.segments for frame in leaf.chain()}
        segment = (segments if place.unit == CLAIM else levels[place.unit])[place.index]
        for other, value in changes:
            if (other.unit, other.index) == (place.unit, place.index) and other.segment:
                segment = segment.replace(other.number, value.encode(), other.component)
    fault = value_fault(segment, place.loop, place.number, place.component)
    if fault is None:
        return ""
    return fault.kind.value[0] + (f": expected {fault.expected}" if fault.expected else "")


def _pieces(leaf: Leaf, own: Mapping[int, Segment], added: Sequence[Segment]) -> Iterator[Piece]:
    """Yield the pieces of a claim with its changed segments, and what is added after its references."""
    at = -1
    last = _last_before_references(leaf.segments)
    for piece in leaf.pieces:
        if isinstance(piece, Segment):
            at += 1
            yield own.get(at, piece)
            if at == last:
                yield from added
        else:
            yield piece


def _last_before_references(segments: Sequence[Segment]) -> int:
    """Return the index of the segment after which a REF of the claim can be added."""

    def may_be_before(entry: tuple[int, Segment]) -> bool:
        return is_blank(entry[1]) or entry[1].id in _BEFORE_REFERENCES

    return max(at for at, _ in takewhile(may_be_before, enumerate(segments)))


def _reference(segments: Sequence[Segment], value: str) -> Segment:
    """Return a new REF*F8, with line ends as the claim has them."""
    first = segments[0]
    lead = segments[1].lead if len(segments) > 1 else first.lead
    body = first.delimiters.element.join((b"REF", b"F8", value.encode()))
    return Segment(body, 0, first.offset, first.delimiters, lead, first.delimiters.terminator)
