"""Claims that stand twice in one input."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import BinaryIO

import pytest

from scrubber.envelopes.earlier import EarlierServices
from scrubber.envelopes.repeats import Repeats
from scrubber.envelopes.scan import scan_envelopes
from scrubber.x12 import Block, Piece, Segment, read_blocks, read_pieces
from scrubber.x12.envelope import envelope_events
from tests.support.cases import base_case

RAW = base_case("commercial", "patient").raw.decode()
START, CLAIM = RAW.index("CLM*"), RAW[RAW.index("CLM*") : RAW.index("SE*")]
PATIENT = RAW[RAW.index("HL*3") : START]
SUBSCRIBER = RAW[RAW.index("HL*2") : RAW.index("HL*3")]
PROVIDER = RAW[RAW.index("HL*1") : RAW.index("HL*2")]


def repeated(*parts: str) -> list[int]:
    """Which claims of the input repeat an earlier one: their places from 1."""
    raw = (RAW[: RAW.index("HL*1")] + "".join(parts) + RAW[RAW.index("SE*") :]).encode()
    pieces = list(read_pieces(io.BytesIO(raw)))
    claims = [piece.number for piece in pieces if isinstance(piece, Segment) and piece.id == "CLM"]
    whole = list(scan_envelopes(envelope_events(pieces)))[-1]
    return [claims.index(number) + 1 for number in whole.repeats]


BELOW = (PROVIDER, SUBSCRIBER, PATIENT, CLAIM)


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        ((CLAIM,), [2]),
        ((PATIENT, CLAIM), [2]),
        ((SUBSCRIBER, PATIENT, CLAIM), [2]),
        (BELOW, [2]),
        ((PATIENT.replace("ISOLDE", "ISMENE"), CLAIM), []),
        ((SUBSCRIBER.replace("ALDER", "ASPEN"), PATIENT, CLAIM), []),
        ((SUBSCRIBER.replace("LHP01", "LHP02"), PATIENT, CLAIM), []),
        ((PROVIDER.replace("1300000019", "1200000010"), SUBSCRIBER, PATIENT, CLAIM), []),
        ((CLAIM.replace("20260511", "20260512", 1),), []),
        ((CLAIM.replace("CASE-0001", "CASE-0002"), CLAIM), [2, 3]),
        ((CLAIM.replace("1200000010", "1245319599"),), []),
        ((CLAIM.replace("HC:J3420", "HC:J3420:JZ"),), []),
        # What is behind the claim's own lines is no part of it: another note is not another service.
        ((CLAIM.replace("ABF:I10", "ABF:E785"),), [2]),
    ],
)
def test_what_makes_a_repeat(again: tuple[str, ...], expected: list[int]) -> None:
    """Providers, patient, payer, claim segment but for its number, lines and days make a claim the same."""
    assert repeated(*BELOW, *again) == expected


def test_many_claims_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hashes are looked at a part at a time; every repeat is found, and names the first of its like."""
    monkeypatch.setattr("scrubber.envelopes.repeats._PARTITION_SIZE", 8)
    finder = Repeats(EarlierServices(lambda _: ""))
    numbers = [0, 1, 2, 3, 1, 4, 5, 6, 7, 8, 9, 10, 1, 11, 12, 9, 13, 14, 15, 16]
    delimiters = next(p for p in read_pieces(io.BytesIO(RAW.encode())) if isinstance(p, Segment)).delimiters
    for at, number in enumerate(numbers):
        finder.add(b"CLM", Segment(b"CLM*X*%d" % number, at, 0, delimiters))
    expected = {at: numbers.index(n) for at, n in enumerate(numbers) if numbers.index(n) != at}
    assert dict(finder.found()) == expected


STRAYS = ["SV1*HC:99213*1~", "DTP*472*D8*20260101~", "NM1*85*2*OTHER~", "HL*9**20*1~"]


@pytest.mark.parametrize("stray", STRAYS)
@pytest.mark.parametrize("before", ["ST*", "SE*", "GS*", "GE*", "IEA*"])
def test_strays_around_an_envelope_hide_nothing(before: str, stray: str) -> None:
    """What is outside transaction sets is no part of the claim before it, and not of the one after it."""
    at = RAW.rindex(before) if before in ("ST*", "GS*") else RAW.index("\n", RAW.index(before)) + 1
    raw = RAW[:at] + stray + RAW[at:] + RAW
    pieces = list(read_pieces(io.BytesIO(raw.encode())))
    whole = list(scan_envelopes(envelope_events(pieces)))[-1]
    claims = [piece.number for piece in pieces if isinstance(piece, Segment) and piece.id == "CLM"]
    assert dict(whole.repeats) == {claims[1]: claims[0]}


# Element, component, repetition, terminator of the second interchange.
OTHERS = ["|>!'", "\x1d\x1f\x1e\x1c", ":*^~", "^:*~"]


@pytest.mark.parametrize("others", OTHERS)
@pytest.mark.parametrize("read", [read_pieces, read_blocks])
def test_separators_do_not_hide_a_repeat(
    others: str, read: Callable[[BinaryIO], Iterator[Piece | Block]]
) -> None:
    """Each interchange has its own; the claim is the same."""
    again = RAW.translate(str.maketrans("*:^~", others))
    other = again.replace("J3420", "J1885")
    for second, expected in ((again, 1), (other, 0)):
        assert second != RAW
        pieces = read(io.BytesIO((RAW + second).encode()))
        assert len(list(scan_envelopes(envelope_events(pieces)))[-1].repeats) == expected
