"""From the segments of a claim and of the levels above it to the `Claim`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from scrubber.claim.field import Field
from scrubber.claim.level import Level
from scrubber.claim.model import (
    Adjudication,
    Adjustment,
    Amount,
    Claim,
    Diagnosis,
    DrugIdentification,
    Note,
    OtherPayer,
    Party,
    Period,
    Reference,
    ServiceLine,
    Subscriber,
)
from scrubber.guide.loops import Loop, parse_loops
from scrubber.x12 import Segment
from scrubber.x12.dates import parse_date

# HI segments that hold no diagnoses: anaesthesia procedures (BP, BO) and condition codes (BG).
_OTHER_HI = frozenset({"BP", "BO", "BG"})

# The guide allows four pointers; more than a claim can have diagnoses are not looked at.
_MOST_POINTERS = 12

_EMPTY = Loop("")


def build_claim(levels: Mapping[str, Level], segments: Sequence[Segment]) -> Claim:
    """Build the claim whose segments (CLM first) are given.

    ``levels`` are those above it by name: ``HEADER``, ``2000A``, ``2000B``, ``2000C``; one that the input
    lacks may be missing. Never raises on malformed values.
    """
    loops = {name: level.loop for name, level in levels.items()}
    header, billing = loops.get("HEADER", _EMPTY), loops.get("2000A", _EMPTY)
    subscriber_level, patient_level = loops.get("2000B", _EMPTY), loops.get("2000C")
    loop = parse_loops("2300", segments)
    clm = segments[0]
    subscriber = _subscriber(subscriber_level) if subscriber_level.segments else None
    patient = _party_in(patient_level, "2010CA") if patient_level else None
    pat = patient_level.first("PAT") if patient_level else None
    own_relationship = subscriber.relationship if subscriber else Field()
    payer_loops = subscriber_level.inside("2010BB")
    return Claim(
        segment=clm,
        transaction=Field.of(header.first("ST"), 2),
        batch=Field.of(header.first("BHT"), 3),
        submitter=_party_in(header, "1000A"),
        receiver=_party_in(header, "1000B"),
        billing_provider=_party_in(billing, "2010AA", billing.first("PRV")),
        pay_to_address=_party_in(billing, "2010AB"),
        pay_to_plan=_party_in(billing, "2010AC"),
        subscriber=subscriber,
        payer=_party_in(subscriber_level, "2010BB"),
        patient=patient if patient_level else (subscriber.party if subscriber else None),
        in_patient_loop=patient_level is not None,
        relationship=Field.of(pat, 1, 0, "2000C") if pat else own_relationship,
        control_number=Field.of(clm, 1, 0, "2300"),
        total_charge=Field.of(clm, 2, 0, "2300"),
        place=Field.of(clm, 5, 1, "2300"),
        place_qualifier=Field.of(clm, 5, 2, "2300"),
        frequency=Field.of(clm, 5, 3, "2300"),
        related_causes=tuple(cause for i in (1, 2, 3) if (cause := Field.of(clm, 11, i, "2300"))),
        diagnoses=_diagnoses(loop),
        dates=_periods(loop),
        amounts=_amounts(loop),
        references=_references(loop),
        notes=_notes(loop),
        providers=_parties(loop, "2310"),
        other_payers=tuple(_other_payer(other) for other in loop.inside("2320")),
        lines=tuple(_line(line, i) for i, line in enumerate(loop.inside("2400"), start=1)),
        payer_references=_references(payer_loops[0]) if payer_loops else (),
    )


def _subscriber(level: Loop, party_loop: str = "2010BA") -> Subscriber:
    sbr = level.first("SBR")
    return Subscriber(
        party=_party_in(level, party_loop) or _party(Loop(party_loop), None),
        responsibility=Field.of(sbr, 1, 0, level.id),
        relationship=Field.of(sbr, 2, 0, level.id),
        group_number=Field.of(sbr, 3, 0, level.id),
        insurance_type=Field.of(sbr, 5, 0, level.id),
        filing_code=Field.of(sbr, 9, 0, level.id),
    )


def _other_payer(loop: Loop) -> OtherPayer:
    payers = loop.inside("2330B")
    return OtherPayer(
        subscriber=_subscriber(loop, "2330A"),
        payer=_party(payers[0], None) if payers else _party(Loop("2330B"), None),
        adjustments=_adjustments(loop),
        amounts=_amounts(loop),
        references=_references(payers[0]) if payers else (),
        providers=tuple(_party(inner, None) for inner in loop.loops if inner.id not in ("2330A", "2330B")),
    )


def _line(loop: Loop, index: int) -> ServiceLine:
    sv1 = loop.first("SV1")
    count = min(sv1.components(7), _MOST_POINTERS) if sv1 else 0
    dates = _periods(loop)
    return ServiceLine(
        index=index,
        segment=sv1 or next(iter(loop.segments.values()))[0],
        number=Field.of(loop.first("LX"), 1, 0, "2400"),
        qualifier=Field.of(sv1, 1, 1, "2400"),
        procedure=Field.of(sv1, 1, 2, "2400"),
        modifiers=tuple(mod for i in (3, 4, 5, 6) if (mod := Field.of(sv1, 1, i, "2400"))),
        description=Field.of(sv1, 1, 7, "2400"),
        charge=Field.of(sv1, 2, 0, "2400"),
        unit_code=Field.of(sv1, 3, 0, "2400"),
        units=Field.of(sv1, 4, 0, "2400"),
        place=Field.of(sv1, 5, 0, "2400"),
        pointers=tuple(Field.of(sv1, 7, i, "2400") for i in range(1, count + 1)),
        service=next((period for period in dates if period.qualifier == "472"), None),
        dates=dates,
        amounts=_amounts(loop),
        references=_references(loop),
        notes=_notes(loop),
        drugs=tuple(_drug(drug) for drug in loop.inside("2410")),
        providers=_parties(loop, "2420"),
        adjudications=tuple(_adjudication(inner) for inner in loop.inside("2430")),
    )


def _drug(loop: Loop) -> DrugIdentification:
    lin, ctp = loop.every("LIN")[0], loop.first("CTP")
    return DrugIdentification(
        segment=lin,
        qualifier=Field.of(lin, 2, 0, loop.id),
        ndc=Field.of(lin, 3, 0, loop.id),
        quantity=Field.of(ctp, 4, 0, loop.id),
        unit=Field.of(ctp, 5, 1, loop.id),
        references=_references(loop),
    )


def _adjudication(loop: Loop) -> Adjudication:
    svd = loop.first("SVD")
    return Adjudication(
        payer_id=Field.of(svd, 1, 0, loop.id),
        paid=Field.of(svd, 2, 0, loop.id),
        procedure=Field.of(svd, 3, 2, loop.id),
        units=Field.of(svd, 5, 0, loop.id),
        adjustments=_adjustments(loop),
        date=next((period for period in _periods(loop) if period.qualifier == "573"), None),
    )


def _diagnoses(loop: Loop) -> tuple[Diagnosis, ...]:
    """The diagnoses of all HI segments. An empty composite keeps its position: pointers count it."""
    found: list[Diagnosis] = []
    position = 0
    for hi in loop.every("HI"):
        if hi.component(1, 1) in _OTHER_HI:
            continue
        for element in range(1, len(hi.elements)):
            position += 1
            code = Field.of(hi, element, 2, loop.id)
            if code:
                found.append(Diagnosis(position, Field.of(hi, element, 1, loop.id), code))
    return tuple(found)


def _periods(loop: Loop) -> tuple[Period, ...]:
    return tuple(_period(dtp, loop.id) for dtp in loop.every("DTP"))


def _period(dtp: Segment, loop: str) -> Period:
    form, value = Field.of(dtp, 2, 0, loop), Field.of(dtp, 3, 0, loop)
    start, end = _days(form, value)
    return Period(Field.of(dtp, 1, 0, loop), form, value, start, end)


def _days(form: str, value: str) -> tuple[date | None, date | None]:
    if form == "RD8":
        first, dash, last = value.partition("-")
        start, end = parse_date(first), parse_date(last)
        return (start, end) if dash and start and end and start <= end else (None, None)
    day = parse_date(value) if form == "D8" else None
    return day, day


def _references(loop: Loop) -> tuple[Reference, ...]:
    return tuple(
        Reference(Field.of(ref, 1, 0, loop.id), Field.of(ref, 2, 0, loop.id)) for ref in loop.every("REF")
    )


def _notes(loop: Loop) -> tuple[Note, ...]:
    return tuple(
        Note(Field.of(nte, 1, 0, loop.id), Field.of(nte, 2, 0, loop.id)) for nte in loop.every("NTE")
    )


def _amounts(loop: Loop) -> tuple[Amount, ...]:
    return tuple(
        Amount(Field.of(amt, 1, 0, loop.id), Field.of(amt, 2, 0, loop.id)) for amt in loop.every("AMT")
    )


def _adjustments(loop: Loop) -> tuple[Adjustment, ...]:
    """CAS02–CAS19 hold up to six triples of reason, amount and quantity."""
    return tuple(
        Adjustment(
            Field.of(cas, 1, 0, loop.id),
            Field.of(cas, at, 0, loop.id),
            Field.of(cas, at + 1, 0, loop.id),
            Field.of(cas, at + 2, 0, loop.id),
        )
        for cas in loop.every("CAS")
        for at in range(2, len(cas.elements), 3)
    )


def _parties(loop: Loop, prefix: str) -> tuple[Party, ...]:
    return tuple(_party(inner, None) for inner in loop.loops if inner.id.startswith(prefix))


@lru_cache(maxsize=64)  # the levels above a claim are shared by the claims that follow each other
def _party_in(level: Loop, loop_id: str, prv: Segment | None = None) -> Party | None:
    return next((_party(inner, prv) for inner in level.inside(loop_id)), None)


def _party(loop: Loop, prv: Segment | None) -> Party:
    """The party of a loop; ``prv`` is the level's PRV where the loop has none of its own."""
    nm1, n3, n4 = loop.first("NM1"), loop.first("N3"), loop.first("N4")
    dmg = loop.first("DMG")
    return Party(
        loop=loop.id,
        entity=Field.of(nm1, 1, 0, loop.id),
        kind=Field.of(nm1, 2, 0, loop.id),
        name=Field.of(nm1, 3, 0, loop.id),
        first_name=Field.of(nm1, 4, 0, loop.id),
        middle_name=Field.of(nm1, 5, 0, loop.id),
        qualifier=Field.of(nm1, 8, 0, loop.id),
        id=Field.of(nm1, 9, 0, loop.id),
        taxonomy=Field.of(loop.first("PRV") or prv, 3, 0, loop.id),
        street=Field.of(n3, 1, 0, loop.id),
        city=Field.of(n4, 1, 0, loop.id),
        state=Field.of(n4, 2, 0, loop.id),
        postal_code=Field.of(n4, 3, 0, loop.id),
        birth_date=Field.of(dmg, 2, 0, loop.id),
        sex=Field.of(dmg, 3, 0, loop.id),
        references=_references(loop),
    )
