"""Turn ISA–IEA, GS–GE and ST–SE into a stream of events, however badly they are nested.

A scope whose header is missing is opened anyway (a *nameless* scope), so that every piece of the input is in
exactly one interchange, functional group and transaction set, and nothing is lost on its way to an output.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Literal, NamedTuple

from msgspec import Struct

from scrubber.x12.block import Block
from scrubber.x12.reader import Piece
from scrubber.x12.segment import Segment, Stray

Kind = Literal["interchange", "group", "transaction"]
Cut = Literal["", "end", "isa"]
KINDS: tuple[Kind, Kind, Kind] = ("interchange", "group", "transaction")
_HEADERS = {b"ISA": 0, b"GS": 1, b"ST": 2}
_TRAILERS = {b"IEA": 0, b"GE": 1, b"SE": 2}


class Scope(Struct, frozen=True, eq=False):
    """One open envelope. ``header`` is ``None`` where the input has none; ``first`` is its first segment."""

    kind: Kind
    header: Segment | None
    first: Segment
    parent: Scope | None

    @property
    def key(self) -> tuple[Kind, int]:
        """The identity of this scope within the input."""
        return self.kind, self.first.number


class Opened(Struct, frozen=True):
    """A scope begins."""

    scope: Scope


class Closed(Struct, frozen=True):
    """A scope ends: with its trailer, or without it at another header or at the end of the input.

    ``cut`` is "end" where the input ended instead, and "isa" where another interchange began: instead, or
    directly after a trailer without a terminator.
    """

    scope: Scope
    trailer: Segment | None
    cut: Cut = ""


class Body(Struct, frozen=True):
    """A segment, a block or stray bytes inside ``scope``, the innermost open one; ``None`` if none is open.

    The scope of a block is always a transaction set.
    """

    scope: Scope | None
    piece: Piece | Block


Event = Opened | Closed | Body


def envelope_events(pieces: Iterable[Piece | Block], inside: Scope | None = None) -> Iterator[Event]:
    """Yield the pieces of an input, with events that open scopes outside in and close them inside out.

    ``inside`` is the innermost scope that is open where the pieces begin, if that is not at the beginning.
    """
    scopes: list[Scope] = []
    while inside is not None:
        scopes.insert(0, inside)
        inside = inside.parent
    waiting = iter(pieces)
    while (piece := next(waiting, None)) is not None:
        if isinstance(piece, Block):
            if len(scopes) < 3:
                yield from _open_nameless(scopes, 3, piece.first)
            yield Body(scopes[-1], piece)
            continue
        if isinstance(piece, Stray) or not piece.body:
            yield Body(scopes[-1] if scopes else None, piece)
            continue
        name = piece.elements[0]
        if name in _HEADERS:
            depth = _HEADERS[name]
            yield from _close(scopes, depth, "" if depth else "isa")
            yield from _open_nameless(scopes, depth, piece)
            yield _open(scopes, depth, piece, piece)
        elif name in _TRAILERS:
            depth = _TRAILERS[name]
            yield from _close(scopes, depth + 1)
            yield from _open_nameless(scopes, depth + 1, piece)
            cut: Cut = ""
            if not piece.end and (following := next(waiting, None)):
                waiting = chain([following], waiting)
                cut = "" if isinstance(following, Stray) and following.blank else "isa"
            yield Closed(scopes.pop(), piece, cut)
        else:
            is_between_groups = len(scopes) == 1 and name == b"TA1"
            if not is_between_groups:
                yield from _open_nameless(scopes, 3, piece)
            yield Body(scopes[-1], piece)
    yield from _close(scopes, 0, "end")


def _open(scopes: list[Scope], depth: int, header: Segment | None, first: Segment) -> Opened:
    scopes.append(Scope(KINDS[depth], header, first, scopes[-1] if scopes else None))
    return Opened(scopes[-1])


def _open_nameless(scopes: list[Scope], depth: int, first: Segment) -> Iterator[Opened]:
    """Open the scopes that are missing around ``first``, so that ``depth`` scopes are open."""
    while len(scopes) < depth:
        yield _open(scopes, len(scopes), None, first)


def _close(scopes: list[Scope], depth: int, cut: Cut = "") -> Iterator[Closed]:
    """Close scopes without a trailer until only ``depth`` scopes are open."""
    while len(scopes) > depth:
        yield Closed(scopes.pop(), None, cut)


class Recount(NamedTuple):
    """The segments of an output with new counts because claims went elsewhere.

    These are HL levels (HL01, HL02, HL04) and trailers (SE01, GE01, IEA01). ``segments`` is their number,
    ``first`` has the first of them, each before and after.
    """

    segments: int = 0
    first: tuple[tuple[Segment, Segment], ...] = ()
