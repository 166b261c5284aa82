"""The claim model, its places in the input, and the pairing of administrations, drugs and diagnoses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

import scrubber
from scrubber.claim import Claim, Field, Party, ServiceLine, pair
from scrubber.claim.lazy import LazyPart, lazy
from scrubber.claim.pairing import is_supplied_elsewhere, same_day, same_provider, shares_diagnosis
from scrubber.claim.procedures import CodeSet, ProcedureSets
from scrubber.engine.loading.discovery import load_rulebook
from scrubber.x12.dates import parse_date
from tests.support.mutations import mutated_files
from tests.support.strategies import ClaimInfo, files

ISA = (
    "ISA*00*          *00*          *ZZ*MILLBROOK      *ZZ*CLEARWAY       "
    "*260601*0900*^*00501*000000001*0*T*:~\n"
)
OPENING = """\
GS*HC*MILLBROOK*CLEARWAY*20260601*0900*1*X*005010X222A1~
ST*837*0007*005010X222A1~
BHT*0019*00*B1-0007*20260601*0900*CH~
NM1*41*2*MILLBROOK BILLING OFFICE*****46*MILLBROOK~
PER*IC*TAMSIN ROWE*TE*6145550142~
NM1*40*2*CLEARWAY EXCHANGE*****46*CLEARWAY~
HL*1**20*1~
PRV*BI*PXC*207Q00000X~
NM1*85*2*MILLBROOK FAMILY MEDICINE*****XX*1300000019~
N3*210 QUARRY RD~
N4*COLUMBUS*OH*432150100~
REF*EI*311234567~
NM1*87*2~
N3*PO BOX 9~
N4*DAYTON*OH*454010009~
NM1*PE*2*RIVER PLAN*****PI*RVP09~
N3*1 RIVER ST~
N4*AKRON*OH*443080001~
REF*2U*RV2~
"""
SUBSCRIBER = """\
HL*2*1*22*{children}~
SBR*P*{relationship}*G77**12****CI~
NM1*IL*1*VESPER*FLINT*A***MI*LHP000000012~
N3*33 BIRCH ST~
N4*BOISE*ID*83702~
DMG*D8*19700808*M~
REF*SY*000000000~
NM1*PR*2*LAUREL HEALTH PLAN*****PI*LHP01~
N3*5 PLAN AVE~
N4*BOISE*ID*83703~
REF*FY*OFFICE9~
REF*G2*BILLER8~
"""
PATIENT = """\
HL*3*2*23*0~
PAT*19~
NM1*QC*1*VESPER*JUNIPER*B~
N3*33 BIRCH ST~
N4*BOISE*ID*83702~
DMG*D8*20120317*F~
REF*Y4*CASE5~
"""
CLAIM = """\
CLM*FULL-01*300.5***11:B:7*Y*A*Y*Y**AA:EM::OH~
DTP*431*D8*20260501~
DTP*454*D8*20260502~
PWK*OZ*BM***AC*DMN0012~
CN1*09*12~
AMT*F5*20~
REF*F8*ORIGINAL1~
REF*G1*AUTH22~
REF*D9*TRACE3~
K3*STATE DATA~
NTE*ADD*THE CLAIM NOTE~
CR1*LB*140**A*DH*12~
CRC*ZZ*Y*AV~
HI*ABK:E538*ABF:D519**ABF:I10~
HI*BP:00400~
HI*ABF:M5450~
HCP*03*100*10~
NM1*DN*1*REFER*ROSE****XX*1200000101~
REF*G2*REFG2~
NM1*82*1*WREN*ODALYS****XX*1200000010~
PRV*PE*PXC*207Q00000X~
REF*0B*LIC1~
NM1*77*2*SITE CLINIC*****XX*1300000050~
N3*9 SITE RD~
N4*COLUMBUS*OH*432150200~
REF*LU*SITE4~
NM1*DQ*1*SUPER*SAM****XX*1200000119~
NM1*PW*2~
N3*1 PICK UP~
N4*COLUMBUS*OH*43215~
NM1*45*2*DROP PLACE~
N3*2 DROP OFF~
N4*COLUMBUS*OH*43215~
SBR*S*18*G88*OTHER PLAN*14****MB~
CAS*CO*45*10*1*253*2.5~
CAS*PR*1*5~
AMT*D*40~
AMT*EAF*7~
OI***Y***Y~
MOA***MA01~
NM1*IL*1*VESPER*FLINT****MI*1EG4TE5MK73~
N3*33 BIRCH ST~
N4*BOISE*ID*83702~
REF*SY*000000001~
NM1*PR*2*MEDICARE PART B*****PI*MCB01~
N3*7 OTHER AVE~
N4*BOISE*ID*83704~
DTP*573*D8*20260520~
REF*F8*OTHERCLAIM~
NM1*DN*1~
REF*G2*OTHERREF~
NM1*82*1~
REF*G2*OTHERREND~
NM1*85*2~
REF*G2*OTHERBILL~
LX*1~
SV1*HC:96372:59:XU:::INTRAMUSCULAR*100*UN*2*12**1:4:~
PWK*CT*AB~
DTP*472*RD8*20260511-20260513~
DTP*463*D8*20260401~
QTY*PT*2~
MEA*OG*R1*113~
CN1*01*9~
REF*6R*LINE1~
REF*G1*LINEAUTH~
AMT*T*3~
K3*LINE STATE~
NTE*ADD*THE LINE NOTE~
NM1*82*1*FINCH*BRAM****XX*1200000127~
PRV*PE*PXC*363L00000X~
NM1*QB*2*BOUGHT LAB*****XX*1300000068~
NM1*77*2*LINE SITE*****XX*1300000076~
N3*10 LINE RD~
N4*COLUMBUS*OH*432150300~
NM1*DQ*1*LINE*SUPER****XX*1200000135~
NM1*DK*1*ORDER*OLIVE****XX*1200000143~
N3*11 ORDER RD~
N4*COLUMBUS*OH*43215~
NM1*DN*1*LINEREF*ROY****XX*1200000150~
NM1*PW*2~
NM1*45*2~
SVD*MCB01*60*HC:96372**2~
CAS*CO*45*30~
DTP*573*D8*20260521~
AMT*EAF*1~
LX*2~
SV1*HC:J3420*200.5*UN*1***1~
DTP*472*D8*20260511~
LIN**N4*00143961901~
CTP****1.5*ML~
REF*XZ*RX55~
LIN**N4*00143961910~
CTP****2*UN~
REF*VY*LINK1~
SVD*MCB01*0*HC:J3420**1~
LX*3~
"""
CLOSING = "SE*1*0007~\nGE*1*1~\nIEA*1*000000001~\n"


def whole(claim: str = CLAIM, *, in_patient_loop: bool = False, opening: str = OPENING) -> bytes:
    """A file around this claim."""
    children, relationship = ("1", "") if in_patient_loop else ("0", "18")
    subscriber = SUBSCRIBER.format(children=children, relationship=relationship)
    return (ISA + opening + subscriber + (PATIENT if in_patient_loop else "") + claim + CLOSING).encode()


def the_claim(claim: str = CLAIM, *, in_patient_loop: bool = False) -> Claim:
    (found,) = scrubber.read(whole(claim, in_patient_loop=in_patient_loop))
    return found


def short(*segments: str) -> Claim:
    """A claim of these segments."""
    return the_claim("".join(f"{segment}~\n" for segment in segments))


@pytest.fixture(scope="module")
def full() -> Claim:
    """The claim in which every part of the model is filled."""
    return the_claim()


def party(who: Party | None) -> tuple[str, ...]:
    assert who
    return (who.loop, str(who.entity), str(who.name), str(who.id))


# ------------------------------------------------------------------------------- every part once


def test_what_stands_above_the_claim(full: Claim) -> None:
    """Transaction, batch, submitter, receiver, billing provider, pay-to and payer are the claim's."""
    assert (full.transaction, full.batch) == ("0007", "B1-0007")
    assert party(full.submitter) == ("1000A", "41", "MILLBROOK BILLING OFFICE", "MILLBROOK")
    assert party(full.receiver) == ("1000B", "40", "CLEARWAY EXCHANGE", "CLEARWAY")
    assert party(full.billing_provider) == ("2010AA", "85", "MILLBROOK FAMILY MEDICINE", "1300000019")
    assert party(full.pay_to_address) == ("2010AB", "87", "", "")
    assert party(full.pay_to_plan) == ("2010AC", "PE", "RIVER PLAN", "RVP09")
    assert party(full.payer) == ("2010BB", "PR", "LAUREL HEALTH PLAN", "LHP01")
    assert [(ref.qualifier, ref.value) for ref in full.payer_references] == [
        ("FY", "OFFICE9"),
        ("G2", "BILLER8"),
    ]


