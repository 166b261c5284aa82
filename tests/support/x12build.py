"""Pure builders of 837P (005010X222A1) text.

A file is described by frozen specs, from the interchange down to the service line, and ``build``
writes it as bytes. Everything that can be derived is derived here and nowhere else: HL numbers,
parents and HL04, LX numbers, CLM02, and the counts and control numbers of SE, GE and IEA.

What the specs describe with their defaults is a *clean* claim. The optional fields that end in
``_override`` or ``_text`` replace one written value each; tests use them to break a claim in one
known way. All people, providers and payers are invented.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

# The NPI check digit is computed over the number with the US health industry prefix before it.
_NPI_PREFIX = "80840"
# Letters that may occur in a Medicare beneficiary identifier: no S, L, O, I, B or Z.
_MBI_LETTERS = "ACDEFGHJKMNPQRTUVWXY"
# One letter for each of the eleven positions: 9 a digit from 1, C a letter, N a digit.
_MBI_SHAPE = "9CNNCNNCCNN"


def luhn_check_digit(digits: str) -> str:
    """The digit that, put after ``digits``, makes the whole pass the Luhn check."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def npi(n: int) -> str:
    """The ``n``-th valid ten-digit NPI that begins with 1 (``n`` taken modulo 10**8)."""
    body = f"1{n % 10**8:08d}"
    return body + luhn_check_digit(_NPI_PREFIX + body)


def mbi(n: int) -> str:
    """A member id in the shape of a Medicare beneficiary identifier; different for near ``n``."""
    written = []
    for kind in reversed(_MBI_SHAPE):
        if kind == "C":
            n, place = divmod(n, len(_MBI_LETTERS))
            written.append(_MBI_LETTERS[place])
        elif kind == "N":
            n, place = divmod(n, 10)
            written.append(str(place))
        else:
            n, place = divmod(n, 9)
            written.append(str(place + 1))
    return "".join(reversed(written))


