"""A segment whose values are right and whose separators are not: how it was probably meant.

One ``*`` too few moves every value after it, and each of them is then wrong. That is one fault, which is
found by putting the separator back: if the segment is valid then, nothing else was wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scrubber.guide.fault import Fault, FaultKind
from scrubber.x12 import Segment

_MOST = 40
"""The most elements of a segment for which this is tried."""
_FOREIGN = b":>|^<;+\\/,"
"""What is mistaken for the component separator."""
_FREE_TEXT = ("NTE", "K3")
"""Segments that are valid with any text, so that a separator more or less proves nothing."""
_LONGEST_CODE = 3
_LONGEST_COMPOSITE = 4
_PAIR = 2
_STATE, _ZIP_CODE = 2, 3
_SURPLUS = FaultKind.NOT_USED, FaultKind.TOO_MANY_ELEMENTS, FaultKind.TOO_MANY_COMPONENTS
_SEPARATORS = FaultKind.TRAILING_SEPARATOR, FaultKind.TRAILING_BLANK


class Realigned(NamedTuple):
    """A segment with other separators, the element from which on they differ, and what was wrong."""

    segment: Segment
    element: int
    what: str


def may_be_misaligned(faults: Sequence[Fault]) -> bool:
    """Return True if what is wrong with a segment may have its cause in the separators.

    That is so if several elements are wrong, or a value is where there is none.
    """
    real = [fault for fault in faults if fault.kind not in _SEPARATORS]
    if len(real) == 1 and real[0].segment.id == "N4":
        return not real[0].segment.get(_ZIP_CODE)  # it may be where the state should be
    return len(real) > 1 or any(fault.kind in _SURPLUS for fault in real)


def realignments(segment: Segment, faults: Sequence[Fault]) -> Iterator[Realigned]:
    """Yield the segment with its separators changed in one of the ways in which they are mistaken."""
    count = len(segment.elements) - 1
    if count > _MOST or segment.id in _FREE_TEXT:
        return
    first = min((fault.element or fault.component or count for fault in faults), default=count)
    if segment.id == "N4":
        yield from _city_with_state(segment)
    last = min(first, count)
    yield from _split_codes(segment, last)
    yield from _inserted(segment, last)
    yield from _removed(segment, last)
    yield from _within_values(segment, last)
    yield from _foreign_marks(segment)
    yield from _joined(segment)
    if segment.id == "HI":
        yield from _pairs(segment)


def _inserted(segment: Segment, last: int) -> Iterator[Realigned]:
    elements = segment.elements
    for count, what in ((1, f"a {_mark(segment)} is"), (2, f"two {_mark(segment)} are")):
        for at in range(last, 0, -1):
            if elements[at]:
                moved = [*elements[:at], *[b""] * count, *elements[at:]]
                yield _with(segment, moved, at, f"{what} missing before {_name(segment, at)}")


def _removed(segment: Segment, last: int) -> Iterator[Realigned]:
    elements = segment.elements
    for at in range(1, last + 1):
        # Of several empty elements in a row, it is all the same which one is removed.
        if not elements[at] and (at == 1 or elements[at - 1]):
            what = f"there is one {_mark(segment)} too many at {_name(segment, at)}"
            yield _with(segment, [*elements[:at], *elements[at + 1 :]], at, what)


def _within_values(segment: Segment, last: int) -> Iterator[Realigned]:
    """Yield a value that contains the separator as one element."""
    elements = segment.elements
    for at in range(1, min(last, len(elements) - 2) + 1):
        if elements[at] and elements[at + 1]:
            what = f"there is one {_mark(segment)} within the value of {_name(segment, at)}"
            value = elements[at] + b" " + elements[at + 1]
            yield _with(segment, [*elements[:at], value, *elements[at + 2 :]], at, what)


def _split_codes(segment: Segment, at: int) -> Iterator[Realigned]:
    """Yield a code and the value after it as two elements: ``46TBC2290``."""
    elements = segment.elements
    value = elements[at] if at else b""
    for length in range(1, min(_LONGEST_CODE, len(value) - 1) + 1):
        what = f"a {_mark(segment)} is missing within {_name(segment, at)}"
        parts = value[:length], value[length:]
        yield _with(segment, [*elements[:at], *parts, *elements[at + 1 :]], at, what)


def _foreign_marks(segment: Segment) -> Iterator[Realigned]:
    """Yield composites with another mark between their components than the one that ISA16 declares."""
    elements, own = segment.elements, segment.delimiters.component
    for mark in _FOREIGN:
        foreign = bytes([mark])
        places = [at for at, value in enumerate(elements) if foreign in value and own not in value]
        if foreign == own or not places:
            continue
        what = f"components are separated by {foreign.decode()} instead of {own.decode('latin-1')}"
        for chosen in ([places[0]], places):
            changed = [
                value.replace(foreign, own) if at in chosen else value for at, value in enumerate(elements)
            ]
            yield _with(segment, changed, places[0], what)


def _joined(segment: Segment) -> Iterator[Realigned]:
    """Yield components that were sent as elements as one composite."""
    elements, own = segment.elements, segment.delimiters.component
    what = f"components are separated by {_mark(segment)} instead of {own.decode('latin-1')}"
    for at in range(1, len(elements) - 1):
        for end in range(at + 2, min(at + _LONGEST_COMPOSITE, len(elements)) + 1):
            if not elements[end - 1]:
                break
            yield _with(segment, [*elements[:at], own.join(elements[at:end]), *elements[end:]], at, what)


def _city_with_state(segment: Segment) -> Iterator[Realigned]:
    """Yield a city and the state after it as two elements: ``COLUMBUS OH``."""
    city, _, state = segment.elements[1].rpartition(b" ") if len(segment.elements) > 1 else (b"", b"", b"")
    if city and len(state) == _STATE and state.isalpha():
        what = f"a {_mark(segment)} is missing within {_name(segment, 1)}, between city and state"
        yield _with(segment, [segment.elements[0], city, state, *segment.elements[_STATE:]], 1, what)


def _pairs(segment: Segment) -> Iterator[Realigned]:
    """Yield the codes of an HI segment as one composite of qualifier and code each."""
    own = segment.delimiters.component
    values = own.join(segment.elements[1:]).split(own)
    if len(values) > _PAIR and len(values) % _PAIR == 0:
        pairs = [own.join(values[at : at + _PAIR]) for at in range(0, len(values), _PAIR)]
        holds_all = len(segment.elements) == _PAIR
        what = (
            "HI01 contains several diagnoses, which are elements of their own"
            if holds_all
            else f"components are separated by {_mark(segment)} instead of {own.decode('latin-1')}"
        )
        yield _with(segment, [segment.elements[0], *pairs], 1, what)


def _with(segment: Segment, elements: Sequence[bytes], at: int, what: str) -> Realigned:
    marks = segment.delimiters
    body = marks.element.join(elements)
    return Realigned(Segment(body, segment.number, segment.offset, marks), at, what)


def _mark(segment: Segment) -> str:
    return segment.delimiters.element.decode("latin-1")


def _name(segment: Segment, at: int) -> str:
    return f"{segment.id}{at:02d}"
