"""From envelope events to claims: each with the levels above it, one at a time.

Every piece of the input is in exactly one `Frame` (a header and what belongs to it), one `Leaf` (a claim,
or something that is no claim) or one trailer, so an output can be put together without loss.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from scrubber.claim.level import Level
from scrubber.guide.loops import LEVELS
from scrubber.x12 import Segment, Stray
from scrubber.x12.envelope import Body, Closed, Event, Opened, Scope
from scrubber.x12.reader import Piece

_MOST_IN_HEADER = 1000
"""Pieces that are kept with a header; more are passed on one by one, so that memory stays bounded."""

_DEPTH = {"2000A": 0, "2000B": 1, "2000C": 2}


@dataclass(slots=True, eq=False)
class Frame:
    """A scope or a hierarchical level that is open, with the pieces that belong to itself.

    ``kind`` is ``interchange``, ``group``, ``transaction``, ``2000A``, ``2000B``, ``2000C`` or ``HL`` (a
    level that the guide does not know). ``ordinal`` counts a transaction's levels from 1, ``children``
    the levels inside this one so far; ``used`` tells that a leaf has been given out below it.
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
        """Whether an HL segment opened it."""
        return self.kind not in ("interchange", "group", "transaction")

    @property
    def segments(self) -> list[Segment]:
        """The segments among its pieces."""
        return [piece for piece in self.pieces if isinstance(piece, Segment)]

    @property
    def level(self) -> Level:
        """What the claim model is made from, worked out once for all claims below."""
        if self._level is None:
            name = "HEADER" if self.kind == "transaction" else self.kind
            self._level = Level(name, self.segments)
        return self._level

    def chain(self) -> list[Frame]:
        """This frame and those above it, the interchange first."""
        above = self.parent.chain() if self.parent else []
        return [*above, self]


@dataclass(frozen=True, slots=True)
class Leaf:
    """What hangs below a frame: a claim (CLM first), or pieces that belong to no claim.

    A frame below which nothing hangs gets an empty leaf, so that it is not lost. ``is_cut`` tells that the
    input ended in the claim, so that nobody knows what is missing of it.
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
        """The frames above it, the interchange first."""
        return self.frame.chain() if self.frame else []

    def levels(self) -> dict[str, Level]:
        """What stands above it in the claim model, by name."""
        frames = (frame for frame in self.chain() if frame.kind not in ("interchange", "group"))
        return {frame.level.name: frame.level for frame in frames}


@dataclass(frozen=True, slots=True)
class Ended:
    """A frame is complete; ``trailer`` is its SE, GE or IEA where there is one."""

    frame: Frame
    trailer: Segment | None


Step = Leaf | Ended


def is_blank(piece: Piece) -> bool:
    """Whether a piece is blanks between segments, or an empty segment."""
    return piece.blank if isinstance(piece, Stray) else not piece.body


def walk(events: Iterable[Event], is_opaque: Callable[[Scope], bool]) -> Iterator[Step]:
    """Walk through an input. Transactions for which ``is_opaque`` holds are passed on unexamined."""
    return _Walk(is_opaque).steps(events)


class _Walk:
    """Where the walk is: the frames that are open, and the claim being collected."""

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
        """Whether a piece before the first group, transaction or claim goes with the header itself."""
        return is_blank(piece) or not (self._opaque or isinstance(piece, Stray))

    def _examined(self, frame: Frame, piece: Piece) -> Iterator[Step]:
        """A piece of a transaction that is read as claims."""
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
