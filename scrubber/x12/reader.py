"""Read input bytes as a stream of segments or blocks, in constant memory, without losing a byte.

``b"".join(piece.raw for piece in read_pieces(stream))`` equals the input, whatever the input is; the same is
true of `read_blocks`.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, Protocol, cast

from scrubber.x12.block import Block
from scrubber.x12.containers import BINARY, HEAD_BYTES, container_of
from scrubber.x12.delimiters import (
    ISA_LENGTH,
    LONGEST_ISA,
    Delimiters,
    find_delimiters,
    find_sound,
    unended_length,
)
from scrubber.x12.segment import Segment, Stray

Piece = Segment | Stray


class Readable(Protocol):
    """An open binary file, or anything with the same ``read``."""

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes, none at the end."""
        ...


CHUNK_BYTES = 1 << 18
MAX_SEGMENT_BYTES = 1 << 20
"""A longer segment has lost its terminator and is not read as one: memory must stay bounded."""

MAX_BLOCK_BYTES = 1 << 19
"""A block that is not complete after this many bytes is read as single segments: memory must stay bounded."""

MAX_LEAD_BYTES = 1 << 16
"""The most blanks before an ISA that are kept with it; more are passed on separately."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""UTF-8 files may begin with it; before an ISA it is harmless."""

_ISA = re.compile(rb"ISA[^0-9A-Za-z\r\n ]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19]")  # neither text nor separators
_BLANK = b"\r\n\t \x00\x1a"  # NUL and Ctrl-Z end the files of old systems


def read_pieces(stream: Readable, chunk_bytes: int = CHUNK_BYTES) -> Iterator[Piece]:
    """Yield the segments of every interchange in ``stream``, and the bytes between them as `Stray`."""
    return cast("Iterator[Piece]", _Reader(stream, chunk_bytes, 0).pieces())


def read_blocks(
    stream: Readable, chunk_bytes: int = CHUNK_BYTES, block_bytes: int = MAX_BLOCK_BYTES
) -> Iterator[Piece | Block]:
    """Yield the same as `read_pieces`, with each HL or CLM and what follows it as one `Block`.

    What is odd comes as single pieces: the last segments of a truncated input, empty segments and what is
    after them, blocks that are not complete after ``block_bytes``.
    """
    return _Reader(stream, chunk_bytes, block_bytes).pieces()


def read_blocks_from(
    stream: Readable, delimiters: Delimiters, number: int, offset: int, block_bytes: int = MAX_BLOCK_BYTES
) -> Iterator[Piece | Block]:
    """Yield the same as `read_blocks`, from a block on: ``stream`` begins with it.

    ``number`` is that of the segment before it, ``offset`` where the block begins in the input.
    """
    reader = _Reader(stream, CHUNK_BYTES, block_bytes)
    return reader.pieces_from(delimiters, number, offset)


class _Cutter(NamedTuple):
    """What finds the blocks in a buffer, for one set of delimiters.

    ``boundary`` is a terminator with a segment after it that begins a block or must be seen singly; its group
    is the segment ID if it begins a block. ``head`` is the same for the beginning of a buffer.
    """

    boundary: re.Pattern[bytes]
    head: re.Pattern[bytes]


@lru_cache(maxsize=16)
def _cutter(delimiters: Delimiters) -> _Cutter:
    end = re.escape(delimiters.terminator)
    after = b"(?:" + re.escape(delimiters.element) + b"|" + end + b")"
    blanks = b"[" + re.escape(delimiters.blanks) + b"]*+" if delimiters.blanks else b""
    opening = blanks + b"(HL|CLM)" + after
    # Any segment that begins with ISA may be one with other delimiters.
    single = b"(?:S[TE]|G[SE]|IEA|TA1)" + after + b"|ISA|" + end
    boundary = end + b"(?=" + blanks + b"(?:(HL|CLM)" + after + b"|" + single + b"))"
    return _Cutter(re.compile(boundary), re.compile(opening))