def test_every_field_of_a_party(full: Claim) -> None:
    """A party has names, id, address, taxonomy of its level, birth date, sex and references."""
    billing = full.billing_provider
    assert billing
    assert (billing.kind, billing.qualifier, billing.taxonomy) == ("2", "XX", "207Q00000X")
    assert (billing.street, billing.city, billing.state, billing.postal_code) == (
        "210 QUARRY RD", "COLUMBUS", "OH", "432150100",
    )  # fmt: skip
    assert (billing.street_more, billing.country) == ("", "")
    assert billing.reference("SY", "EI") == "311234567"
    assert billing.reference("0B") is None
    assert full.pay_to_address
    assert full.pay_to_address.street == "PO BOX 9"
    assert full.pay_to_plan
    assert [ref.value for ref in full.pay_to_plan.references] == ["RV2"]
    assert full.subscriber
    who = full.subscriber.party
    assert (who.name, who.first_name, who.middle_name, who.birth_date.date, who.sex) == (
        "VESPER", "FLINT", "A", date(1970, 8, 8), "M",
    )  # fmt: skip


def test_the_subscriber(full: Claim) -> None:
    """The subscriber has responsibility, relationship, group, insurance type and filing code."""
    subscriber = full.subscriber
    assert subscriber
    assert (
        subscriber.responsibility, subscriber.relationship, subscriber.group_number,
        subscriber.insurance_type, subscriber.filing_code,
    ) == ("P", "18", "G77", "12", "CI")  # fmt: skip
    assert subscriber.party.reference("SY") == "000000000"
    assert full.patient == subscriber.party
    assert (full.in_patient_loop, full.relationship) == (False, "18")


