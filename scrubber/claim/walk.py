"""Group envelope events into claims, each with the levels above it, one at a time.

Every piece of the input is in exactly one `Frame` (a header and what belongs to it), one `Leaf` (a claim, or
something other than a claim) or one trailer, so an output can be assembled without loss.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from scrubber.claim.level import Level
from scrubber.guide.loops import LEVELS
from scrubber.x12 import Block, Delimiters, Segment, Stray
from scrubber.x12.envelope import Body, Closed, Event, Opened, Scope
from scrubber.x12.reader import Piece

_MOST_IN_HEADER = 1000
"""The most pieces kept with a header; further ones are passed on one by one, so that memory stays bounded."""

_SCOPES = ("interchange", "group", "transaction")
_DEPTH = {"2000A": 0, "2000B": 1, "2000C": 2}


class Frame:
    """An open scope or HL loop, with the pieces that belong to it directly.

    ``kind`` is ``interchange``, ``group``, ``transaction``, ``2000A``, ``2000B``, ``2000C`` or ``HL`` (a
    level that the TR3 does not define). ``block`` has all its pieces if they are exactly one block.
    ``ordinal`` counts the HL loops of a transaction from 1, ``children`` the HL loops inside this one so far;
    ``used`` is True once a leaf below it has been yielded.
    """

    __slots__ = ("_level", "_pieces", "block", "children", "kind", "ordinal", "parent", "scope", "used")

    def __init__(
        self,
        kind: str,
        scope: Scope,
        parent: Frame | None,
        first: Segment | Block | None = None,
        ordinal: int = 0,
    ) -> None:
        self.kind = kind
        self.scope = scope
        self.parent = parent
        self.block = first if isinstance(first, Block) else None
        self.ordinal = ordinal
        self.children = 0
        self.used = False
        self._pieces: list[Piece] | None = [first] if isinstance(first, Segment) else None
        self._level: Level | None = None

    @property
    def is_level(self) -> bool:
        """True if an HL segment opened it."""
        return self.kind not in _SCOPES

    @property
    def pieces(self) -> list[Piece]:
        """The segments and stray bytes that belong to it."""
        if self._pieces is None:
            self._pieces = [*self.block.segments] if self.block else []
        return self._pieces

    def add(self, piece: Piece) -> None:
        """Add a piece that belongs to it directly."""
        self.pieces.append(piece)
        self.block = None

    @property
    def segments(self) -> list[Segment]:
        """The segments among its pieces."""
        return self.block.segments if self.block else _segments(self.pieces)

    @property
    def raw(self) -> bytes:
        """The bytes of all its pieces, as received."""
        return self.block.raw if self.block else b"".join([piece.raw for piece in self.pieces])

    @property
    def count(self) -> int:
        """The number of its segments that are not empty, as trailers count them."""
        return self.block.count if self.block else _count(self.pieces)

    @property
    def level(self) -> Level:
        """What the claim model is built from, computed once for all claims below."""
        if self._level is None:
            name = "HEADER" if self.kind == "transaction" else self.kind
            self._level = Level(name, self.segments)
        return self._level

    def bodies(self) -> list[bytes] | None:
        """Return the bytes of its segments; ``None`` if it has stray bytes or empty segments."""
        if self.block:
            return _bodies_of(self.block)
        bodies = [piece.body for piece in self.pieces if isinstance(piece, Segment) and piece.body]
        return bodies if len(bodies) == len(self.pieces) else None

    def chain(self) -> list[Frame]:
        """Return this frame and those above it, the interchange first."""
        chain: list[Frame] = []
        frame: Frame | None = self
        while frame is not None:
            chain.append(frame)
            frame = frame.parent
        chain.reverse()
        return chain


class Leaf:
    """What is below a frame: a claim (CLM first), or pieces that belong to no claim.

    A frame with nothing below it gets an empty leaf, so that it is not lost. ``block`` has all its pieces if
    they are exactly one block. ``is_cut`` means that the input, or its interchange, ended within the claim,
    so that the rest of it is unknown. Immutable by convention.
    """

    __slots__ = ("_pieces", "_raw", "block", "frame", "is_claim", "is_cut")

    def __init__(
        self,
        frame: Frame | None,
        content: Sequence[Piece] | Block,
        is_claim: bool = False,  # noqa: FBT002
        is_cut: bool = False,  # noqa: FBT002
    ) -> None:
        self.frame = frame
        self.block = content if isinstance(content, Block) else None
        self.is_claim = is_claim
        self.is_cut = is_cut
        self._pieces: Sequence[Piece] | None = None if isinstance(content, Block) else content
        self._raw: bytes | None = None

    @property
    def pieces(self) -> Sequence[Piece]:
        """The segments and stray bytes in it."""
        if self._pieces is None:
            self._pieces = self.block.segments if self.block else ()
        return self._pieces

    @property
    def segments(self) -> list[Segment]:
        """The segments among its pieces."""
        return self.block.segments if self.block else _segments(self.pieces)

    @property
    def raw(self) -> bytes:
        """All its bytes, exactly as in the input."""
        if self.block:
            return self.block.raw
        if self._raw is None:
            self._raw = b"".join(piece.raw for piece in self.pieces)
        return self._raw

    @property
    def count(self) -> int:
        """The number of its segments; empty ones do not count."""
        return self.block.count if self.block else _count(self.pieces)

    @property
    def number(self) -> int:
        """The number of its first segment in the input; 0 if it has none."""
        if self.block:
            return self.block.number
        return next((segment.number for segment in self.segments if segment.body), 0)

    def bodies(self) -> list[bytes] | None:
        """Return the bytes of its segments; ``None`` if it is not one block, or has empty segments."""
        return _bodies_of(self.block)

    @property
    def delimiters(self) -> Delimiters | None:
        """The delimiters of a claim that is one block."""
        return self.block.delimiters if self.block else None

    def chain(self) -> list[Frame]:
        """Return the frames above it, the interchange first."""
        return self.frame.chain() if self.frame else []

    def levels(self) -> dict[str, Level]:
        """Return the levels above it in the claim model, by name."""
        frames = (frame for frame in self.chain() if frame.kind not in ("interchange", "group"))
        return {frame.level.name: frame.level for frame in frames}


class Ended(Struct, frozen=True):
    """The end of a frame; ``trailer`` is its SE, GE or IEA if there is one."""

    frame: Frame
    trailer: Segment | None


Step = Leaf | Ended


def _bodies_of(block: Block | None) -> list[bytes] | None:
    return block.bodies if block and block.count == block.size else None


def is_blank(piece: Piece) -> bool:
    """Return True if a piece is only whitespace between segments, or an empty segment."""
    return piece.blank if isinstance(piece, Stray) else not piece.body


def _segments(pieces: Sequence[Piece]) -> list[Segment]:
    return [piece for piece in pieces if isinstance(piece, Segment)]


def _count(pieces: Iterable[Piece]) -> int:
    return sum([isinstance(piece, Segment) and bool(piece.body) for piece in pieces])


def walk(
    events: Iterable[Event], is_opaque: Callable[[Scope], bool], inside: Frame | None = None
) -> Iterator[Step]:
    """Yield the steps through an input. Transactions for which ``is_opaque`` is True are not examined.

    ``inside`` is the innermost frame that is open where the events begin, if that is not at the beginning.
    """
    return _Walk(is_opaque, inside).steps(events)


class _Walk:
    """The state of the walk: the open frames and the claim being collected."""

    def __init__(self, is_opaque: Callable[[Scope], bool], inside: Frame | None) -> None:
        self._is_opaque = is_opaque
        self._frame = inside
        self._claim: list[Piece] | Block | None = None
        self._opaque = False
        self._levels = 0

    def steps(self, events: Iterable[Event]) -> Iterator[Step]:
        for event in events:
            if isinstance(event, Body):
                piece = event.piece
                if not isinstance(piece, Block):
                    yield from self._piece(piece)
                elif self._opaque:
                    for segment in piece.segments:
                        yield from self._piece(segment)
                elif piece.name == b"HL":
                    yield from self._open_level(piece.first, piece)
                else:
                    yield from self._begin_claim(piece)
            elif isinstance(event, Opened):
                self._open_scope(event.scope)
            else:
                yield from self._close_scope(event)

    def _open_scope(self, scope: Scope) -> None:
        self._frame = Frame(scope.kind, scope, self._frame, scope.header)
        if scope.kind == "transaction":
            self._opaque = self._is_opaque(scope)
            self._levels = 0

    def _close_scope(self, event: Closed) -> Iterator[Step]:
        if self._claim is not None:
            yield self._ended_claim(self._claim, is_cut=bool(event.cut))
        while self._frame and self._frame.is_level:
            yield from self._end_frame(None)
        yield from self._end_frame(event.trailer)
        self._opaque = False

    def _piece(self, piece: Piece) -> Iterator[Step]:
        frame = self._frame
        if frame is None:
            yield Leaf(None, [piece])
        elif frame.kind in ("interchange", "group") or self._opaque:
            if frame.used or len(frame.pieces) > _MOST_IN_HEADER or not self._may_be_header(piece):
                self._mark_used()
                yield Leaf(frame, [piece])
            else:
                frame.add(piece)  # before the first group or transaction: part of the header
        else:
            yield from self._examined(frame, piece)

    def _may_be_header(self, piece: Piece) -> bool:
        """Return True if a piece before the first group, transaction or claim belongs to the header."""
        return is_blank(piece) or not (self._opaque or isinstance(piece, Stray))

    def _examined(self, frame: Frame, piece: Piece) -> Iterator[Step]:
        """Process a piece of a transaction that is read as claims."""
        name = b"" if isinstance(piece, Stray) else piece.elements[0]
        if name == b"HL" and isinstance(piece, Segment):
            yield from self._open_level(piece, piece)
        elif name == b"CLM":
            yield from self._begin_claim([piece])
        elif self._claim is not None:
            if isinstance(self._claim, Block):
                self._claim = [*self._claim.segments]
            self._claim.append(piece)
        else:
            frame.add(piece)

    def _begin_claim(self, content: list[Piece] | Block) -> Iterator[Step]:
        if self._claim is not None:
            yield self._ended_claim(self._claim)
        self._claim = content
        self._mark_used()

    def _open_level(self, hl: Segment, content: Segment | Block) -> Iterator[Step]:
        if self._claim is not None:
            yield self._ended_claim(self._claim)
        kind = LEVELS.get(hl.get(3), "HL")
        depth = _DEPTH.get(kind, 0)
        while self._frame and self._frame.is_level and _DEPTH.get(self._frame.kind, 0) >= depth:
            yield from self._end_frame(None)
        parent = self._frame
        assert parent is not None
        if parent.is_level:
            parent.children += 1
        self._levels += 1
        self._frame = Frame(kind, parent.scope, parent, content, self._levels)

    def _ended_claim(self, content: list[Piece] | Block, *, is_cut: bool = False) -> Leaf:
        self._claim = None
        return Leaf(self._frame, content, is_claim=True, is_cut=is_cut)

    def _mark_used(self) -> None:
        frame = self._frame
        while frame and not frame.used:
            frame.used = True
            frame = frame.parent

    def _end_frame(self, trailer: Segment | None) -> Iterator[Step]:
        frame = self._frame
        assert frame is not None
        if not frame.used:
            self._mark_used()
            yield Leaf(frame, ())
        yield Ended(frame, trailer)
        self._frame = frame.parent
