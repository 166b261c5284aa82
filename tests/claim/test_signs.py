"""Signs of a claim are the same of its model and of its parts: what the memory derives is what edits read."""

from __future__ import annotations

import inspect
from collections.abc import Hashable, Iterator, Sequence
from functools import cache

import pytest
from hypothesis import given, settings

from scrubber.claim.lazy import LazyPart
from scrubber.claim.signs import Signs, adds_up, are_plain_pointers, is_mbi, is_within_life, position_of
from scrubber.claim.watched import WatchedClaim
from scrubber.engine.memory.claim_parts import _DERIVED
from scrubber.guide.loops import Loop
from scrubber.x12 import Segment
from tests.support.lookalikes import RICH, USUAL_LOOKS, Look, file_of, lookalikes, variations
from tests.support.remembering import Taken, taken_apart


def _attributes() -> dict[str, str]:
    """Each attribute of a claim that is read of the hidden claim, with the part that it notes."""
    found = {}
    for name, attribute in vars(WatchedClaim).items():
        if isinstance(attribute, property) and attribute.fget and attribute.fget.__name__ == "get":
            noted = inspect.getclosurevars(attribute.fget).nonlocals
            assert noted["name"] == name
            found[name] = noted["part"]
    return found


ATTRIBUTES = _attributes()
SIGNS = {name: part for name, part in ATTRIBUTES.items() if part in _DERIVED}
_CODED_OTHERWISE = {"provider_loops", "has_several_diagnoses"}
"""What is derived here says as much as the attribute in another form."""


@cache
def claims() -> Sequence[Taken]:
    """Claims, each with all that differ from it in one part."""
    return taken_apart(file_of([other for look in (*USUAL_LOOKS, RICH) for other in variations(look)]))


def test_every_attribute_of_several_parts_is_a_part() -> None:
    """The claim's signs are among what is noted, and the memory derives each of them."""
    assert {"signs", "positions", "is_numbered", "rendering"} <= set(SIGNS)
    rest = set(_DERIVED) - set(SIGNS.values())
    assert rest == {"in patient loop", "first", "position", "index", "count"}


@pytest.mark.parametrize("name", sorted(set(SIGNS) - _CODED_OTHERWISE))
def test_a_sign_is_derived_as_the_model_does(name: str) -> None:
    """The part has the very value of the attribute."""
    assert [at for at, taken in enumerate(claims()) if _differs(taken, name)] == []


@pytest.mark.parametrize("name", sorted(ATTRIBUTES))
def test_an_attribute_follows_from_its_part(name: str) -> None:
    """Claims with the same part have the same attribute."""
    seen: dict[Hashable, str] = {}
    for taken in claims():
        value = _shown(getattr(taken.claim, name))
        assert seen.setdefault(taken.parts[ATTRIBUTES[name]], value) == value


@given(lookalikes(most=6))
@settings(max_examples=40)
def test_signs_of_any_claims(looks: Sequence[Look]) -> None:
    """The same for claims that differ in several parts."""
    for taken in taken_apart(file_of(looks)):
        assert [name for name in set(SIGNS) - _CODED_OTHERWISE if _differs(taken, name)] == []


def test_signs_vary() -> None:
    """Each sign is another one in some of these claims, so that the tests above show something."""
    values = {name: {_shown(getattr(taken.claim, name)) for taken in claims()} for name in SIGNS}
    assert [name for name, found in values.items() if len(found) < 2] == []
    each = {name: {getattr(taken.claim.signs, name) for taken in claims()} for name in Signs._fields}
    # A date of birth that is none violates the TR3, and such a claim is not taken apart.
    assert [name for name, found in each.items() if len(found) < 2] == ["valid_births"]


