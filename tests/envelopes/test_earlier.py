"""Services of one patient in several claims of an input."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from typing import BinaryIO

import pytest

from scrubber.envelopes.earlier import FOLLOWING, OPERATION, EarlierServices, _in_pairs, _Service
from scrubber.envelopes.scan import scan_envelopes
from scrubber.x12 import Block, Piece, Segment, read_blocks, read_pieces
from scrubber.x12.envelope import envelope_events
from tests.support.cases import base_case

RAW = base_case("commercial", "patient").raw.decode()
START, CLAIM = RAW.index("CLM*"), RAW[RAW.index("CLM*") : RAW.index("SE*")]
HEAD, END = RAW[: RAW.index("HL*1")], RAW[RAW.index("SE*") :]
PROVIDER = RAW[RAW.index("HL*1") : RAW.index("HL*2")]
SUBSCRIBER = RAW[RAW.index("HL*2") : RAW.index("HL*3")]
PATIENT = RAW[RAW.index("HL*3") : START]
LATER = CLAIM.replace("20260511", "20260610").replace("CASE-0001", "CASE-0002")
Read = Callable[[BinaryIO], Iterator[Piece | Block]]


def family_of(code: str) -> str:
    """Compare B12 with itself, new patients' visits with each other, operations with what follows."""
    families = {"J3420": "J3420", "99203": "new", "99204": "new", "17110": OPERATION, "99212": FOLLOWING}
    return families.get(code, "")


def earlier(read: Read, *parts: str) -> dict[int, list[tuple[str, float, date, int]]]:
    """What precedes the services of each claim: claims by their places from 1."""
    raw = (HEAD + "".join(parts) + END).encode()
    claims = [
        piece.number
        for piece in read_pieces(io.BytesIO(raw))
        if isinstance(piece, Segment) and piece.id == "CLM"
    ]
    *_, whole = scan_envelopes(envelope_events(read(io.BytesIO(raw))), family_of)
    return {
        claims.index(number) + 1: [(*service[:3], claims.index(service.claim) + 1) for service in services]
        for number, services in whole.earlier.items()
    }


ABOVE = (PROVIDER, SUBSCRIBER, PATIENT)
BEFORE = ("J3420", 1.0, date(2026, 5, 11), 1)


@pytest.mark.parametrize("read", [read_pieces, read_blocks])
@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((CLAIM, LATER), {2: [BEFORE]}),
        ((LATER, CLAIM), {1: [(*BEFORE[:3], 2)]}),
        ((CLAIM, PATIENT, LATER), {2: [BEFORE]}),
        # Another patient, another billing provider, the same day, or wasted drug.
        ((CLAIM, PATIENT.replace("ISOLDE", "ISMENE"), LATER), {}),
        ((CLAIM, PROVIDER.replace("1300000019", "1200000010"), SUBSCRIBER, PATIENT, LATER), {}),
        ((CLAIM, CLAIM.replace("CASE-0001", "CASE-0002")), {}),
        ((CLAIM.replace("HC:J3420", "HC:J3420:JW"), LATER), {}),
        ((CLAIM, LATER.replace("HC:J3420", "HC:J3420:JW")), {}),
        # The last one counts.
        (
            (CLAIM, LATER, LATER.replace("20260610", "20260701")),
            {2: [BEFORE], 3: [("J3420", 1.0, date(2026, 6, 10), 2)]},
        ),
        # Another payer of the same patient is no other patient.
        ((CLAIM, SUBSCRIBER.replace("LHP01", "LHP02"), PATIENT, LATER), {2: [BEFORE]}),
        # Days that are none.
        ((CLAIM.replace("20260511", "20260532"), LATER), {}),
    ],
)  # fmt: skip
def test_what_precedes_a_service(
    read: Read, parts: tuple[str, ...], expected: dict[int, list[object]]
) -> None:
    """A service of the same patient and billing provider, on an earlier day, in another claim."""
    assert earlier(read, *ABOVE, *parts) == expected


