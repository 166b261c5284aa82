"""Group envelope events into claims, each with the levels above it, one at a time.

Every piece of the input is in exactly one `Frame` (a header and what belongs to it), one `Leaf` (a claim, or
something other than a claim) or one trailer, so an output can be assembled without loss.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct, field

from scrubber.claim.level import Level
from scrubber.guide.loops import LEVELS
from scrubber.x12 import Segment, Stray
from scrubber.x12.envelope import Body, Closed, Event, Opened, Scope
from scrubber.x12.reader import Piece

_MOST_IN_HEADER = 1000
"""The most pieces kept with a header; further ones are passed on one by one, so that memory stays bounded."""

_DEPTH = {"2000A": 0, "2000B": 1, "2000C": 2}


class Frame(Struct, eq=False):
    """An open scope or HL loop, with the pieces that belong to it directly.

    ``kind`` is ``interchange``, ``group``, ``transaction``, ``2000A``, ``2000B``, ``2000C`` or ``HL`` (a
    level that the TR3 does not define). ``ordinal`` counts the HL loops of a transaction from 1, ``children``
    the HL loops inside this one so far; ``used`` is True once a leaf below it has been yielded.
    """

    kind: str
    scope: Scope
    parent: Frame | None
    pieces: list[Piece] = field(default_factory=list)
    ordinal: int = 0
    children: int = 0
    used: bool = False
    _level: Level | None = None

    @property
    def is_level(self) -> bool:
        """True if an HL segment opened it."""
        return self.kind not in ("interchange", "group", "transaction")

    @property
    def segments(self) -> list[Segment]:
        """The segments among its pieces."""
        return [piece for piece in self.pieces if isinstance(piece, Segment)]

    @property
    def level(self) -> Level:
        """What the claim model is built from, computed once for all claims below."""
        if self._level is None:
            name = "HEADER" if self.kind == "transaction" else self.kind
            self._level = Level(name, self.segments)
        return self._level

    def chain(self) -> list[Frame]:
        """Return this frame and those above it, the interchange first."""
        above = self.parent.chain() if self.parent else []
        return [*above, self]


class Leaf(Struct, frozen=True):
    """What is below a frame: a claim (CLM first), or pieces that belong to no claim.

    A frame with nothing below it gets an empty leaf, so that it is not lost. ``is_cut`` means that the input
    ended within the claim, so that the rest of it is unknown.
    """

    frame: Frame | None
    pieces: Sequence[Piece]
    is_claim: bool = False
    is_cut: bool = False

    @property
    def segments(self) -> list[Segment]:
        """The segments among its pieces."""
        return [piece for piece in self.pieces if isinstance(piece, Segment)]

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


def is_blank(piece: Piece) -> bool:
    """Return True if a piece is only whitespace between segments, or an empty segment."""
    return piece.blank if isinstance(piece, Stray) else not piece.body


def walk(events: Iterable[Event], is_opaque: Callable[[Scope], bool]) -> Iterator[Step]:
    """Yield the steps through an input. Transactions for which ``is_opaque`` is True are not examined."""
    return _Walk(is_opaque).steps(events)


class _Walk:
    """The state of the walk: the open frames and the claim being collected."""

    def __init__(self, is_opaque: Callable[[Scope], bool]) -> None:
        self._is_opaque = is_opaque
        self._frame: Frame | None = None
        self._claim: list[Piece] | None = None
        self._opaque = False
        self._levels = 0

    def steps(self, events: Iterable[Event]) -> Iterator[Step]:
        for event in events:
            if isinstance(event, Body):
                yield from self._piece(event)
            elif isinstance(event, Opened):
                self._open_scope(event.scope)
            else:
                yield from self._close_scope(event)

    def _open_scope(self, scope: Scope) -> None:
        self._frame = Frame(scope.kind, scope, self._frame)
        if scope.header:
            self._frame.pieces.append(scope.header)
        if scope.kind == "transaction":
            self._opaque = self._is_opaque(scope)
            self._levels = 0

    def _close_scope(self, event: Closed) -> Iterator[Step]:
        yield from self._end_claim(is_cut=event.at_end)
        while self._frame and self._frame.is_level:
            yield from self._end_frame(None)
        yield from self._end_frame(event.trailer)
        self._opaque = False

    def _piece(self, event: Body) -> Iterator[Step]:
        piece, frame = event.piece, self._frame
        if frame is None:
            yield Leaf(None, [piece])
        elif frame.kind in ("interchange", "group") or self._opaque:
            if frame.used or len(frame.pieces) > _MOST_IN_HEADER or not self._may_be_header(piece):
                self._mark_used()
                yield Leaf(frame, [piece])
            else:
                frame.pieces.append(piece)  # before the first group or transaction: part of the header
        else:
            yield from self._examined(frame, piece)

    def _may_be_header(self, piece: Piece) -> bool:
        """Return True if a piece before the first group, transaction or claim belongs to the header."""
        return is_blank(piece) or not (self._opaque or isinstance(piece, Stray))

    def _examined(self, frame: Frame, piece: Piece) -> Iterator[Step]:
        """Process a piece of a transaction that is read as claims."""
        name = b"" if isinstance(piece, Stray) else piece.elements[0]
        if name == b"HL" and isinstance(piece, Segment):
            yield from self._end_claim()
            yield from self._open_level(piece)
        elif name == b"CLM":
            yield from self._end_claim()
            self._claim = [piece]
            self._mark_used()
        elif self._claim is not None:
            self._claim.append(piece)
        else:
            frame.pieces.append(piece)

    def _open_level(self, hl: Segment) -> Iterator[Step]:
        kind = LEVELS.get(hl.get(3), "HL")
        depth = _DEPTH.get(kind, 0)
        while self._frame and self._frame.is_level and _DEPTH.get(self._frame.kind, 0) >= depth:
            yield from self._end_frame(None)
        parent = self._frame
        assert parent is not None
        if parent.is_level:
            parent.children += 1
        self._levels += 1
        self._frame = Frame(kind, parent.scope, parent, [hl], self._levels)

    def _end_claim(self, *, is_cut: bool = False) -> Iterator[Step]:
        if self._claim is not None:
            yield Leaf(self._frame, self._claim, is_claim=True, is_cut=is_cut)
            self._claim = None

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