def test_the_patient_of_the_patient_loop() -> None:
    """In the patient loop the patient is the dependant, and the relationship is PAT01."""
    claim = the_claim(in_patient_loop=True)
    assert claim.patient
    assert party(claim.patient) == ("2010CA", "QC", "VESPER", "")
    assert (claim.patient.first_name, claim.patient.birth_date, claim.patient.sex) == (
        "JUNIPER",
        "20120317",
        "F",
    )
    assert claim.patient.reference("Y4") == "CASE5"
    assert (claim.in_patient_loop, claim.relationship) == (True, "19")


def test_the_claim_itself(full: Claim) -> None:
    """CLM, dates, amounts, references, notes and causes are those of loop 2300 alone."""
    assert (full.control_number, full.total_charge.decimal) == ("FULL-01", Decimal("300.5"))
    assert (full.place, full.place_qualifier, full.frequency) == ("11", "B", "7")
    assert full.related_causes == ("AA", "EM")
    assert [(period.qualifier, period.start) for period in full.dates] == [
        ("431", date(2026, 5, 1)), ("454", date(2026, 5, 2)),
    ]  # fmt: skip
    assert [(amount.qualifier, amount.amount) for amount in full.amounts] == [("F5", "20")]
    assert [ref.qualifier for ref in full.references] == ["F8", "G1", "D9"]
    assert [(note.code, note.text) for note in full.notes] == [("ADD", "THE CLAIM NOTE")]
    assert full.first_service == date(2026, 5, 11)
    assert full.segment.id == "CLM"


def test_the_claims_providers(full: Claim) -> None:
    """Loops 2310A to 2310F are the claim's providers, each with what follows it."""
    assert [party(who)[:3] for who in full.providers] == [
        ("2310A", "DN", "REFER"), ("2310B", "82", "WREN"), ("2310C", "77", "SITE CLINIC"),
        ("2310D", "DQ", "SUPER"), ("2310E", "PW", ""), ("2310F", "45", "DROP PLACE"),
    ]  # fmt: skip
    refer, rendering, site, _, pick_up, drop = full.providers
    assert (refer.reference("G2"), rendering.reference("0B"), site.reference("LU")) == (
        "REFG2",
        "LIC1",
        "SITE4",
    )
    assert (rendering.taxonomy, site.city, pick_up.street, drop.street) == (
        "207Q00000X", "COLUMBUS", "1 PICK UP", "2 DROP OFF",
    )  # fmt: skip


def test_diagnoses_keep_their_positions(full: Claim) -> None:
    """A gap in HI counts as a position, several HI are read on, and other HI segments are none."""
    assert [(dx.position, dx.qualifier, dx.code) for dx in full.diagnoses] == [
        (1, "ABK", "E538"), (2, "ABF", "D519"), (4, "ABF", "I10"), (5, "ABF", "M5450"),
    ]  # fmt: skip
    assert full.diagnosis("3") is None
    assert [full.diagnosis(text) for text in ("0", "6", "", "x", "\uff11", "001")] == [None] * 6
    four = full.diagnosis("4")
    assert four
    assert four.code == "I10"


def test_another_payer(full: Claim) -> None:
    """Loop 2320 has its own subscriber, payer, adjustments, amounts, references and providers."""
    (other,) = full.other_payers
    assert (other.subscriber.responsibility, other.subscriber.filing_code) == ("S", "MB")
    assert (other.subscriber.group_number, other.subscriber.insurance_type) == ("G88", "14")
    assert party(other.subscriber.party) == ("2330A", "IL", "VESPER", "1EG4TE5MK73")
    assert party(other.payer) == ("2330B", "PR", "MEDICARE PART B", "MCB01")
    assert [(a.group, a.reason, a.amount, a.quantity) for a in other.adjustments] == [
        ("CO", "45", "10", "1"), ("CO", "253", "2.5", ""), ("PR", "1", "5", ""),
    ]  # fmt: skip
    assert [(amount.qualifier, amount.amount) for amount in other.amounts] == [("D", "40"), ("EAF", "7")]
    assert [(who.loop, who.reference("G2")) for who in other.providers] == [
        ("2330C", "OTHERREF"), ("2330D", "OTHERREND"), ("2330G", "OTHERBILL"),
    ]  # fmt: skip


