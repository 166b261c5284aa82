"""ISA–IEA, GS–GE and ST–SE as a stream of events, however badly they are nested.

What a header is missing for is opened all the same (a *nameless* scope), so that every piece of the input
lies in exactly one interchange, group and transaction, and nothing is lost on the way to an output.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from scrubber.x12.reader import Piece
from scrubber.x12.segment import Segment, Stray

Kind = Literal["interchange", "group", "transaction"]
KINDS: tuple[Kind, Kind, Kind] = ("interchange", "group", "transaction")
_HEADERS = {b"ISA": 0, b"GS": 1, b"ST": 2}
_TRAILERS = {b"IEA": 0, b"GE": 1, b"SE": 2}


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """One open envelope. ``header`` is ``None`` where the input has none; ``first`` is its first segment."""

    kind: Kind
    header: Segment | None
    first: Segment
    parent: Scope | None

    @property
    def key(self) -> tuple[Kind, int]:
        """What tells this scope from all others of the input."""
        return self.kind, self.first.number


@dataclass(frozen=True, slots=True)
class Opened:
    """A scope begins."""

    scope: Scope


@dataclass(frozen=True, slots=True)
class Closed:
    """A scope ends: with its trailer, or without because another header or the end of input came."""

    scope: Scope
    trailer: Segment | None
    at_end: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """A segment (or stray bytes) inside ``scope``, the innermost open one; ``None`` outside of all."""

    scope: Scope | None
    piece: Piece


Event = Opened | Closed | Body


def envelope_events(pieces: Iterable[Piece]) -> Iterator[Event]:
    """Nest the pieces of an input. Scopes are opened from the outside in and closed from the inside out."""
    scopes: list[Scope] = []
    for piece in pieces:
        if isinstance(piece, Stray) or not piece.body:
            yield Body(scopes[-1] if scopes else None, piece)
            continue
        name = piece.elements[0]
        if name in _HEADERS:
            depth = _HEADERS[name]
            yield from _close(scopes, depth)
            yield from _open_nameless(scopes, depth, piece)
            yield _open(scopes, depth, piece, piece)
        elif name in _TRAILERS:
            depth = _TRAILERS[name]
            yield from _close(scopes, depth + 1)
            yield from _open_nameless(scopes, depth + 1, piece)
            yield Closed(scopes.pop(), piece)
        else:
            between = len(scopes) == 1 and name == b"TA1"
            if not between:
                yield from _open_nameless(scopes, 3, piece)
            yield Body(scopes[-1], piece)
    yield from _close(scopes, 0, at_end=True)


def _open(scopes: list[Scope], depth: int, header: Segment | None, first: Segment) -> Opened:
    scopes.append(Scope(KINDS[depth], header, first, scopes[-1] if scopes else None))
    return Opened(scopes[-1])


def _open_nameless(scopes: list[Scope], depth: int, first: Segment) -> Iterator[Opened]:
    """Open what is missing around ``first`` so that ``depth`` scopes are open."""
    while len(scopes) < depth:
        yield _open(scopes, len(scopes), None, first)


def _close(scopes: list[Scope], depth: int, *, at_end: bool = False) -> Iterator[Closed]:
    """Close, without trailers, until only ``depth`` scopes are open."""
    while len(scopes) > depth:
        yield Closed(scopes.pop(), None, at_end)


class Recount(NamedTuple):
    """What an output counts anew since claims went elsewhere: how many segments, the first before and after.

    These are levels (HL01, HL02, HL04) and trailers (SE01, GE01, IEA01).
    """

    segments: int = 0
    first: tuple[tuple[Segment, Segment], ...] = ()
