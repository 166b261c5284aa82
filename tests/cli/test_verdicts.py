"""The verdict of a file says what happens with it, and why it cannot be read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import scrubber

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "837"
RAW = (FIXTURES / "clean" / "injection-patient.837").read_bytes()
BEFORE_CLAIM = RAW[: RAW.index(b"CLM*")]
HEADER = RAW[: RAW.index(b"ST*")]
EMPTY_SET = HEADER + b"ST*837*0001*005010X222A1~SE*2*0001~GE*1*1~IEA*1*000000002~"
EMPTY_GROUP = HEADER + b"GE*0*1~IEA*1*000000002~"
OTHER = RAW.replace(b"ST*837", b"ST*835").replace(b"GS*HC", b"GS*HP")


@pytest.mark.parametrize(
    ("raw", "verdict", "why"),
    [
        (RAW, "clean", None),
        (RAW.replace(b"*46.4*", b"*46.5*"), "held", None),
        (b"", "unreadable", "not_x12"),
        (b"claim,patient\n1,2\n", "unreadable", "not_x12"),
        (b"PK\x03\x04" + bytes(200), "unreadable", "not_x12"),
        (OTHER, "unreadable", "not_837p"),
        (OTHER[: OTHER.index(b"SE*")], "unreadable", "not_837p"),
        (EMPTY_SET, "unreadable", "no_claim"),
        (EMPTY_GROUP, "unreadable", "no_claim"),
        (EMPTY_GROUP.replace(b"GS*HC", b"GS*HP"), "unreadable", "not_837p"),
        (BEFORE_CLAIM, "unreadable", "damaged"),
        (HEADER, "unreadable", "damaged"),
        (HEADER + b"HL*1**20*1~", "unreadable", "damaged"),
    ],
)
def test_why_a_file_cannot_be_read(raw: bytes, verdict: str, why: str | None) -> None:
    """Not X12, not an 837P, without a claim, and damaged are told apart."""
    (file,) = scrubber.scrub(raw, as_of=date(2026, 6, 30)).files
    assert (file.verdict, file.unreadable) == (verdict, why)
