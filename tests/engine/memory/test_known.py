"""Segments and lines that were read before: tokens say the same of the same content, and of nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from scrubber.engine.memory.known import Coded, KnownSegment, SegmentReader
from scrubber.guide.recognizer import recognizer
from scrubber.x12 import Delimiters
from tests.support.lookalikes import RICH, SLOTS, USUAL, Look, file_of
from tests.support.remembering import leaves_of
from tests.support.running import shipped


def reader_of(raw: bytes) -> SegmentReader:
    delimiters = leaves_of(raw)[0].delimiters
    assert delimiters is not None
    return SegmentReader(delimiters, recognizer(delimiters), shipped().rulebook.codes)


def read(reader: SegmentReader, look: Look) -> list[KnownSegment]:
    bodies = leaves_of(file_of([look]))[0].bodies()
    assert bodies is not None
    found = reader.read("2300", bodies)
    assert found is not None
    return found


READER = reader_of(file_of([USUAL]))
LEFT_OUT = {"total", "number 1", "pointers 1", "day", "control 1", "charge 1"}
"""What the tokens of a claim and its lines do not say; a charge that is not plain they do."""
OF_CLAIM = [name for name in SLOTS if name.endswith(" 1") or name in (
    "total", "place", "frequency", "assignment", "causes", "onset", "accident", "paid", "authorization",
    "trace", "claim note", "diagnoses", "rendering", "referring", "facility", "other payer", "day",
)]  # fmt: skip


def _varied(look: Look, name: str) -> list[Look]:
    invalid = {"pointers 1": (5, 6), "when 1": (5, 6)}.get(name, ())
    return [{**look, name: variant} for variant in range(SLOTS[name]) if variant not in invalid]


@pytest.mark.parametrize("name", OF_CLAIM)
def test_tokens(name: str) -> None:
    """A segment's token differs where its content does, but for what is left out: that is beside it."""
    claims = [read(READER, look) for look in _varied({**RICH, "when 2": 1, "lines": 0}, name)]
    tokens = [tuple(known.token for known in claim) for claim in claims]
    beside = [tuple(known.varies for known in claim) for claim in claims]
    numbers = [tuple(known.body for known in claim if known.name == b"LX") for claim in claims]
    assert len(set(zip(tokens, beside, numbers, strict=True))) == len(claims)
    if name in ("total", "number 1", "pointers 1", "day"):
        assert len(set(tokens)) == 1
    elif name == "charge 1":
        assert len(set(tokens)) == 1 + 3  # nominal, zero and negative are others
    elif name == "control 1":
        assert tokens[1] == tokens[2] != tokens[0]
    elif name != "when 1":
        assert len(set(tokens)) == len(claims)


def test_dates_of_service() -> None:
    """Days are left out, ranges are not: they say whether there are several days."""
    first, after, several, same, before, _ = (
        next(known for known in read(READER, look) if known.body.startswith(b"DTP*472"))
        for look in [*_varied({**USUAL, "lines": 0}, "when 1"), USUAL]
    )
    assert first.token == after.token == before.token
    assert len({first.token, several.token, same.token}) == 3
    assert (first.varies, after.varies, several.varies) == ((b"20260513",), (b"20260514",), None)


def test_lines() -> None:
    """Lines of the same tokens are one known line, whatever they charge; a token of the line is its own."""

    def line(look: Look) -> Sequence[KnownSegment]:
        segments = read(READER, {**look, "lines": 0})
        return segments[next(at for at, known in enumerate(segments) if known.name == b"LX") :]

    one, other = (
        READER.line(line(USUAL)),
        READER.line(line({**USUAL, "charge 1": 2, "pointers 1": 1, "day": 1})),
    )
    assert one is other
    assert (one.procedure, one.hcpcs, one.drug, one.rendering) == (
        "96372",
        "96372",
        ("", "", ""),
        (False, ""),
    )
    assert "administrations" in one.traits
    rich = READER.line(line(RICH))
    assert rich.token != one.token
    assert (rich.drug, rich.rendering) == (("00409379501", "1", "ML"), (True, "1200000028"))
    assert {"2410", "2420", "2430", "REF", "NTE", "AMT", "DTP"} <= set(rich.parts)
    assert (rich.service, rich.dated > 0, rich.numbered > 0) == (None, True, True)


def test_diagnoses() -> None:
    """The diagnoses of HI with their positions; other codes of HI are none."""
    (hi,) = [known for known in read(READER, USUAL) if known.name == b"HI"]
    assert hi.codes == (Coded(1, b"ABK", b"E538", 0, 1), Coded(2, b"ABF", b"M5450", 0, 2))


def test_what_violates_the_tr3() -> None:
    """A claim with a fault is not read at all, and neither is one that is not complete."""
    bodies = leaves_of(file_of([USUAL]))[0].bodies()
    assert bodies is not None
    assert READER.read("2300", bodies) is not None
    assert READER.read("2300", bodies[:3]) is None
    assert READER.read("2300", [bodies[0], *bodies]) is None
    assert READER.read("2300", [b"CLM*A*X***11:B:1*Y*A*Y*Y", *bodies[1:]]) is None


def test_other_delimiters() -> None:
    """Components are split as the input does."""
    delimiters = Delimiters(b"|", b">", b"^", b"~")
    reader = SegmentReader(delimiters, recognizer(delimiters), shipped().rulebook.codes)
    bodies = [
        body.translate(bytes.maketrans(b"*:", b"|>"))
        for body in leaves_of(file_of([USUAL]))[0].bodies() or ()
    ]
    found = reader.read("2300", bodies)
    assert found is not None
    assert [code.code for known in found for code in known.codes] == [b"E538", b"M5450"]