class _Reader:
    """The state of reading one stream: its buffer and the position.

    Without ``block_bytes`` it makes no blocks.
    """

    def __init__(self, stream: Readable, chunk_bytes: int, block_bytes: int) -> None:
        self._stream = stream
        self._chunk_bytes = chunk_bytes
        self._block_bytes = block_bytes
        self._buffer = b""
        self._offset = 0  # of the first byte of the buffer in the input
        self._number = 0  # of the last segment
        self._ended = False
        self._delimiters: Delimiters | None = None
        self._controls = 0  # control characters before the first ISA
        self._lead = 0  # bytes in the buffer before its first segment

    def pieces_from(self, delimiters: Delimiters, number: int, offset: int) -> Iterator[Piece | Block]:
        self._delimiters, self._number, self._offset = delimiters, number, offset
        yield from self._in_interchange(is_new=False)
        yield from self.pieces()

    def pieces(self) -> Iterator[Piece | Block]:
        while True:
            yield from self._between_interchanges()
            if not self._buffer:
                return
            yield from self._in_interchange()

    def _fill(self, wanted: int) -> None:
        """Read until the buffer has at least ``wanted`` bytes, or all that is left of the input."""
        while len(self._buffer) < wanted and not self._ended:
            chunk = self._stream.read(max(self._chunk_bytes, wanted - len(self._buffer)))
            self._buffer += chunk
            self._ended = not chunk

    def _take(self, count: int) -> bytes:
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        self._offset += count
        return taken

    def _container(self, kind: str) -> Iterator[Stray]:
        """Yield an archive or a document up to the end of the input."""
        while self._buffer:
            yield Stray(self._buffer, self._offset, blank=False, container=kind)
            self._take(len(self._buffer))
            self._fill(1)

    def _between_interchanges(self) -> Iterator[Piece]:
        """Find the next ISA, at the start and after each IEA; the buffer then begins with its blanks.

        At the end of the input, leave the buffer empty. What follows an IEA without an ISA is read with the
        current delimiters, so that a lost ISA still shows what it lost.
        """
        while True:
            blanks = self._lead = self._blanks_ahead()
            if blanks == len(self._buffer):
                if blanks:
                    yield Stray(self._buffer, self._offset, blank=True)
                    self._take(blanks)
                if self._ended:
                    return
                continue
            found = self._isa_at(blanks)
            if blanks > MAX_LEAD_BYTES:
                yield Stray(self._buffer[:blanks], self._offset, blank=True)
                self._take(blanks)
                continue
            if found:
                self._delimiters = found
                return
            self._fill(blanks + HEAD_BYTES)
            head = self._buffer[:HEAD_BYTES], self._buffer[blanks : blanks + HEAD_BYTES]
            if kind := container_of(head[0]) or container_of(head[1]):
                yield from self._container(kind)
                continue
            if self._delimiters:
                return
            stray = self._skip_to_isa()
            yield stray
            self._controls += len(_CONTROL.findall(stray.raw))
            if self._controls > 1:
                yield from self._container(BINARY)

    def _skip_to_isa(self) -> Stray:
        """Return the bytes before the next possible ISA, or the whole buffer."""
        at = self._buffer.find(b"ISA", 1)
        while at >= 0 and not find_delimiters(self._buffer[at : at + LONGEST_ISA]):
            at = self._buffer.find(b"ISA", at + 1)
        if at < 0:
            # Keep as many bytes as an ISA may need, so that one that begins in this buffer is not cut in two.
            at = len(self._buffer) if self._ended else max(1, len(self._buffer) - LONGEST_ISA)
        offset = self._offset
        return Stray(self._take(at), offset, blank=False)

    def _in_interchange(self, *, is_new: bool = True) -> Iterator[Piece | Block]:
        """Yield the segments of this interchange, and of those after it with the same delimiters.

        One that is not new has begun before. Return when the delimiters may change, with the buffer at the
        position to look for new ones.
        """
        delimiters = self._delimiters
        assert delimiters is not None
        terminator, blanks = delimiters.terminator, delimiters.blanks
        iea = b"IEA" + delimiters.element
        cutter = _cutter(delimiters)
        taken_lead = self._take(self._lead)  # of the first segment
        unended = unended_length(self._buffer[:LONGEST_ISA], delimiters) if is_new else 0
        if unended:
            yield self._unended(taken_lead + self._take(unended), len(taken_lead), delimiters)
            taken_lead = b""
        first, closed = is_new and not unended, False
        while True:
            position = 0  # of the current run or piece in the buffer
            stop = self._stop(delimiters, int(first))
            for name, run in self._runs(cutter, terminator, stop):
                if name and not first and not closed:
                    count, start = run.count(terminator) + 1, self._offset + position
                    position += len(run) + 1
                    number = self._number + 1
                    self._number += count
                    yield Block(run + terminator, number, start, delimiters, name, count)
                    continue
                for piece in run.split(terminator):
                    body = piece if first else piece.lstrip(blanks)
                    lead = len(piece) - len(body)
                    if (
                        not first
                        and (closed or body.startswith(b"ISA"))
                        and self._may_change(position + lead, closed=closed)
                    ):
                        self._take(position)
                        return
                    if body:
                        self._number += 1
                    start = self._offset + position + lead
                    number = self._number if body else 0
                    yield Segment(body, number, start, delimiters, taken_lead or piece[:lead])
                    position += len(piece) + 1
                    taken_lead, first, closed = b"", False, body.startswith(iea)
            self._take(position)
            before = self._offset
            if (yield from self._after_runs(delimiters, taken_lead, stop, first=first, closed=closed)):
                return
            if self._offset > before:
                taken_lead, first = b"", False
            self._fill(len(self._buffer) + 1)

    def _after_runs(
        self, delimiters: Delimiters, taken_lead: bytes, stop: int | None, *, first: bool, closed: bool
    ) -> Generator[Piece, None, bool]:
        """Process what no run is complete with; return True if the interchange ends here, or the input.

        The buffer begins with an incomplete segment, or an incomplete block, which is never that long.
        ``stop`` is the offset of an ISA in it.
        """
        rest, blanks = self._buffer, delimiters.blanks
        lead = len(rest) - len(rest.lstrip(blanks))
        if closed or (not first and self._isa_at(lead)):
            return True
        if stop is not None:
            after_iea = first and not rest.startswith(b"ISA")
            yield self._cut_off(stop - self._offset, delimiters, taken_lead, after_iea=after_iea)
            return True
        if len(rest) > MAX_SEGMENT_BYTES:
            offset = self._offset
            yield Stray(taken_lead + self._take(len(rest)), offset - len(taken_lead), blank=False)
            taken_lead = b""
        if self._ended:
            yield from self._at_end(delimiters, taken_lead)
        return self._ended

    def _runs(
        self, cutter: _Cutter, terminator: bytes, until: int | None
    ) -> Iterable[tuple[bytes | None, bytes]]:
        """Cut the complete segments of the buffer into runs, each without its last terminator.

        A run with a name is a block. An incomplete block at the end is not among the runs. ``until`` is where
        the interchange ends within the buffer, if that is known: an offset in the input.
        """
        buffer = self._buffer if until is None else self._buffer[: until - self._offset]
        if not self._block_bytes:
            complete, end, _ = buffer.rpartition(terminator)
            return [(None, complete)] if end else []
        parts = cutter.boundary.split(buffer)
        head = cutter.head.match(buffer)
        names = [head[1] if head else None, *parts[1::2]]
        runs = parts[::2]
        name, tail = names.pop(), runs.pop()
        if not name or len(tail) > self._block_bytes or self._ended or until is not None:
            complete, end, _ = tail.rpartition(terminator)
            if end:
                names.append(None)
                runs.append(complete)
        return zip(names, runs, strict=True)

    def _blanks_ahead(self) -> int:
        """Return how many blanks come next, with enough bytes after them buffered to identify an ISA."""
        self._fill(LONGEST_ISA)
        blanks = _leading_blanks(self._buffer)
        while len(self._buffer) < blanks + LONGEST_ISA and blanks <= MAX_LEAD_BYTES and not self._ended:
            self._fill(blanks + LONGEST_ISA)
            blanks = _leading_blanks(self._buffer)
        return blanks

    def _isa_at(self, at: int) -> Delimiters | None:
        """Return the delimiters of an ISA at this position in the buffer, whatever they are."""
        return find_delimiters(self._buffer[at : at + LONGEST_ISA], self._delimiters)

    def _may_change(self, at: int, *, closed: bool) -> bool:
        """Return True if the delimiters may change at a segment: one that begins with ISA or follows an IEA.

        So it is, too, if its ISA has no terminator of its own.
        """
        head = self._buffer[at : at + LONGEST_ISA]
        if len(head) < LONGEST_ISA and not self._ended:
            return True
        found = find_delimiters(head, self._delimiters)
        if found is None:
            return closed
        return found != self._delimiters or unended_length(head, found) > 0

    def _stop(self, delimiters: Delimiters, start: int) -> int | None:
        """Return the offset of the first ISA that must not be read with these delimiters.

        It is a sound one that has other delimiters, or it is within another segment, whose terminator is
        lost. The buffer begins with a segment; ``start`` is where to begin the search.
        """
        while candidate := _ISA.search(self._buffer, start):
            at = candidate.start()
            self._fill(at + LONGEST_ISA)  # what follows decides whether this is an ISA
            head = self._buffer[at : at + LONGEST_ISA]
            found = find_sound(head) if delimiters.terminator not in head[: ISA_LENGTH - 1] else None
            if self._is_in_place(at, delimiters):
                must_stop = found is not None and found != delimiters
            else:
                must_stop = find_delimiters(head, delimiters) is not None
            if must_stop:
                return self._offset + at
            start = at + 1
        return None

    def _is_in_place(self, at: int, delimiters: Delimiters) -> bool:
        """Return True if a segment may begin at this position in the buffer."""
        before = len(self._buffer[:at].rstrip(delimiters.blanks))
        return not before or self._buffer[before - 1 : before] == delimiters.terminator

    def _cut_off(self, size: int, delimiters: Delimiters, lead: bytes, *, after_iea: bool) -> Piece:
        """Take what ends without a terminator, a segment unless it is between interchanges.

        ``lead`` has the bytes before it that were already taken.
        """
        rest = lead + self._take(size)
        if after_iea:
            return Stray(rest, self._offset - len(rest), blank=False)
        return self._unended(rest, len(lead), delimiters)

    def _unended(self, rest: bytes, lead: int, delimiters: Delimiters) -> Segment:
        """Return a segment without its terminator, of bytes that were just taken.

        The first ``lead`` bytes are certainly before it.
        """
        offset = self._offset - len(rest)
        body = rest[lead:].lstrip(delimiters.blanks)
        self._number += 1
        lead = len(rest) - len(body)
        return Segment(body, self._number, offset + lead, delimiters, rest[:lead], end=b"")

    def _at_end(self, delimiters: Delimiters, lead: bytes) -> Iterator[Piece]:
        """Yield what follows the last terminator at the end of the input: blanks, or a truncated segment.

        ``lead`` has the bytes before it that were already taken.
        """
        offset = self._offset - len(lead)
        if not (lead + self._buffer).strip(_BLANK):
            if rest := lead + self._take(len(self._buffer)):
                yield Stray(rest, offset, blank=True)
            return
        # A line end is not of the value before it: who lost the terminator wrote it after the segment.
        length = len(self._buffer.rstrip(b"\r\n"))
        yield self._unended(lead + self._take(length), len(lead), delimiters)
        if self._buffer:
            offset = self._offset
            yield Stray(self._take(len(self._buffer)), offset, blank=True)


def _leading_blanks(buffer: bytes) -> int:
    """Return how many bytes of leading blanks there are, including a byte order mark."""
    rest = buffer.lstrip(_BLANK).removeprefix(BYTE_ORDER_MARK).lstrip(_BLANK)
    return len(buffer) - len(rest)