def test_days_and_lines_are_those_of_the_model() -> None:
    """Days of service, the day that all lines share, pointed diagnoses, and which claim is in which loop."""
    for claim, parts, _ in claims():
        first, last = parts.service_days()
        ends = [line.service.end for line in claim.lines if line.service and line.service.end]
        assert (first, last) == (claim.first_service, max(ends, default=None))
        assert parts.day == claim.single_day
        assert parts["in patient loop"] == claim.in_patient_loop
        assert parts["count"] == len(claim.lines)
        for line, of_parts in zip(claim.lines, parts.lines, strict=True):
            assert of_parts.known.procedure == line.procedure
            pointed = [(dx.position, str(dx.qualifier), str(dx.code)) for dx in claim.diagnoses_of(line)]
            assert pointed == [
                (code.position, code.qualifier.decode(), code.code.decode())
                for code in parts.pointed(of_parts)
            ]


def _differs(taken: Taken, name: str) -> bool:
    part, value = taken.parts[SIGNS[name]], getattr(taken.claim, name)
    if isinstance(part, bytes):
        return bool(part.decode() != value)
    if isinstance(part, tuple) and part and isinstance(part[0], bytes):
        return bool(tuple(text.decode() for text in part if isinstance(text, bytes)) != value)
    return bool(part != value)


def _shown(value: object) -> str:
    if value is None or isinstance(value, str | bool | int):
        return str(value)
    if isinstance(value, frozenset):
        return str(sorted(value))
    if isinstance(value, tuple):
        return str([_shown(each) for each in value])
    assert isinstance(value, LazyPart)
    return str([segment.body for segment in _segments(value._loop)])


def _segments(loop: Loop) -> Iterator[Segment]:
    for segments in loop.segments.values():
        yield from segments
    for inner in loop.loops:
        yield from _segments(inner)


@pytest.mark.parametrize(
    ("total", "charges", "same"),
    [
        ("10", ["4", "6.00"], True), ("10", ["4", "5.99"], False), ("0", [], True), ("10", ["1e1"], False),
        ("1e1", ["10"], False), ("-5", ["-5"], True), ("10", ["", "10"], False), ("10", ["NaN"], False),
    ],
)  # fmt: skip
def test_adds_up(total: str, charges: list[str], *, same: bool) -> None:
    """Charges add up exactly, and only where all are numbers of X12."""
    assert adds_up(total, charges) is same


@pytest.mark.parametrize(
    ("pointer", "position"),
    [("1", 1), ("01", 1), ("12", 12), ("3", None), ("", None), ("0", None), ("00", None), ("1 ", None),
     ("001", None),
     ("\u0661", None), ("-1", None)],
)  # fmt: skip
def test_position_of(pointer: str, position: int | None) -> None:
    """A pointer is one or two digits, perhaps with a zero before the one."""
    assert position_of(pointer, frozenset({1, 2, 12})) == position


def test_plain_pointers() -> None:
    """One to four pointers, each to another one of the first twelve diagnoses."""
    positions = frozenset(range(1, 14))
    assert are_plain_pointers(("1", "02"), positions)
    assert not are_plain_pointers(("1", "01"), positions)
    assert not are_plain_pointers((), positions)
    assert not are_plain_pointers(("1", "2", "3", "4", "5"), positions)
    assert not are_plain_pointers(("13",), positions)
    assert not are_plain_pointers(("14",), positions)


def test_mbi_and_life() -> None:
    """The form of a member ID of Medicare; dates of birth and death."""
    assert is_mbi("1EG4TE5MK73")
    assert not any(map(is_mbi, ("1EG4-TE5-MK73", "0EG4TE5MK73", "1EG4TE5MK7", "1SG4TE5MK73", "")))
    day = claims()[0].claim.first_service
    assert day
    assert is_within_life(f"{day:%Y%m%d}", "", day, day)
    assert not is_within_life(f"{day:%Y%m%d}", f"{day:%Y%m%d}", day, day)
    assert not is_within_life("20270101", "", day, day)
    assert not is_within_life("19000101", "", day, day)
    assert not is_within_life("", "", day, day)
    assert not is_within_life("19570822", "", None, None)
