"""The 277CA of accepted claims is written from their facts alone, by the rules of every other segment."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from scrubber.acks import ack277
from scrubber.acks.ack277 import Writer277
from scrubber.acks.interchange import ACK_277, AckInterchange, Addressee, SegmentBuffer
from scrubber.acks.writer import Acknowledger, Streams
from scrubber.claim.field import Field
from scrubber.engine.facts import ClaimFacts, HeaderFacts, LevelFacts, PartyFacts
from scrubber.engine.steps import ClaimDone, FileDone
from scrubber.pipeline.scrub import scrub_source
from scrubber.x12 import Delimiters, Segment
from scrubber.x12.source import source_of_bytes
from tests.support.running import shipped

CLEAN = Path(__file__).parents[2] / "fixtures" / "837" / "clean"
STARS, ODD = Delimiters(b"*", b":", b"^", b"~"), Delimiters(b"|", b">", b"!", b"\n")
_ISA = (
    b"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
    b"*260630*1200*^*00501*000000001*0*P*:"
)
_GS = Segment(b"GS*HC*SENDER*RECEIVER*20260630*1200*1*X*005010X222A1", 2, 0, STARS)

texts = st.one_of(
    st.text(st.characters(min_codepoint=9, max_codepoint=260), max_size=60),
    st.sampled_from(
        ["", " ", "LEE", " LEE ", "O'LEE", "A*B", "A~B", "A|B", "É", "X" * 50, "X" * 51, "X" * 81]
    ),
)
parties = st.builds(
    PartyFacts,
    kind=st.sampled_from(["1", "2", "", "3"]),
    name=texts,
    first_name=texts,
    middle_name=texts,
    qualifier=st.sampled_from(["XX", "MI", ""]),
    id=texts,
    tax_id=texts,
)
levels = st.builds(
    LevelFacts,
    header=st.builds(HeaderFacts, batch=texts, submitter=st.none() | parties, receiver=st.none() | parties),
    billing_provider=st.none() | parties,
    payer_id=texts,
    payer_name=texts,
    patient=st.none() | parties,
    member_id=texts,
)
charges = st.one_of(
    st.sampled_from(
        ["", "x", "0", "-0", "007.50", "12.5", "12.500", "12.345", "-3", "9999999999.99", "1" * 30]
    ),
    st.decimals(-100, 10**11, allow_nan=False, allow_infinity=False, places=2).map(
        lambda value: f"{value:f}"
    ),
)
dates = st.none() | st.tuples(st.dates(), st.dates()).map(sorted)


def _facts(
    levels: LevelFacts, number: str, charge: str, days: list[date] | None, reference: str
) -> ClaimFacts:
    first, last = days or (None, None)
    return ClaimFacts(levels, number, charge, Field(charge).decimal, 1, first, last, reference, ())


facts = st.builds(_facts, levels, texts, charges, dates, texts)


@dataclass
class _Result:
    """A result of which no claim, finding or segment is read."""

    facts: ClaimFacts
    findings: tuple[()] = ()
    failures: tuple[()] = ()
    holds: bool = False
    is_changed: bool = False
    original: tuple[()] = field(default=())


def _addressee(marks: Delimiters) -> Addressee:
    return Addressee(Segment(_ISA, 1, 0, STARS), marks, 1, datetime(2026, 6, 30, 12, 0))  # noqa: DTZ001


def _usable(interchange: AckInterchange, value: str, longest: int, shortest: int = 1) -> bool:
    """The rule in other words: characters of X12, none a delimiter, no space at the end."""
    marks = b"".join((interchange.marks.element, interchange.marks.component, interchange.marks.repetition))
    allowed = ack277_characters() - set((marks + interchange.marks.terminator).decode())
    return shortest <= len(value) <= longest and set(value) <= allowed and not value.endswith(" ")


def ack277_characters() -> set[str]:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return set(letters + letters.lower() + "0123456789 !\"&'()*+,-./:;?=%~@[]_{}\\|<>#$^`")


@given(texts, st.integers(1, 80), st.integers(1, 3), st.sampled_from([STARS, ODD]))
def test_what_can_be_written(value: str, longest: int, shortest: int, marks: Delimiters) -> None:
    interchange = AckInterchange(BytesIO(), _addressee(marks), ACK_277)
    assert interchange.usable(value, longest, shortest) == _usable(interchange, value, longest, shortest)


@given(st.lists(facts, min_size=1, max_size=4), st.sampled_from([STARS, ODD]))
def test_segments_of_accepted_claims(claims: list[ClaimFacts], marks: Delimiters) -> None:
    """Each is what the general way to write a segment gives, and the count is right."""
    out = BytesIO()
    writer = Writer277(_addressee(marks), out)
    for at, claim in enumerate(claims):
        writer.claim(cast("Any", _Result(claim)), "provider", at // 2, held=False)
    writer.end(_GS)
    writer.close()
    interchange = AckInterchange(BytesIO(), _addressee(marks), ACK_277)
    expected = b"".join(_expected(interchange, claims))
    found = out.getvalue()
    assert expected in found
    names = [segment.split(marks.element) for segment in found.split(marks.terminator)]
    begin, end = (next(at for at, name in enumerate(names) if name[0] == wanted) for wanted in (b"ST", b"SE"))
    assert names[end][1] == b"%d" % (end - begin + 1)


def _expected(interchange: AckInterchange, claims: list[ClaimFacts]) -> list[bytes]:
    write, found, level = interchange.segment, [], 3

    def usable(value: str, longest: int, shortest: int = 1, otherwise: str = "UNKNOWN") -> str:
        value = value.strip()
        return value if _usable(interchange, value, longest, shortest) else otherwise

    for at, claim in enumerate(claims):
        person = claim.levels.patient
        if at % 2 == 0:
            level += 1
            found.append(write("HL", str(level), "3", "PT"))
            names = ("UNKNOWN", "", "")
            if person:
                first = person.first_name if _usable(interchange, person.first_name, 35) else ""
                middle = person.middle_name if _usable(interchange, person.middle_name, 25) else ""
                names = (usable(person.name, 60), first, middle)
            member = usable(claim.levels.member_id, 80, 2)
            found.append(write("NM1", "QC", "1", *names, "", "", "MI", member))
        found.append(write("TRN", "2", usable(claim.control_number, 50, otherwise="0")))
        amount = claim.charge or Decimal(0)
        if abs(amount) >= 10**10 or amount != round(amount, 2):
            amount = Decimal(0)
        text = f"{amount:.2f}".rstrip("0").rstrip(".")
        status = interchange.composite("A2", "20")
        found.append(write("STC", status, "20260630", "WQ", "0" if text == "-0" else text))
        if claim.reference and _usable(interchange, claim.reference, 50):
            found.append(write("REF", "D9", claim.reference))
        period = ("D8", "20260630")
        if claim.first_service and claim.last_service:
            first_day, last_day = (
                day.isoformat().replace("-", "") for day in (claim.first_service, claim.last_service)
            )
            period = ("D8", first_day) if first_day == last_day else ("RD8", f"{first_day}-{last_day}")
        found.append(write("DTP", "472", *period))
    return found


def test_accepted_claims_are_acknowledged_without_their_model() -> None:
    raw = b"".join(path.read_bytes() for path in sorted(CLEAN.glob("*.837")))
    steps = list(scrub_source(source_of_bytes(raw), shipped("safe")))
    first = _acknowledge(steps)
    accepted = [step for step in steps if isinstance(step, ClaimDone) and not step.result.holds]
    assert accepted
    without = [
        structs.replace(
            step, result=replace(step.result, model=cast("Any", None), known_facts=step.result.facts)
        )
        if isinstance(step, ClaimDone) and not step.result.holds
        else step
        for step in steps
    ]
    assert _acknowledge(without) == first


def _acknowledge(steps: list[Any]) -> list[bytes]:
    streams = Streams(BytesIO(), BytesIO(), BytesIO())
    sink = Acknowledger(streams, datetime(2026, 6, 30))  # noqa: DTZ001
    for step in steps:
        if not isinstance(step, FileDone):
            step.to(sink)
    return [cast("BytesIO", stream).getvalue() for stream in streams]


@pytest.mark.parametrize("gathered", [1, 1 << 16])
def test_segments_wait_in_order(gathered: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SegmentBuffer, "_GATHERED", gathered)
    one, other, out = SegmentBuffer(), SegmentBuffer(), BytesIO()
    one.add(b"A~")
    other.add(b"B~C~", 2)
    one.take(other)
    one.add(b"D~")
    assert (one.segments, other.segments) == (4, 0)
    one.pour(out)
    assert out.getvalue() == b"A~B~C~D~"
    one.add(b"E~")
    one.clear()
    one.pour(out)
    assert out.getvalue() == b"A~B~C~D~"
    one.close()
    other.close()


def test_a_long_amount_is_not_remembered() -> None:
    before = ack277._amount_once.cache_info().currsize
    charge = "1." + "0" * 100
    base = _facts(LevelFacts(HeaderFacts(), None, "", "", None, ""), "1", charge, None, "")
    assert ack277._amount(base) == (Decimal(charge), "1")
    assert ack277._amount_once.cache_info().currsize == before