def test_f8_of_the_claim_and_of_another_payer_are_told_apart(full: Claim) -> None:
    """REF*F8 in loop 2300 is the claim's, that in loop 2330B the other payer's."""
    assert full.reference("F8") == "ORIGINAL1"
    assert [(ref.qualifier, ref.value) for ref in full.other_payers[0].references] == [("F8", "OTHERCLAIM")]
    without = the_claim(CLAIM.replace("REF*F8*ORIGINAL1~\n", ""))
    assert without.reference("F8") is None


def test_a_service_line(full: Claim) -> None:
    """A line has number, procedure, modifiers, text, charge, units, place and pointers."""
    line = full.lines[0]
    assert (line.index, line.number, line.qualifier, line.procedure, line.hcpcs) == (
        1,
        "1",
        "HC",
        "96372",
        "96372",
    )
    assert (line.modifiers, line.description) == (("59", "XU"), "INTRAMUSCULAR")
    assert (line.charge.decimal, line.unit_code, line.units.decimal) == (Decimal(100), "UN", Decimal(2))
    assert (line.place, full.place_of(line), full.place_of(full.lines[1])) == ("12", "12", "11")
    assert line.pointers == ("1", "4", "")
    assert (line.has_modifier("25", "XU"), line.has_modifier("25")) == (True, False)
    assert [dx.code for dx in full.diagnoses_of(line)] == ["E538", "I10"]
    assert line.segment.id == "SV1"


def test_what_belongs_to_a_line(full: Claim) -> None:
    """Dates, amounts, references, notes, providers and adjudications of a line are its own."""
    line = full.lines[0]
    assert line.service
    assert (line.service.start, line.service.end) == (date(2026, 5, 11), date(2026, 5, 13))
    assert [(period.qualifier, period.format) for period in line.dates] == [("472", "RD8"), ("463", "D8")]
    assert [(amount.qualifier, amount.amount) for amount in line.amounts] == [("T", "3")]
    assert [(ref.qualifier, ref.value) for ref in line.references] == [("6R", "LINE1"), ("G1", "LINEAUTH")]
    assert [(note.code, note.text) for note in line.notes] == [("ADD", "THE LINE NOTE")]
    assert [(who.loop, who.entity, who.name) for who in line.providers] == [
        ("2420A", "82", "FINCH"), ("2420B", "QB", "BOUGHT LAB"), ("2420C", "77", "LINE SITE"),
        ("2420D", "DQ", "LINE"), ("2420E", "DK", "ORDER"), ("2420F", "DN", "LINEREF"),
        ("2420G", "PW", ""), ("2420H", "45", ""),
    ]  # fmt: skip
    assert (line.providers[0].taxonomy, line.providers[4].street) == ("363L00000X", "11 ORDER RD")


def test_an_adjudication(full: Claim) -> None:
    """Loop 2430 says what another payer paid for a line, with adjustments and date."""
    (first,) = full.lines[0].adjudications
    assert (first.payer_id, first.paid, first.procedure, first.units) == ("MCB01", "60", "96372", "2")
    assert [(a.group, a.reason, a.amount) for a in first.adjustments] == [("CO", "45", "30")]
    assert first.date
    assert first.date.start == date(2026, 5, 21)
    (second,) = full.lines[1].adjudications
    assert (second.procedure, second.adjustments, second.date) == ("J3420", (), None)


def test_drugs_of_a_line(full: Claim) -> None:
    """Every loop 2410 is a drug of the line with qualifier, NDC, quantity, unit and references."""
    first, second = full.lines[1].drugs
    assert (first.qualifier, first.ndc, first.quantity.decimal, first.unit) == (
        "N4", "00143961901", Decimal("1.5"), "ML",
    )  # fmt: skip
    assert (second.ndc, second.quantity, second.unit) == ("00143961910", "2", "UN")
    assert [(ref.qualifier, ref.value) for ref in (*first.references, *second.references)] == [
        ("XZ", "RX55"), ("VY", "LINK1"),
    ]  # fmt: skip
    assert first.segment.id == "LIN"
    assert full.lines[0].drugs == ()


def test_a_line_without_a_service(full: Claim) -> None:
    """An LX without SV1 is a line all the same, with empty fields."""
    line = full.lines[2]
    assert (line.segment.id, line.number, line.procedure, line.charge, line.pointers) == (
        "LX",
        "3",
        "",
        "",
        (),
    )
    assert (line.service, line.drugs, line.hcpcs) == (None, (), "")


def test_who_rendered_a_line(full: Claim) -> None:
    """The line's provider counts before the claim's, the claim's before the billing provider."""
    assert party(full.rendering_of(full.lines[0]))[2] == "FINCH"
    assert party(full.rendering_of(full.lines[1]))[2] == "WREN"
    bare = short("CLM*A*1***11:B:1", "LX*1", "SV1*HC:99213*1*UN*1***1")
    assert party(bare.rendering_of(bare.lines[0]))[2] == "MILLBROOK FAMILY MEDICINE"


# ---------------------------------------------------------------------------------------- places


def _fields(value: Any) -> Iterator[Field]:
    """All fields in a value of the model."""
    if isinstance(value, Field):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _fields(item)
    elif isinstance(value, LazyPart):
        for name in _attributes(type(value)):
            yield from _fields(getattr(value, name))


