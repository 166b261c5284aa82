"""Where a 999 says that a fault is, there it is, as read by the reader of the tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings

from tests.support.check837 import Part, parts_of
from tests.support.mutations import mutated_files
from tests.support.running import run, shipped

ROOT = Path(__file__).resolve().parents[2]
PATIENT = ROOT / "fixtures" / "837" / "clean" / "injection-patient.837"
_MISSING = "3"
"""IK304 of a segment that is not there: its place is after the one that it should follow."""


def sets_of(raw: bytes) -> list[list[Part]]:
    """Return the segments of each transaction set, from ST to SE or the next envelope segment."""
    sets: list[list[Part]] = []
    is_open = False
    for part in parts_of(raw):
        if part.id == "ST":
            sets.append([])
            is_open = True
        elif part.id in ("ISA", "GS", "GE", "IEA"):
            is_open = False
        if is_open:
            sets[-1].append(part)
        is_open = is_open and part.id != "SE"
    return sets


def answers_of(ack: bytes) -> Iterator[list[Part]]:
    """Yield the segments of the 999 about each transaction set, from AK2 to IK5."""
    answer: list[Part] = []
    for part in parts_of(ack):
        if part.id == "AK2":
            answer = []
        answer.append(part)
        if part.id == "IK5":
            yield answer


def check_positions(raw: bytes, ack: bytes) -> int:
    """Compare each IK3, CTX and IK4 with what is there; return how many IK3 there are."""
    sets, component = iter(sets_of(raw)), raw[104:105].decode("latin-1")
    inner_mark = ack[104:105].decode("latin-1")
    checked = 0
    for head, *rest in answers_of(ack):
        found = next(one for one in sets if head[2] in (one[0][2], "0000"))
        place: Sequence[str] = ()
        for part in rest:
            if part.id == "IK3":
                checked += 1
                place = _placed(found, part)
            elif part.id == "CTX":
                ik3 = next(one for one in reversed(rest[: rest.index(part)]) if one.id == "IK3")
                before = int(ik3[2]) - (ik3[4] == _MISSING)
                claims = [one[1] for one in found[:before] if one.id == "CLM"]
                assert part[1] == f"CLM01{inner_mark}{claims[-1]}"
            elif part.id == "IK4" and part[4] and place:
                element, _, inner = part[1].partition(inner_mark)
                value = place[int(element)]
                assert part[4] == (value.split(component)[int(inner) - 1] if inner else value)
    return checked


def _placed(found: list[Part], ik3: Part) -> Sequence[str]:
    """Return the segment that an IK3 is about, which has its ID; nothing if it says that one is missing."""
    position = int(ik3[2])
    if ik3[4] == _MISSING:
        assert 2 <= position <= len(found) + 1
        return ()
    assert found[position - 1].id == ik3[1]
    return found[position - 1].elements


@given(mutated_files())
@settings(max_examples=150, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_positions_in_broken_files(raw: bytes) -> None:
    """In a broken file each fault of the 999 is at its place, and SE01 is compared with what is there."""
    headers = [part for part in parts_of(raw) if part.id == "ISA"]
    assume(raw.count(b"ISA") == len(headers))
    assume(all((part.end - part.start, len(part.elements)) == (106, 17) for part in headers))
    result = run(raw, shipped())
    ack = result.acks.get("input.999", b"")
    check_positions(raw, ack)
    miscounted = {
        finding.where.byte: finding.message for finding in result.file.findings if finding.edit == "STR-01"
    }
    for one in sets_of(raw):
        if one[-1].id == "SE" and one[-1][1] == str(len(one)):
            assert "the number of segments" not in miscounted.get(one[-1].start, "")


@pytest.mark.parametrize("blank", [b"~", b"~\n~", b"\n~", b" ~\r\n"])
@pytest.mark.parametrize("before", [b"BHT", b"HL*2", b"SBR", b"NM1*QC", b"CLM", b"LX*2", b"SE"])
def test_empty_segments_do_not_count(blank: bytes, before: bytes) -> None:
    """An empty segment is none: neither SE01 nor any position counts it."""
    raw = PATIENT.read_bytes().replace(b"*F~", b"*X~").replace(b"*UN*", b"*XX*")
    plain = run(raw, shipped())
    raw = raw.replace(before, blank + before, 1)
    result = run(raw, shipped())
    assert check_positions(raw, result.acks["input.999"]) >= 2
    assert result.acks["input.999"] == plain.acks["input.999"]
    assert result.file.findings == ()
