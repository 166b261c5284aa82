"""A strategy of files of several interchanges of which any envelope is damaged, not only the first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count

from hypothesis import strategies as st

from .x12build import (
    BillingSpec,
    ClaimSpec,
    Delims,
    GroupSpec,
    InterchangeSpec,
    LineSpec,
    PatientSpec,
    SubscriberSpec,
    TransactionSpec,
    build,
    npi,
)

_STYLES = (
    Delims(),
    Delims(),
    Delims(newline=b""),
    Delims(newline=b"\r\n"),
    Delims(terminator=b"\n", newline=b""),
    Delims(b"|", b">", b"!", b"'", b"\n"),
)
_ENVELOPES = (b"ISA", b"GS", b"ST", b"SE", b"GE", b"IEA")
_BETWEEN = (
    b"\xef\xbb\xbf", b"\n", b"\r\n\r\n", b" ", b"\n" * 300, b"\x00", b"\x1a", b"~", b"~~", b"JUNK", b"JUNK~",
    b"TA1*000000001*260601*0900*A*000~", b"\xff\xfe",
)  # fmt: skip
_VALUES = (
    b"", b"0", b"1", b"2", b"99", b"0001", b"000000001", b"000000002", b"X", b" ", b"HC", b"837", b"835",
    b"005010X222A1", b"005010X223A2", b"9" * 20, b"00501", b":", b"*", b"1e1", b"-1",
)  # fmt: skip


@dataclass(slots=True)
class _Piece:
    """One segment: its elements, what separates them, its terminator with the line end, what is before it."""

    elements: list[bytes]
    mark: bytes
    end: bytes
    before: bytes = b""

    @property
    def id(self) -> bytes:
        return self.elements[0]

    @property
    def raw(self) -> bytes:
        return self.before + self.mark.join(self.elements) + self.end


def spec_of(number: int, groups: Sequence[Sequence[Sequence[bool]]]) -> InterchangeSpec:
    """Return an interchange of groups of sets of claims: of each whether it is in the patient loop.

    Nothing is wrong with any claim. The first one of interchange 2 is CLM00201.
    """
    numbers = count(100 * number + 1)
    specs = []
    for group_number, group in enumerate(groups, start=1):
        sets = []
        for set_number, places in enumerate(group, start=1):
            people = tuple(_subscriber(next(numbers), place) for place in places)
            sets.append(TransactionSpec(f"{set_number:04d}", (BillingSpec(npi(1), people),)))
        specs.append(GroupSpec(str(10 * number + group_number), tuple(sets)))
    return InterchangeSpec(f"{number:09d}", tuple(specs))


def _subscriber(number: int, in_patient_loop: bool) -> SubscriberSpec:
    """Return a subscriber with one claim, on a day and with a member id of its own."""
    line = LineSpec("99213", Decimal(90), f"202605{1 + number % 28:02d}")
    claim = ClaimSpec(f"CLM{number:05d}", (line,), ("E538",))
    who = SubscriberSpec("CI", "LHP01", member_id=f"LHP{number:09d}")
    if in_patient_loop:
        return replace(who, patients=(PatientSpec((claim,)),))
    return replace(who, claims=(claim,))


_CLAIMS = st.lists(st.booleans(), min_size=1, max_size=2)
_GROUPS = st.lists(st.lists(_CLAIMS, min_size=1, max_size=2), min_size=1, max_size=2)


@st.composite
def sound_interchanges(draw: st.DrawFn, *, most: int = 3) -> list[bytes]:
    """Up to ``most`` interchanges with up to two groups, sets and claims each, in styles of their own."""
    every = draw(st.lists(st.tuples(_GROUPS, st.sampled_from(_STYLES)), min_size=1, max_size=most))
    return [build([spec_of(at, groups)], style) for at, (groups, style) in enumerate(every, start=1)]


@st.composite
def damaged_files(draw: st.DrawFn, *, most: int = 3) -> bytes:
    """A file of several interchanges, of whose envelopes up to four are damaged."""
    interchanges = [_pieces(raw) for raw in draw(sound_interchanges(most=most))]
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(interchanges) - 1))
        pieces = interchanges[at]
        places = [place for place, piece in enumerate(pieces) if piece.id in _ENVELOPES]
        if not places:
            continue
        damage = draw(st.sampled_from(_DAMAGES))
        interchanges[at] = damage(draw, pieces, draw(st.sampled_from(places)))
    raws = [b"".join(piece.raw for piece in pieces) for pieces in interchanges]
    if draw(st.integers(0, 7)) == 0:
        raws.insert(draw(st.integers(0, len(raws))), draw(st.sampled_from(raws)))
    raw = b"".join(raws)
    return raw[: draw(st.integers(0, len(raw)))] if draw(st.integers(0, 9)) == 0 else raw


def _pieces(raw: bytes) -> list[_Piece]:
    mark, terminator = raw[3:4], raw[105:106]
    rest = raw[106:]
    end = terminator + rest[: len(rest) - len(rest.lstrip(b"\r\n"))]
    return [_Piece(body.split(mark), mark, end) for body in raw.split(end)[:-1]]


# ------------------------------------------------------------------------------------------- damages

_Damage = Callable[[st.DrawFn, list[_Piece], int], list[_Piece]]


def _elements(draw: st.DrawFn, pieces: list[_Piece], at: int) -> list[_Piece]:
    """Drop, double, shorten, lengthen, empty or replace an element."""
    elements = list(pieces[at].elements)
    place = draw(st.integers(1, len(elements) - 1)) if len(elements) > 1 else 0
    value = elements[place]
    acts: tuple[Sequence[bytes], ...] = (
        (), (value, value), (value[:-1],), (value[1:],), (value + b"1",), (value + b" ",), (b"",),
        (value.strip(),), (draw(st.sampled_from(_VALUES)),),
    )  # fmt: skip
    elements[place : place + 1] = draw(st.sampled_from(acts))
    return _with(pieces, at, replace(pieces[at], elements=elements or [b""]))


def _id(draw: st.DrawFn, pieces: list[_Piece], at: int) -> list[_Piece]:
    """Garble the ID of a segment."""
    first = pieces[at].id
    ids = (first.lower(), first[:-1], first + b"X", b"", b" " + first, *_ENVELOPES)
    return _with(
        pieces, at, replace(pieces[at], elements=[draw(st.sampled_from(ids)), *pieces[at].elements[1:]])
    )


def _terminators(draw: st.DrawFn, pieces: list[_Piece], at: int) -> list[_Piece]:
    """Lose or change a terminator, or only the line end behind it."""
    end = pieces[at].end
    ends = (b"", end[:1], end[1:], end[:1] + b"\r\n", end * 2, b"!", b"\n")
    return _with(pieces, at, replace(pieces[at], end=draw(st.sampled_from(ends))))


def _drop(_draw: st.DrawFn, pieces: list[_Piece], at: int) -> list[_Piece]:
    return pieces[:at] + pieces[at + 1 :]


def _double(draw: st.DrawFn, pieces: list[_Piece], at: int) -> list[_Piece]:
    """Put a copy of an envelope segment, whole or cut off, somewhere."""
    piece = pieces[at]
    if draw(st.booleans()):
        piece = replace(piece, elements=piece.elements[: draw(st.integers(1, len(piece.elements)))])
    place = draw(st.integers(0, len(pieces)))
    return [*pieces[:place], piece, *pieces[place:]]


def _isa(draw: st.DrawFn, pieces: list[_Piece], _at: int) -> list[_Piece]:
    """Put the ISA of the interchange somewhere in the middle, with or without its terminator."""
    isa = replace(pieces[0], end=draw(st.sampled_from((pieces[0].end, b""))))
    place = draw(st.integers(1, len(pieces)))
    return [*pieces[:place], isa, *pieces[place:]]


def _between(draw: st.DrawFn, pieces: list[_Piece], at: int) -> list[_Piece]:
    """Put blanks, marks, empty segments or junk before an envelope segment."""
    return _with(pieces, at, replace(pieces[at], before=draw(st.sampled_from(_BETWEEN))))


def _swap(draw: st.DrawFn, pieces: list[_Piece], at: int) -> list[_Piece]:
    """Exchange an envelope segment with another segment."""
    other = draw(st.integers(0, len(pieces) - 1))
    changed = list(pieces)
    changed[at], changed[other] = changed[other], changed[at]
    return changed


def _repeat(draw: st.DrawFn, pieces: list[_Piece], at: int) -> list[_Piece]:
    """Repeat a run of segments, such as a whole set."""
    stop = draw(st.integers(at + 1, len(pieces)))
    return [*pieces[:stop], *pieces[at:stop], *pieces[stop:]]


def _with(pieces: list[_Piece], at: int, piece: _Piece) -> list[_Piece]:
    return [*pieces[:at], piece, *pieces[at + 1 :]]


_DAMAGES: tuple[_Damage, ...] = (
    _elements, _elements, _elements, _id, _terminators, _terminators, _drop, _double, _isa, _between,
    _between, _swap, _repeat,
)  # fmt: skip