def _attributes(part: type[LazyPart]) -> list[str]:
    """What a part of the model says of itself, by name."""
    return [name for name, value in vars(part).items() if isinstance(value, lazy) and name[0] != "_"]


def _at(raw: bytes, field: Field) -> str:
    """The text that stands in the input where a field says that it stands."""
    segment = field.segment
    assert segment
    body = raw[segment.offset : segment.offset + len(segment.body)]
    elements = body.split(segment.delimiters.element)
    element = elements[field.element] if field.element < len(elements) else b""
    if field.component:
        parts = element.split(segment.delimiters.component)
        element = parts[field.component - 1] if field.component <= len(parts) else b""
    try:
        return element.decode()
    except UnicodeDecodeError:
        return element.decode("latin-1")


@pytest.mark.parametrize("in_patient_loop", [False, True])
def test_fields_know_their_places(*, in_patient_loop: bool) -> None:
    """Every field of the full claim is the text that stands at its place in the input."""
    raw = whole(in_patient_loop=in_patient_loop)
    found = [field for field in _fields(the_claim(in_patient_loop=in_patient_loop)) if field.segment]
    assert len(found) > 300
    assert [(field.name, str(field)) for field in found] == [(field.name, _at(raw, field)) for field in found]


@given(mutated_files())
def test_fields_know_their_places_in_broken_files(raw: bytes) -> None:
    """However broken a file is, a field is the text that stands at its place, and an absent one is empty."""
    try:
        claims = list(scrubber.read(raw))
    except scrubber.UnreadableError:
        return
    for claim in claims:
        for field in _fields(claim):
            assert field == (_at(raw, field) if field.segment else "")


@given(files(max_claims=4))
def test_the_model_shows_what_was_built(example: tuple[bytes, list[ClaimInfo]]) -> None:
    """Each claim of a file has the number, total, transaction and loop that were put into it."""
    raw, infos = example
    assert [
        (claim.control_number, claim.total_charge.decimal, claim.transaction, claim.in_patient_loop)
        for claim in scrubber.read(raw)
    ] == [(info.control_number, info.total_charge, info.transaction, info.in_patient_loop) for info in infos]


def test_names_of_fields(full: Claim) -> None:
    """A field is called as people write it, and an absent segment's field has no name."""
    line = full.lines[0]
    assert [field.name for field in (line.pointers[1], line.charge, full.place, full.diagnoses[2].code)] == [
        "SV107-2", "SV102", "CLM05-1", "HI04-2",
    ]  # fmt: skip
    assert (full.lines[1].drugs[0].ndc.name, full.lines[2].procedure.name, Field().name) == ("LIN03", "", "")
    assert (line.charge.loop, full.lines[1].drugs[0].unit.loop, full.place.loop) == ("2400", "2410", "2300")


def test_subscriber_and_patient_loop_give_the_same_claim() -> None:
    """Apart from the patient, a claim reads the same in the subscriber loop and in the patient loop."""
    own, theirs = the_claim(), the_claim(in_patient_loop=True)
    of_the_patient = {"patient", "in_patient_loop", "relationship", "parties"}
    for name in _attributes(Claim):
        if name not in {"segment", "subscriber", "lines", *of_the_patient}:
            assert list(_fields(getattr(own, name))) == list(_fields(getattr(theirs, name)))
    assert [list(_fields(line)) for line in own.lines] == [list(_fields(line)) for line in theirs.lines]
    assert own.subscriber
    assert theirs.subscriber
    assert list(_fields(own.subscriber.party)) == list(_fields(theirs.subscriber.party))


def test_values_without_levels() -> None:
    """A claim without anything above it has empty fields and no parties."""
    (claim,) = scrubber.read((ISA + "GS*HC*A*B*1*1*1*X*005010X222A1~ST*837*1*005010X222A1~CLM*A*1~").encode())
    assert (claim.subscriber, claim.payer, claim.patient, claim.billing_provider) == (None, None, None, None)
    assert (claim.batch, claim.relationship, claim.lines, claim.first_service) == ("", "", (), None)


# -------------------------------------------------------------------------------- malformed values


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", "1"), ("12.50", "12.50"), ("-3", "-3"), (".5", ".5"), ("7.", "7"), ("0", "0"),
     ("", None), ("+1", None), ("1e3", None), ("1,000", None), ("$1", None), (" 1", None), ("NaN", None),
     ("Infinity", None), ("-", None), (".", None), ("1_0", None), ("\uff11", None), ("1.2.3", None)],
)  # fmt: skip
def test_decimals(text: str, number: str | None) -> None:
    """Only X12's decimals are numbers; anything else is none and stays visible as text."""
    assert Field(text).decimal == (None if number is None else Decimal(number))
    assert Field(text) == text