@pytest.mark.parametrize("read", [read_pieces, read_blocks])
@pytest.mark.parametrize(("change", "is_found"), [("", True), ("1200000010", False), ("of the line", False)])
def test_visits_are_of_one_rendering_provider(read: Read, change: str, *, is_found: bool) -> None:
    """A visit with another provider of the group, of the claim or of the line, is not compared."""
    first, second = CLAIM.replace("HC:99213", "HC:99203"), LATER.replace("HC:99213", "HC:99204")
    if change == "of the line":
        day = second.index("DTP*472")
        at = second.index("\n", day) + 1
        second = second[:at] + "NM1*82*1*ROWE*TAMSIN****XX*1200000028~\n" + second[at:]
    elif change:
        second = second.replace(
            "NM1*82*1*WREN*ODALYS****XX*1200000010", "NM1*82*1*ROWE*TAMSIN****XX*1200000028"
        )
    visits = [found for found in earlier(read, *ABOVE, first, second).get(2, []) if found[0] == "99203"]
    assert bool(visits) is is_found


def operations_before(read: Read, *claims: str) -> dict[int, list[tuple[str, int]]]:
    """Operations that precede what is in each claim, with the claims that they are on."""
    found = earlier(read, *ABOVE, *(claim.replace("HC:J3420", "HC:J3490") for claim in claims))
    return {number: [(service[0], service[3]) for service in services] for number, services in found.items()}


OPERATED = CLAIM.replace("HC:96372", "HC:17110")
SEEN = LATER.replace("HC:99213", "HC:99212")


@pytest.mark.parametrize("read", [read_pieces, read_blocks])
@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ((OPERATED, SEEN), {2: [("17110", 1)]}),
        ((OPERATED, LATER.replace("HC:96372", "HC:17110")), {2: [("17110", 1)]}),
        # All operations of the last 90 days, not the last one only.
        (
            (OPERATED, OPERATED.replace("20260511", "20260520"), SEEN),
            {2: [("17110", 1)], 3: [("17110", 2), ("17110", 1)]},
        ),
        ((OPERATED, SEEN.replace("20260610", "20260809")), {2: [("17110", 1)]}),
        ((OPERATED, SEEN.replace("20260610", "20260810")), {}),
        # Visits are kept only of patients who were operated on before, in the order of the file.
        ((SEEN, OPERATED), {}),
        ((OPERATED.replace("HC:17110", "HC:17110:80"), SEEN), {}),
        ((OPERATED, SEEN.replace("*1200000010", "*1200000028")), {}),
        # A visit and the operation of its own claim.
        ((OPERATED.replace("HC:99213", "HC:99212"), LATER), {}),
    ],
)  # fmt: skip
def test_what_follows_an_operation(
    read: Read, claims: tuple[str, ...], expected: dict[int, list[tuple[str, int]]]
) -> None:
    """Operations of the same patient and rendering provider in other claims of up to 90 days before."""
    assert operations_before(read, *claims) == expected


def test_pairs_by_definition() -> None:
    """Of each service, the one before it is what a search over all of them finds."""
    services = [
        _Service(1, claim, day, family, 0, 1.0)
        for claim, day, family in [
            (1, 10, 0), (2, 10, 0), (2, 12, 0), (3, 12, 0), (3, 12, 1), (4, 15, 1), (4, 16, 1), (5, 16, 0),
            (5, 20, 1),
        ]
    ]  # fmt: skip
    found = dict(_in_pairs(list(services)))
    for service in services:
        others = [each for each in services if each.family == service.family and each.claim != service.claim]
        last = max((each.day for each in others if each.day < service.day), default=None)
        assert (found[service].day if service in found else None) == last


def test_nothing_is_kept_of_other_services() -> None:
    """Memory is taken by what is compared only."""
    services = EarlierServices(family_of)
    services.begin(b"NM1*IL", 1)
    for line in (
        b"SV1*HC:99213*1*UN*1",
        b"DTP*472*D8*20260511",
        b"SV1*HC:J3420*1*UN*1",
        b"DTP*472*D8*20260511",
    ):
        services.take(line.split(b"*"), b":")
    assert services.found() == {}
    assert [len(column) for column in services._columns] == [1] * 6
