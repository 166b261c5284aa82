"""Splitting claims into two outputs, each a complete and valid 837.

A header is written to an output when the first claim below it goes there. HL segments are renumbered and
trailers recounted only by what was taken out: an error in the input's own numbers remains visible.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from scrubber.claim.walk import Frame, Leaf
from scrubber.engine.steps import ClaimDone, Remainder, ScopeEnded, SilentSink
from scrubber.x12 import BYTE_ORDER_MARK, Piece, Segment
from scrubber.x12.envelope import Recount
from scrubber.x12.segment import is_count
from scrubber.x12.segment_numbers import SegmentNumbers

_HL04 = 4
_MOST_RECOUNTED = 200
"""The most recounted segments that are kept for display."""


@dataclass(slots=True)
class _Open:
    """A frame that is open in one output. ``variant`` distinguishes fixed copies of a level.

    ``received`` and ``written`` are its HL, if it has one.
    """

    frame: Frame
    variant: tuple[tuple[int, bytes], ...]
    received: Segment | None = None
    written: Segment | None = None
    number: str = ""  # HL01 as written
    children: int = 0
    emitted: int = 0  # what its trailer counts: segments, transactions or groups
    child_code_at: int = -1  # offset of the level's HL04 in the output


@dataclass(slots=True)
class _Recounted:
    """The segments that an output recounts."""

    segments: int = 0
    first: dict[int, tuple[Segment, Segment]] = field(default_factory=dict)

    def add(self, received: Segment, written: Segment) -> None:
        """Add a segment that was counted, whether or not it had to be changed."""
        if written is not received:
            self.segments += 1
            self._keep(received, written)

    def add_childless(self, received: Segment, written: Segment) -> None:
        """Add an HL, written before, whose HL04 has been changed since."""
        self.segments += written is received
        self._keep(received, written.replace(_HL04, b"0"))

    def _keep(self, received: Segment, written: Segment) -> None:
        if received.number in self.first or len(self.first) < _MOST_RECOUNTED:
            self.first[received.number] = (received, written)


class SubsetFile:
    """An 837 of some claims of another one, assembled claim by claim; its stream is empty and seekable."""

    def __init__(self, stream: BinaryIO, origins: SegmentNumbers | None = None, *, is_clean: bool) -> None:
        self.recounted = _Recounted()
        self.has_segments = False
        self._is_clean = is_clean
        self._stream = stream
        self._origins = origins
        self._open: list[_Open] = []
        self._has_variants = False  # whether an open frame is a fixed copy
        self._set: _Open | None = None  # the open transaction, which counts its segments
        self._childless: list[_Open] = []  # closed levels whose HL04 may have to be changed
        self._levels = 0
        self.size = 0

    def leaf(self, leaf: Leaf, pieces: Sequence[Piece] | None, replaced: Mapping[int, Segment]) -> None:
        """Write what is below a frame, opening the frames that are not open yet.

        ``pieces`` are those of a claim that was fixed; ``None`` means that the leaf goes out as received.
        """
        self._go_to(leaf.frame, replaced)
        if pieces is None and self.has_segments and self._origins is None:
            self._put(leaf.raw)
            if self._set:
                self._set.emitted += leaf.count
            return
        for piece in leaf.pieces if pieces is None else pieces:
            self._write(piece)

    def _go_to(self, frame: Frame | None, replaced: Mapping[int, Segment]) -> None:
        """Close and open frames until ``frame`` is the innermost open one."""
        opened = self._open
        if frame and opened and not (replaced or self._has_variants):
            innermost = opened[-1].frame
            if innermost is frame:
                return
            if innermost is frame.parent:
                self._push(frame, (), replaced)
                return
        chain = frame.chain() if frame else []
        variants = [_variant(frame, replaced) for frame in chain] if replaced else [()] * len(chain)
        same = 0
        while (
            same < len(opened)
            and same < len(chain)
            and opened[same].frame is chain[same]
            and opened[same].variant == variants[same]
        ):
            same += 1
        while len(opened) > same:
            self._pop()
        for inner, variant in zip(chain[same:], variants[same:], strict=True):
            self._push(inner, variant, replaced)
        self._has_variants = any(variants)

    def end(self, frame: Frame, trailer: Segment | None, miscount: int) -> None:
        """Close a frame that is complete in the input, with its trailer, if it is open here."""
        for entry in self._open:
            if entry.frame is frame:
                self._end(entry, trailer, miscount)
                break
        if self._childless:
            self._close_childless(frame)

    def _end(self, ended: _Open, trailer: Segment | None, miscount: int) -> None:
        """Close an open frame and those inside it."""
        while self._open[-1] is not ended:
            self._pop()
        frame = ended.frame
        if trailer:
            emitted = ended.emitted + (1 if frame.kind == "transaction" else 0)
            counted = _counted(trailer, emitted + miscount)
            self.recounted.add(trailer, counted)
            self._write(counted)
        self._pop()
        if self._open and not frame.is_level:
            self._open[-1].emitted += bool(frame.scope.header or trailer)

    def _close_childless(self, frame: Frame) -> None:
        """Patch the HL04 of a level that had children in the input and has none here."""
        if frame.is_level and frame.children:
            for entry in self._childless:
                if entry.frame is frame and entry.received and entry.written:
                    self._patch(entry.child_code_at, b"0")
                    self.recounted.add_childless(entry.received, entry.written)
        self._childless = [entry for entry in self._childless if entry.frame is not frame]

    def blank(self, raw: bytes, *, leading: bool) -> None:
        """Write whitespace between interchanges or at the end, if there is something before it.

        ``leading`` is what the input begins with; it is kept if the first interchange follows here.
        """
        if leading or self.has_segments:
            self._put(raw if leading or not self._is_clean else raw.replace(BYTE_ORDER_MARK, b""))

    def _push(
        self,
        frame: Frame,
        variant: tuple[tuple[int, bytes], ...],
        replaced: Mapping[int, Segment],
    ) -> None:
        entry = _Open(frame, variant)
        parent = self._open[-1] if self._open else None
        if frame.kind == "transaction":
            self._levels = 0
            self._set = entry
        self._open.append(entry)
        pieces = frame.pieces
        if replaced:
            pieces = [_current(piece, replaced) for piece in pieces]
        first = pieces[0] if frame.is_level else None
        if isinstance(first, Segment):
            entry.received = first
            entry.written = self._renumbered(first, frame, entry, parent)
            self.recounted.add(first, entry.written)
        if self.has_segments and not replaced and self._origins is None and frame.kind != "interchange":
            raw = frame.raw
            if entry.received and entry.written and entry.written is not entry.received:
                raw = entry.written.raw + raw[len(entry.received.raw) :]
            self._put(raw)
            if self._set:
                self._set.emitted += frame.count
            return
        for piece in pieces:
            self._write(entry.written if piece is entry.received and entry.written else piece)

    def _renumbered(self, hl: Segment, frame: Frame, entry: _Open, parent: _Open | None) -> Segment:
        self._levels += 1
        own, named = hl.get(1), hl.get(2)
        entry.number = own
        changes: dict[int, bytes] = {}
        is_same = self._levels == frame.ordinal and not own.startswith("0")
        if not is_same and is_count(own):
            entry.number = str(int(own) - frame.ordinal + self._levels)
            if entry.number != own and int(own) != int(entry.number):
                changes[1] = entry.number.encode()
        if parent and parent.frame.is_level:
            parent.children += 1
            if named == _number_in_input(parent.frame) and named != parent.number:
                changes[2] = parent.number.encode()
        if changes:
            elements = [changes.get(at, element) for at, element in enumerate(hl.elements)]
            body = hl.delimiters.element.join(elements)
            hl = Segment(body, hl.number, hl.offset, hl.delimiters, hl.lead, hl.end)
        if hl.get(_HL04) == "1":
            before = hl.delimiters.element.join(hl.elements[:_HL04])
            entry.child_code_at = self.size + len(hl.lead) + len(before) + 1  # at least an ISA precedes it
        return hl

    def _pop(self) -> None:
        entry = self._open.pop()
        if entry is self._set:
            self._set = None
        if entry.frame.is_level and not entry.children and entry.child_code_at >= 0:
            self._childless.append(entry)

    def _write(self, piece: Piece) -> None:
        raw = piece.raw
        if isinstance(piece, Segment):
            if not self.has_segments and piece.number > 1:
                # Whitespace before an interchange that is not the first one of the input: receivers expect
                # ISA in the first byte.
                self._clear()
                raw = piece.body + piece.end
            elif self._is_clean and self.has_segments and BYTE_ORDER_MARK in piece.lead:
                raw = piece.lead.replace(BYTE_ORDER_MARK, b"") + piece.body + piece.end
        self._put(raw)
        self.has_segments = True
        if isinstance(piece, Segment) and piece.body:
            if self._origins:
                self._origins.add(piece.number)
            if self._set:
                self._set.emitted += 1

    def _clear(self) -> None:
        """Take back what was written: only whitespace so far."""
        self._stream.seek(0)
        self._stream.truncate()
        self.size = 0

    def _put(self, raw: bytes) -> None:
        self._stream.write(raw)
        self.size += len(raw)

    def _patch(self, at: int, raw: bytes) -> None:
        self._stream.seek(at)
        self._stream.write(raw)
        self._stream.seek(0, io.SEEK_END)


class Split(SilentSink):
    """A sink that writes the clean and the held 837 of one input; both streams are empty and seekable.

    ``origins``, where given, takes the number in the input of each segment of the clean file.
    """

    def __init__(self, clean: BinaryIO, held: BinaryIO, origins: SegmentNumbers | None = None) -> None:
        self._clean = SubsetFile(clean, origins, is_clean=True)
        self._held = SubsetFile(held, is_clean=False)
        self._is_leading = True  # no segment has been read yet

    def claim(self, step: ClaimDone) -> None:
        """Write a claim, fixed, to its file."""
        result, leaf = step.result, step.leaf
        self._is_leading = False
        output = self._held if step.held else self._clean
        if not result.is_changed:
            output.leaf(leaf, None, {})
            return
        own = iter(result.segments)
        pieces = [next(own) if isinstance(piece, Segment) else piece for piece in leaf.pieces]
        output.leaf(leaf, pieces, result.replaced)

    def remainder(self, step: Remainder) -> None:
        """Write what is not a claim to the held file; blanks between segments go to both files."""
        if step.blank:
            raw = step.leaf.raw
            for output in (self._clean, self._held):
                output.blank(raw, leading=self._is_leading)
        else:
            self._is_leading = False
            self._held.leaf(step.leaf, None, {})

    def end(self, step: ScopeEnded) -> None:
        """Close a level or envelope in both files, with its trailer recounted."""
        self._is_leading = False
        for output in (self._clean, self._held):
            output.end(step.frame, step.trailer, step.miscount)

    @property
    def recount(self) -> Recount:
        """The recounted segments of the clean output."""
        found = self._clean.recounted
        return Recount(found.segments, tuple(pair for _, pair in sorted(found.first.items())))

    @property
    def has_held(self) -> bool:
        """Whether the held output has anything but whitespace."""
        return self._held.has_segments


def _variant(frame: Frame, replaced: Mapping[int, Segment]) -> tuple[tuple[int, bytes], ...]:
    if not replaced:
        return ()
    return tuple(
        (segment.number, replaced[segment.number].body)
        for segment in frame.segments
        if segment.number in replaced
    )


def _current(piece: Piece, replaced: Mapping[int, Segment]) -> Piece:
    return replaced.get(piece.number, piece) if isinstance(piece, Segment) else piece


def _number_in_input(frame: Frame) -> str:
    first = frame.pieces[0]
    return first.get(1) if isinstance(first, Segment) else ""


def _counted(trailer: Segment, count: int) -> Segment:
    declared = trailer.get(1)
    if not is_count(declared) or int(declared) == count:
        return trailer
    return trailer.replace(1, str(count).encode())