@pytest.mark.parametrize(
    ("text", "day"),
    [("20260531", date(2026, 5, 31)), ("20240229", date(2024, 2, 29)), ("20260229", None), ("20260532", None),
     ("2026-05-31", None), ("260531", None), ("", None), ("00000000", None), ("\uff12" * 8, None)],
)  # fmt: skip
def test_dates(text: str, day: date | None) -> None:
    """Only real days written CCYYMMDD are dates."""
    assert parse_date(text) == day
    assert Field(text).date == day


@pytest.mark.parametrize(
    ("form", "value", "expected"),
    [
        ("D8", "20260511", (date(2026, 5, 11), date(2026, 5, 11))),
        ("RD8", "20260511-20260513", (date(2026, 5, 11), date(2026, 5, 13))),
        ("RD8", "20260513-20260511", (None, None)),
        ("RD8", "20260511", (None, None)),
        ("RD8", "20260511-", (None, None)),
        ("D8", "20260511-20260513", (None, None)),
        ("D8", "20261301", (None, None)),
        ("DT", "20260511", (None, None)),
        ("", "", (None, None)),
    ],
)
def test_periods(form: str, value: str, expected: tuple[date | None, date | None]) -> None:
    """A period has its days where format and text agree; the text stays visible."""
    claim = short("CLM*A*1***11:B:1", "LX*1", "SV1*HC:99213*1*UN*1***1", f"DTP*472*{form}*{value}")
    service = claim.lines[0].service
    assert service
    assert (service.value, service.start, service.end) == (value, *expected)


def test_malformed_values_stay_visible() -> None:
    """A claim of malformed values is built all the same, and shows them as they are."""
    claim = short(
        "CLM*A*ten***1:2:3:4",
        "HI*ABK*:E538*ABF:",
        "LX*one",
        "SV1*96372*1,000*XX*-*B**x:99:",
        "DTP*472",
        "LIN",
        "CTP",
    )
    line = claim.lines[0]
    assert (claim.total_charge, claim.total_charge.decimal, claim.frequency) == ("ten", None, "3")
    assert [(dx.position, dx.qualifier, dx.code) for dx in claim.diagnoses] == [(2, "", "E538")]
    assert (line.number, line.qualifier, line.procedure, line.charge, line.units) == (
        "one",
        "96372",
        "",
        "1,000",
        "-",
    )
    assert (line.pointers, claim.diagnoses_of(line), line.hcpcs) == (("x", "99", ""), (), "")
    assert [(drug.ndc, drug.quantity) for drug in line.drugs] == [("", "")]


def test_bytes_that_are_no_utf8_are_read_as_latin1() -> None:
    """Names in UTF-8 and in Latin-1 are both read as text."""
    raw = whole().replace(b"*VESPER*FLINT*A", b"*VESP\xc9R*FL\xc3\x8fNT*A", 1)
    (claim,) = scrubber.read(raw)
    assert claim.subscriber
    assert (claim.subscriber.party.name, claim.subscriber.party.first_name) == ("VESPÉR", "FLÏNT")


def test_two_services_under_one_lx_are_two_lines() -> None:
    """Where an LX is missing, its service is still a line of its own."""
    claim = short("CLM*A*2***11:B:1", "LX*1", "SV1*HC:99213*1*UN*1***1", "SV1*HC:36415*1*UN*1***1")
    assert [(line.index, line.number, line.procedure) for line in claim.lines] == [
        (1, "1", "99213"),
        (2, "", "36415"),
    ]


def test_a_claim_does_not_take_what_belongs_to_the_next() -> None:
    """Of two claims of one patient each has its own lines and diagnoses."""
    text = "CLM*A*1***11:B:1~\nHI*ABK:I10~\nLX*1~\nSV1*HC:99213*1*UN*1***1~\n"
    first, second = scrubber.read(whole(text + text.replace("*A*", "*B*").replace("I10", "E785")))
    assert [(c.control_number, [d.code for d in c.diagnoses], len(c.lines)) for c in (first, second)] == [
        ("A", ["I10"], 1), ("B", ["E785"], 1),
    ]  # fmt: skip


# --------------------------------------------------------------------------------------- code sets


def test_code_sets() -> None:
    """A set holds its codes and what lies in its ranges, of the same length only."""
    codes = CodeSet.of(["96372", "J0000-J9999"])
    inside, outside = ("96372", "J0000", "J3420", "J9999"), ("96373", "J342", "J34200", "", "K0000")
    assert [code for code in (*inside, *outside) if code in codes] == list(inside)
    assert 96372 not in codes
    sets = ProcedureSets({"drug": codes})
    assert (sets.is_in("drug", "J3420"), sets.is_in("no such set", "J3420")) == (True, False)
    assert "96372" in sets["drug"]


@pytest.mark.parametrize("entry", ["", "-", "A-", "-A", "J99-J1000", "J2-J1"])
def test_code_sets_refuse_what_is_no_range(entry: str) -> None:
    """An entry that is neither a code nor a range is an error."""
    with pytest.raises(ValueError, match="neither a code nor a range"):
        CodeSet.of([entry])


# ------------------------------------------------------------------------------------------ pairing

