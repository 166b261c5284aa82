"""A watched claim reads as the plain one, and what is read follows from the parts that it notes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

import pytest

import scrubber
from scrubber.api import make_policy
from scrubber.claim.watched import ClaimWatch, Looked
from scrubber.engine import Context
from scrubber.tables import Lookups
from tests.support.attributes import Reader, claim_readers, line_readers, paths_of
from tests.support.lookalikes import RICH, USUAL, USUAL_LOOKS, file_of, variations
from tests.support.remembering import Taken, taken_apart
from tests.support.running import AS_OF

_POLICY = make_policy(as_of=AS_OF)


def _context(claim: object) -> Context:
    return Context(AS_OF, _POLICY.rulebook.codes, Lookups(_POLICY.tables), _claim=claim)  # type: ignore[arg-type]


class Look(NamedTuple):
    """A way to look at a claim: at the line with this number or, with 0, at the whole of it."""

    own: int
    kinded: bool = False

    def key(self, taken: Taken) -> Hashable:
        """Return what the memory's key has."""
        parts = taken.parts
        if self.own > len(parts.lines):
            return None
        content: Hashable = parts.lines[self.own - 1].known.token if self.own else len(parts.lines)
        if self.kinded:
            content = tuple(line.known.kind for line in parts.lines)
        return parts.day is not None, content

    def day(self, taken: Taken) -> date | None:
        """Return the day that is watched."""
        parts = taken.parts
        return parts.lines[self.own - 1].service_day if self.own else parts.day

    def begin(self, watch: ClaimWatch, taken: Taken) -> None:
        watch.look(self.own, self.day(taken), is_shared=taken.parts.day is not None, kinded=self.kinded)


FAMILIES = (*USUAL_LOOKS[2:], RICH)
LOOKS = {"claim": Look(0), "lines": Look(0, kinded=True), "line 1": Look(1), "line 2": Look(2)}


@cache
def readers(*, of_line: bool) -> Mapping[str, Reader]:
    """Everything that reads a claim, or a line."""
    claims = list(scrubber.read(file_of([RICH, USUAL, *USUAL_LOOKS])))
    if of_line:
        return line_readers(paths_of(line for claim in claims for line in claim.lines))
    return claim_readers(paths_of(claims))


class Family:
    """A claim, and all that differ from it in one part."""

    def __init__(self, look: Mapping[str, int]) -> None:
        self.first, *self.others = taken_apart(file_of(list(variations(dict(look)))))
        self._read: dict[tuple[str, int], list[object]] = {}

    def plain(self, name: str, own: int) -> list[object]:
        """Return what a reader reads of the plain claims, the first one first, or of their lines."""
        found = self._read.get((name, own))
        if found is None:
            claims = [taken.claim for taken in (self.first, *self.others)]
            found = self._read[name, own] = [
                _value(name, claim, claim.lines[own - 1] if own else claim)
                if own <= len(claim.lines)
                else None
                for claim in claims
            ]
        return found


@cache
def family(number: int) -> Family:
    """Return one of the families."""
    return Family(FAMILIES[number])


def _value(name: str, claim: object, part: object) -> object:
    try:
        reader = readers(of_line=False).get(name) or readers(of_line=True)[name]
        return reader(part, _context(claim))
    except AttributeError as error:
        return str(error)  # such as that of a provider who is not there


def _names(look: Look) -> Iterator[tuple[str, int]]:
    """Yield the names of readers with the number of the line that they read, or 0."""
    yield from ((name, 0) for name in readers(of_line=False))
    if look.own:
        yield from ((name, look.own) for name in readers(of_line=True))


class Seen(NamedTuple):
    """What was read of a watched claim, and what that depends on."""

    value: object
    looked: Looked


def _see(watch: ClaimWatch, look: Look, taken: Taken, name: str, own: int) -> Seen:
    look.begin(watch, taken)
    value = _value(name, watch.claim, watch.claim.line(own) if own else watch.claim)
    return Seen(value, watch.looked)


each_family = pytest.mark.parametrize("number", range(len(FAMILIES)))
each_look = pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)


@each_family
@each_look
def test_a_watched_claim_reads_as_the_plain_one(number: int, look: Look) -> None:
    """Every attribute and method of claim, lines and parties gives what it gives of the plain claim."""
    first = family(number).first
    watch = ClaimWatch(first.loops)
    wrong = {}
    for name, own in _names(look):
        plain, seen = family(number).plain(name, own)[0], _see(watch, look, first, name, own)
        if seen.value != plain:
            wrong[name] = plain, seen.value
    assert wrong == {}


@each_family
@each_look
def test_what_is_read_follows_from_what_is_noted(number: int, look: Look) -> None:
    """With the same content in the key, the same parts noted and a day in the span, it is the same."""
    members = family(number)
    first, watch = members.first, ClaimWatch(members.first.loops)
    alike = list(_alike(look, members))
    wrong = {}
    for name, own in _names(look):
        seen = _see(watch, look, first, name, own)
        if seen.looked.once_only:
            continue
        names, span = list(seen.looked.parts), seen.looked.span
        parts = _parts(first, look.own, names)
        for at, other, as_other in alike:
            plain = members.plain(name, as_other.own if own else 0)[at]
            day = as_other.day(other)
            if plain == seen.value or (day is not None and day not in span):
                continue
            if _parts(other, as_other.own, names) == parts:
                wrong[name] = names, (span.first, span.last), seen.value, plain
    assert wrong == {}


def _alike(look: Look, members: Family) -> Iterator[tuple[int, Taken, Look]]:
    """Yield the claims of a family, and all their lines, for which the key is that of the first."""
    key = look.key(members.first)
    for at, taken in enumerate((members.first, *members.others)):
        for own in range(1, len(taken.parts.lines) + 1) if look.own else (0,):
            other = look._replace(own=own)
            if other.key(taken) == key:
                yield at, taken, other


def _parts(taken: Taken, own: int, names: Sequence[Hashable]) -> list[Hashable]:
    taken.parts.own = taken.parts.lines[own - 1] if own else None
    return [taken.parts[name] for name in names]


@each_look
def test_only_places_in_the_input_are_not_remembered(look: Look) -> None:
    """Nothing that is read makes a decision one that is not remembered, but for a segment's place."""
    first = family(len(FAMILIES) - 1).first
    watch = ClaimWatch(first.loops)
    assert [name for name, own in _names(look) if _see(watch, look, first, name, own).looked.once_only] == []
    for read in (lambda sv1: sv1.number, lambda sv1: sv1.offset, lambda sv1: sv1.raw, lambda sv1: sv1.end,
                 lambda sv1: sv1.lead, lambda sv1: sv1.replace(1, b"X"), repr):  # fmt: skip
        look.begin(watch, first)
        assert not watch.looked.once_only
        read(watch.claim.line(1).segment)
        assert watch.looked.once_only