def number(value: Decimal) -> str:
    """``value`` as X12 type R: no exponent and no trailing zeros (``12.50`` is ``12.5``)."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Delims:
    """The delimiters of a file; ``newline`` is what follows each segment terminator."""

    element: bytes = b"*"
    component: bytes = b":"
    repetition: bytes = b"^"
    terminator: bytes = b"~"
    newline: bytes = b"\n"


@dataclass(frozen=True, slots=True)
class LineSpec:
    """One service line (loop 2400, with 2410 when there is an NDC)."""

    procedure: str
    charge: Decimal
    date: str
    """CCYYMMDD"""
    modifiers: tuple[str, ...] = ()
    units: str = "1"
    pointers: tuple[int, ...] = (1,)
    description: str = ""
    """SV101-7"""
    note: str = ""
    """NTE*ADD of the line"""
    control_number: str = ""
    """REF*6R"""
    ndc: str = ""
    ndc_quantity: str = "1"
    ndc_unit: str = "ML"
    ndc_qualifier: str = "N4"
    ndc_text: str | None = None
    """LIN03 as it is to be written, in place of ``ndc``"""
    pointer_text: str | None = None
    """SV107 as it is to be written, in place of ``pointers``; the empty text leaves it out"""


@dataclass(frozen=True, slots=True)
class ClaimSpec:
    """One claim (loop 2300, with the rendering provider in 2310B)."""

    control_number: str
    lines: tuple[LineSpec, ...]
    diagnoses: tuple[str, ...]
    """ICD-10-CM codes without dot, the principal one first"""
    rendering_npi: str = npi(20000001)
    rendering_last: str = "WREN"
    rendering_first: str = "ODALYS"
    place_of_service: str = "11"
    frequency: str = "1"
    original_reference: str = ""
    """REF*F8"""
    prior_authorization: str = ""
    """REF*G1"""
    note: str = ""
    """NTE*ADD of the claim"""
    total_override: str | None = None
    """CLM02 as it is to be written, in place of the sum of the lines"""
    rendering_npi_text: str | None = None
    """NM109 of 2310B as it is to be written, in place of ``rendering_npi``"""
    diagnosis_text: tuple[str, ...] | None = None
    """The codes of HI as they are to be written, in place of ``diagnoses``"""


@dataclass(frozen=True, slots=True)
class PatientSpec:
    """One patient who is not the subscriber (loop 2000C) and the claims of that patient."""

    claims: tuple[ClaimSpec, ...]
    last: str = "LARKSPUR"
    first: str = "JUNIPER"
    birth: str = "20120317"
    sex: str = "F"
    relationship: str = "19"
    street: str = "48 MEADOW LN"
    city: str = "COLUMBUS"
    state: str = "OH"
    zip_code: str = "43215"


@dataclass(frozen=True, slots=True)
class SubscriberSpec:
    """One subscriber (loop 2000B) with the claims of the subscriber and of the dependants.

    SBR02 says 18 (self) when the subscriber has claims; it is empty when only dependants have.
    """

    filing_code: str
    payer_id: str
    claims: tuple[ClaimSpec, ...] = ()
    patients: tuple[PatientSpec, ...] = ()
    member_id: str = "LHP000000001"
    group_number: str = ""
    """SBR03"""
    payer_name: str = "LAUREL HEALTH PLAN"
    last: str = "LARKSPUR"
    first: str = "ALDER"
    birth: str = "19570822"
    sex: str = "M"
    street: str = "48 MEADOW LN"
    city: str = "COLUMBUS"
    state: str = "OH"
    zip_code: str = "43215"


@dataclass(frozen=True, slots=True)
class BillingSpec:
    """One billing provider, an organisation (loop 2000A), and its subscribers."""

    npi: str
    subscribers: tuple[SubscriberSpec, ...]
    name: str = "MILLBROOK FAMILY MEDICINE"
    tax_id: str = "311234567"
    taxonomy: str = "207Q00000X"
    """PRV03; the empty text leaves PRV out"""
    street: str = "210 QUARRY RD"
    city: str = "COLUMBUS"
    state: str = "OH"
    zip_code: str = "432150100"


@dataclass(frozen=True, slots=True)
class TransactionSpec:
    """One transaction set, ST to SE."""

    control: str
    billings: tuple[BillingSpec, ...]


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """One functional group, GS to GE."""

    control: str
    transactions: tuple[TransactionSpec, ...]
    version: str = "005010X222A1"


@dataclass(frozen=True, slots=True)
class InterchangeSpec:
    """One interchange, ISA to IEA; ``control`` is nine digits."""

    control: str
    groups: tuple[GroupSpec, ...]
    usage: str = "T"


def line_total(claim: ClaimSpec) -> Decimal:
    """The sum of the line charges."""
    return sum((line.charge for line in claim.lines), Decimal(0))


def claim_total(claim: ClaimSpec) -> Decimal:
    """CLM02 as it is written: the override when there is one, else the sum of the lines."""
    return line_total(claim) if claim.total_override is None else Decimal(claim.total_override)


def build(interchanges: Sequence[InterchangeSpec], delims: Delims | None = None) -> bytes:
    """The bytes of a file that holds ``interchanges``."""
    delims = delims or Delims()
    # One simultaneous translation: a chain of replacements could translate a byte twice when,
    # for instance, the new element separator is the default component separator.
    table = bytes.maketrans(b"*:^", delims.element + delims.component + delims.repetition)
    end = delims.terminator + delims.newline
    return b"".join(
        segment.encode("ascii").translate(table) + end
        for interchange in interchanges
        for segment in _interchange(interchange)
    )


def _interchange(spec: InterchangeSpec) -> Iterator[str]:
    """ISA to IEA."""
    yield (
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'MILLBROOK':15}*ZZ*{'CLEARWAY':15}"
        f"*260601*0900*^*00501*{spec.control}*0*{spec.usage}*:"
    )
    for group in spec.groups:
        yield from _group(group)
    yield f"IEA*{len(spec.groups)}*{spec.control}"


def _group(spec: GroupSpec) -> Iterator[str]:
    """GS to GE."""
    yield f"GS*HC*MILLBROOK*CLEARWAY*20260601*0900*{spec.control}*X*{spec.version}"
    for transaction in spec.transactions:
        # ST02 may begin anew in each group, so the group's number makes BHT03 differ.
        reference = f"B{spec.control}-{transaction.control}"
        body = [
            f"ST*837*{transaction.control}*{spec.version}",
            f"BHT*0019*00*{reference}*20260601*0900*CH",
            *_transaction(transaction),
        ]
        yield from body
        yield f"SE*{len(body) + 1}*{transaction.control}"
    yield f"GE*{len(spec.transactions)}*{spec.control}"


def _transaction(spec: TransactionSpec) -> Iterator[str]:
    """What lies between BHT and SE."""
    yield "NM1*41*2*MILLBROOK BILLING OFFICE*****46*MILLBROOK"
    yield "PER*IC*TAMSIN ROWE*TE*6145550142"
    yield "NM1*40*2*CLEARWAY EXCHANGE*****46*CLEARWAY"
    hl = 0
    for billing in spec.billings:
        hl += 1
        billing_hl = hl
        yield f"HL*{hl}**20*1"
        yield from _billing(billing)
        for subscriber in billing.subscribers:
            hl += 1
            subscriber_hl = hl
            yield f"HL*{hl}*{billing_hl}*22*{1 if subscriber.patients else 0}"
            yield from _subscriber(subscriber)
            for claim in subscriber.claims:
                yield from _claim(claim)
            for patient in subscriber.patients:
                hl += 1
                yield f"HL*{hl}*{subscriber_hl}*23*0"
                yield from _patient(patient)
                for claim in patient.claims:
                    yield from _claim(claim)


def _billing(spec: BillingSpec) -> Iterator[str]:
    """2000A after its HL, and 2010AA."""
    if spec.taxonomy:
        yield f"PRV*BI*PXC*{spec.taxonomy}"
    yield f"NM1*85*2*{spec.name}*****XX*{spec.npi}"
    yield f"N3*{spec.street}"
    yield f"N4*{spec.city}*{spec.state}*{spec.zip_code}"
    yield f"REF*EI*{spec.tax_id}"


def _subscriber(spec: SubscriberSpec) -> Iterator[str]:
    """2000B after its HL, 2010BA and 2010BB."""
    is_patient = bool(spec.claims)
    relationship = "18" if is_patient else ""
    yield f"SBR*P*{relationship}*{spec.group_number}******{spec.filing_code}"
    yield f"NM1*IL*1*{spec.last}*{spec.first}****MI*{spec.member_id}"
    # The guide asks for address and birth date of the subscriber only when that is the patient.
    if is_patient:
        yield f"N3*{spec.street}"
        yield f"N4*{spec.city}*{spec.state}*{spec.zip_code}"
        yield f"DMG*D8*{spec.birth}*{spec.sex}"
    yield f"NM1*PR*2*{spec.payer_name}*****PI*{spec.payer_id}"


def _patient(spec: PatientSpec) -> Iterator[str]:
    """2000C after its HL, and 2010CA."""
    yield f"PAT*{spec.relationship}"
    yield f"NM1*QC*1*{spec.last}*{spec.first}"
    yield f"N3*{spec.street}"
    yield f"N4*{spec.city}*{spec.state}*{spec.zip_code}"
    yield f"DMG*D8*{spec.birth}*{spec.sex}"


def _claim(spec: ClaimSpec) -> Iterator[str]:
    """2300, 2310B and the lines."""
    total = number(line_total(spec)) if spec.total_override is None else spec.total_override
    place = f"{spec.place_of_service}:B:{spec.frequency}"
    yield f"CLM*{spec.control_number}*{total}***{place}*Y*A*Y*Y"
    if spec.prior_authorization:
        yield f"REF*G1*{spec.prior_authorization}"
    if spec.original_reference:
        yield f"REF*F8*{spec.original_reference}"
    if spec.note:
        yield f"NTE*ADD*{spec.note}"
    codes = spec.diagnoses if spec.diagnosis_text is None else spec.diagnosis_text
    written = (f"{'ABF' if place else 'ABK'}:{code}" for place, code in enumerate(codes))
    yield "*".join(["HI", *written])
    rendering = spec.rendering_npi if spec.rendering_npi_text is None else spec.rendering_npi_text
    yield f"NM1*82*1*{spec.rendering_last}*{spec.rendering_first}****XX*{rendering}"
    for place_in_claim, line in enumerate(spec.lines, start=1):
        yield f"LX*{place_in_claim}"
        yield from _line(line)


def _line(spec: LineSpec) -> Iterator[str]:
    """2400 after its LX, and 2410."""
    modifiers = [*spec.modifiers, "", "", "", ""][:4]
    procedure = ":".join(["HC", spec.procedure, *modifiers, spec.description]).rstrip(":")
    pointers = spec.pointer_text
    if pointers is None:
        pointers = ":".join(map(str, spec.pointers))
    yield f"SV1*{procedure}*{number(spec.charge)}*UN*{spec.units}***{pointers}".rstrip("*")
    yield f"DTP*472*D8*{spec.date}"
    if spec.control_number:
        yield f"REF*6R*{spec.control_number}"
    if spec.note:
        yield f"NTE*ADD*{spec.note}"
    if spec.ndc or spec.ndc_text:
        ndc = spec.ndc if spec.ndc_text is None else spec.ndc_text
        yield f"LIN**{spec.ndc_qualifier}*{ndc}"
        yield f"CTP****{spec.ndc_quantity}*{spec.ndc_unit}"