CODES = load_rulebook().codes
DAY = "DTP*472*D8*20260511"


def pairs(*lines: str, diagnoses: str = "HI*ABK:E538*ABF:M5450*ABF:N390") -> list[tuple[Any, ...]]:
    """Administration line, its diagnoses, its drugs and its wastage, as line numbers and codes.

    Each line is written ``code[:modifiers] pointers units [date] [provider] [charge=…]``.
    """
    segments = ["CLM*A*1***11:B:1", diagnoses]
    for number, line in enumerate(lines, start=1):
        procedure, pointers, units, *extra = line.split()
        charge = next((text[7:] for text in extra if text.startswith("charge=")), "10")
        segments += [f"LX*{number}", f"SV1*HC:{procedure}*{charge}*UN*{units}***{pointers}"]
        days = [text for text in extra if text[:4] == "2026"]
        if days:
            segments.append(f"DTP*472*{'RD8' if '-' in days[0] else 'D8'}*{days[0]}")
        elif "undated" not in extra:
            segments.append(DAY)
        segments += [f"NM1*82*1*X*Y****XX*{text[3:]}" for text in extra if text.startswith("by=")]
    found = pair(short(*segments), CODES)
    return [
        (
            entry.line.index,
            [str(dx.code) for dx in entry.diagnoses],
            [line.index for line in entry.drugs],
            [line.index for line in entry.wastage],
        )
        for entry in found
    ]


def drugs(*lines: str) -> dict[int, list[int]]:
    """The drug lines of each administration line."""
    return {entry[0]: entry[2] for entry in pairs(*lines)}


def test_one_injection_and_its_drug() -> None:
    """An injection has the diagnoses that it points at and the drug of its day."""
    assert pairs("96372 1:3 1", "J3420 1 1") == [(1, ["E538", "N390"], [2], [])]


def test_an_injection_without_a_drug() -> None:
    """An injection without any drug line has none, and other services are no drugs."""
    assert pairs("99213 1 1", "96372 2 1", "36415 1 1") == [(2, ["M5450"], [], [])]


def test_pointers_to_nothing_and_doubled_pointers() -> None:
    """Pointers to nothing point at nothing, and a diagnosis pointed at twice is there once."""
    assert pairs("96372 9:2:2:1 1", "J3420 1 1") == [(1, ["M5450", "E538"], [2], [])]


def test_a_drug_without_an_injection() -> None:
    """Drug lines without an administration make no pair."""
    assert pairs("J3420 1 1", "99213 1 1") == []


def test_several_drugs_of_one_injection_line() -> None:
    """Two units of the injection can have two drugs."""
    assert drugs("96372 1:2 2", "J3420 1 1", "J1885 2 2") == {1: [2, 3]}


def test_a_shared_diagnosis_decides() -> None:
    """Of two injections the one that shares a diagnosis with the drug has it, wherever it stands."""
    assert drugs("96372 1 1", "96372:59 2 1", "J1885 2 2", "J3420 1 1") == {1: [4], 2: [3]}
    assert drugs("J1885 2 2", "J3420 1 1", "96372 1 1", "96372:59 2 1") == {3: [2], 4: [1]}


def test_units_decide_between_equals() -> None:
    """An injection of one unit takes one drug, the next drug goes to the other injection."""
    assert drugs("96372 1 1", "96372:59 1 1", "J3420 1 1", "J1885 1 2") == {1: [4], 2: [3]}
    assert drugs("96372 1 2", "96372:59 1 1", "J3420 1 1", "J1885 1 2", "J0696 1 4") == {1: [4, 5], 2: [3]}


def test_the_nearest_injection_before_has_the_drug() -> None:
    """Among equals a drug belongs to the nearest injection before it."""
    assert drugs("96372 1 1", "J3420 1 1", "96372:59 1 1", "J1885 1 2") == {1: [2], 3: [4]}


def test_two_injections_of_one_drug_line_share_it() -> None:
    """An injection left without a drug shares that of its neighbour."""
    assert drugs("96372 1 1", "96372:76 1 1", "J3420 1 2") == {1: [3], 2: [3]}


@pytest.mark.parametrize(("modifier", "expected"), [("JA", {1: [], 2: [3]}), ("JB", {1: [3], 2: []})])
def test_the_route_modifier_decides(modifier: str, expected: dict[int, list[int]]) -> None:
    """JA says that a drug went into a vein, JB under the skin; where no injection is left without drug."""
    found = drugs("96372 1 1", "96374 1 1", f"J1885:{modifier} 1 2")
    # The one that the drug does not fit shares it rather than having none.
    assert {index: given or [3] for index, given in expected.items()} == found
    assert drugs("96372 1 1", "96374 1 1", f"J1885:{modifier} 1 2", "J3420 1 1") == (
        {1: [4], 2: [3]} if modifier == "JA" else {1: [3], 2: [4]}
    )


def test_wastage_is_not_given() -> None:
    """A JW line is the discarded part of its drug: no drug of its own, but named beside it."""
    assert pairs("96372 1 1", "J1885 1 2", "J1885:JW 1 1") == [(1, ["E538"], [2], [3])]
    assert pairs("96372 1 1", "J3420 1 1", "J1885:JW 1 1") == [(1, ["E538"], [2], [])]
    assert pairs("96372 1 1", "J1885 1 2", "J1885:JW 1 1 20260512") == [(1, ["E538"], [2], [])]


def test_vaccines_and_drugs_are_kept_apart() -> None:
    """A vaccine belongs to a vaccine administration and a drug to an injection, never crosswise."""
    assert drugs("96372 1 1", "90471 1 1", "90658 1 1", "J3420 1 1") == {1: [4], 2: [3]}
    assert drugs("96372 1 1", "90658 1 1") == {1: []}
    assert drugs("90471 1 1", "J3420 1 1") == {1: []}


def test_another_day_parts_them() -> None:
    """A drug of another day belongs to no injection of this one."""
    assert drugs("96372 1 1", "J3420 1 1 20260512") == {1: []}
    assert drugs("96372 1 1", "96372 1 1 20260512", "J3420 1 1 20260512", "J3420 1 1") == {1: [4], 2: [3]}


def test_spans_of_days() -> None:
    """Spans belong together where they share a day."""
    assert drugs("96372 1 1 20260511-20260513", "J3420 1 1 20260513") == {1: [2]}
    assert drugs("96372 1 1 20260511-20260513", "J3420 1 1 20260514") == {1: []}
    assert drugs("96372 1 1 20260511-20260513", "J3420 1 1 20260513-20260520") == {1: [2]}


def test_an_unknown_day_does_not_part_them() -> None:
    """A missing or malformed date does not part an injection from its drug."""
    assert drugs("96372 1 1", "J3420 1 1 undated") == {1: [2]}
    assert drugs("96372 1 1 20261399", "J3420 1 1") == {1: [2]}


def test_another_provider_parts_them() -> None:
    """A drug that another provider rendered belongs to that provider's injection."""
    assert drugs("96372 1 1 by=1200000010", "J3420 1 1 by=1200000028") == {1: []}
    assert drugs(
        "96372 1 1 by=1200000010",
        "96372 1 1 by=1200000028",
        "J3420 1 1 by=1200000010",
        "J1885 1 2 by=1200000028",
    ) == {1: [3], 2: [4]}


def test_an_add_on_brings_no_drug_of_its_own() -> None:
    """An additional hour has no drug where there is another administration, and shares none."""
    assert drugs("96365 1 1", "96366 1 1", "J1885 1 2") == {1: [3], 2: []}


def test_other_codes_than_hcpcs_are_no_pair() -> None:
    """A procedure that SV101-1 does not call HCPCS is neither an administration nor a drug."""
    claim = short(
        "CLM*A*1***11:B:1",
        "HI*ABK:E538",
        "LX*1",
        "SV1*ER:96372*1*UN*1***1",
        "LX*2",
        "SV1*HC:J3420*1*UN*1***1",
    )
    assert pair(claim, CODES) == ()


@pytest.mark.parametrize(
    ("charge", "expected"),
    [
        ("0", True),
        ("0.00", True),
        ("0.01", True),
        ("0.02", False),
        ("10", False),
        ("-1", False),
        ("", False),
        ("x", False),
    ],
)
def test_patient_supplied_drugs(charge: str, expected: bool) -> None:
    """A nominal charge says that someone else supplied the drug; it is paired all the same."""
    claim = short("CLM*A*1***11:B:1", "LX*1", f"SV1*HC:J3420*{charge}*UN*1***1", DAY)
    assert is_supplied_elsewhere(claim.lines[0]) == expected
    assert drugs("96372 1 1", "J3420 1 1 charge=0.01") == {1: [2]}


def test_what_two_lines_share(full: Claim) -> None:
    """Two lines share a day, a provider and a diagnosis, or that cannot be told."""
    first, second, third = full.lines

    def line(at: int) -> ServiceLine:
        return (first, second, third)[at]

    assert (same_day(first, second), same_day(first, third)) == (True, None)
    assert (same_provider(full, first, second), same_provider(full, line(1), line(2))) == (False, True)
    assert (shares_diagnosis(full, first, second), shares_diagnosis(full, first, third)) == (True, False)


@given(mutated_files())
def test_pairing_of_anything(raw: bytes) -> None:
    """However broken a claim is, every pair is of its own lines, and each drug line is a drug."""
    try:
        claims = list(scrubber.read(raw))
    except scrubber.UnreadableError:
        return
    for claim in claims:
        found = pair(claim, CODES)
        assert [entry.line.index for entry in found] == sorted({entry.line.index for entry in found})
        for entry in found:
            assert all(line in claim.lines for line in (entry.line, *entry.drugs, *entry.wastage))
            assert all(CODES.is_in("drug", d.hcpcs) or CODES.is_in("vaccine", d.hcpcs) for d in entry.drugs)
            assert not {line.index for line in entry.drugs} & {line.index for line in entry.wastage}
