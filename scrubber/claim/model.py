"""The claim of an 837P as immutable values; every leaf is a `Field` that knows its place in the input.

The shape is the same whether the claim stands in the subscriber loop (2000B) or in the patient loop
(2000C). What the input lacks is an empty field, an empty tuple or ``None``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scrubber.claim.field import Field
from scrubber.x12 import Segment


@dataclass(frozen=True, slots=True)
class Reference:
    """A REF segment: its qualifier (REF01) and identifier (REF02)."""

    qualifier: Field
    value: Field


@dataclass(frozen=True, slots=True)
class Note:
    """An NTE segment: note code (NTE01) and text (NTE02)."""

    code: Field
    text: Field


@dataclass(frozen=True, slots=True)
class Amount:
    """An AMT segment: qualifier (AMT01) and amount (AMT02), in dollars."""

    qualifier: Field
    amount: Field


@dataclass(frozen=True, slots=True)
class Period:
    """A DTP segment: what the date is (DTP01), its format (D8, RD8) and its text.

    ``start`` and ``end`` are the same day for a single date, ``None`` where the text is malformed.
    """

    qualifier: Field
    format: Field
    value: Field
    start: date | None
    end: date | None

    def overlaps(self, other: Period) -> bool | None:
        """Whether the two share a day; ``None`` where one of them is not known."""
        if not (self.start and self.end and other.start and other.end):
            return None
        return self.start <= other.end and other.start <= self.end


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One adjustment of a CAS segment: group (CAS01), reason, amount in dollars, quantity."""

    group: Field
    reason: Field
    amount: Field
    quantity: Field


@dataclass(frozen=True, slots=True)
class Party:
    """A person or organisation: an NM1 segment with what follows it in its loop.

    ``entity`` is NM101, ``kind`` NM102 (1 person, 2 organisation), ``qualifier``/``id`` are NM108/NM109.
    ``taxonomy`` is PRV03 (of the level for the billing provider). Birth date and sex come from DMG.
    """

    loop: str
    entity: Field
    kind: Field
    name: Field
    first_name: Field
    middle_name: Field
    qualifier: Field
    id: Field
    taxonomy: Field
    street: Field
    city: Field
    state: Field
    postal_code: Field
    birth_date: Field
    sex: Field
    references: tuple[Reference, ...] = ()

    def reference(self, *qualifiers: str) -> Field | None:
        """The value of the first REF with one of these qualifiers."""
        return next((ref.value for ref in self.references if ref.qualifier in qualifiers), None)


@dataclass(frozen=True, slots=True)
class Subscriber:
    """The subscriber (2010BA) and the SBR segment of the level.

    ``responsibility`` is SBR01, ``relationship`` SBR02 (18: the subscriber is the patient),
    ``filing_code`` SBR09 (MB Medicare Part B, MC Medicaid, CI commercial …).
    """

    party: Party
    responsibility: Field
    relationship: Field
    group_number: Field
    insurance_type: Field
    filing_code: Field


@dataclass(frozen=True, slots=True)
class OtherPayer:
    """Another payer of the same claim (loop 2320 with its 2330 loops)."""

    subscriber: Subscriber
    payer: Party
    adjustments: tuple[Adjustment, ...]
    amounts: tuple[Amount, ...]
    references: tuple[Reference, ...]
    providers: tuple[Party, ...]


@dataclass(frozen=True, slots=True)
class Adjudication:
    """What another payer decided on a line (loop 2430): payer id, paid dollars, code, units, date."""

    payer_id: Field
    paid: Field
    procedure: Field
    units: Field
    adjustments: tuple[Adjustment, ...]
    date: Period | None


@dataclass(frozen=True, slots=True)
class DrugIdentification:
    """Loop 2410: the NDC (LIN02, LIN03), its quantity and unit of measure (CTP04, CTP05-1).

    ``references`` are the prescription number (XZ) and the compound's link number (VY).
    """

    segment: Segment
    qualifier: Field
    ndc: Field
    quantity: Field
    unit: Field
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One diagnosis of HI: its position (what a pointer names, from 1), qualifier and code."""

    position: int
    qualifier: Field
    code: Field


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service line (loop 2400). ``index`` is its place in the claim from 1, ``number`` is LX01.

    ``place`` is SV105 and empty where the claim's place of service counts. ``units`` are counted in
    ``unit_code`` (SV103: UN or MJ). ``segment`` is the SV1, or the LX where SV1 is missing.
    """

    index: int
    segment: Segment
    number: Field
    qualifier: Field
    procedure: Field
    modifiers: tuple[Field, ...]
    description: Field
    charge: Field
    unit_code: Field
    units: Field
    place: Field
    pointers: tuple[Field, ...]
    service: Period | None
    dates: tuple[Period, ...]
    amounts: tuple[Amount, ...]
    references: tuple[Reference, ...]
    notes: tuple[Note, ...]
    drugs: tuple[DrugIdentification, ...]
    providers: tuple[Party, ...]
    adjudications: tuple[Adjudication, ...]

    def has_modifier(self, *codes: str) -> bool:
        """Whether one of these modifiers stands on the line."""
        return any(modifier in codes for modifier in self.modifiers)

    @property
    def hcpcs(self) -> str:
        """The procedure code where SV101-1 says that it is HCPCS or CPT (HC), else empty."""
        return str(self.procedure) if self.qualifier == "HC" else ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim (loop 2300) with everything above it that it depends on.

    ``segment`` is the CLM. ``patient`` is the subscriber where the claim stands in the subscriber loop.
    ``relationship`` is the patient's to the subscriber: SBR02, or PAT01 in the patient loop.
    ``place`` is CLM05-1, ``frequency`` CLM05-3. ``references``, ``dates``, ``notes`` and ``amounts`` are
    the claim's own (loop 2300), never those of a sub-loop.
    """

    segment: Segment
    transaction: Field
    batch: Field
    submitter: Party | None
    receiver: Party | None
    billing_provider: Party | None
    pay_to_address: Party | None
    pay_to_plan: Party | None
    subscriber: Subscriber | None
    payer: Party | None
    patient: Party | None
    in_patient_loop: bool
    relationship: Field
    control_number: Field
    total_charge: Field
    place: Field
    place_qualifier: Field
    frequency: Field
    related_causes: tuple[Field, ...]
    diagnoses: tuple[Diagnosis, ...]
    dates: tuple[Period, ...]
    amounts: tuple[Amount, ...]
    references: tuple[Reference, ...]
    notes: tuple[Note, ...]
    providers: tuple[Party, ...]
    other_payers: tuple[OtherPayer, ...]
    lines: tuple[ServiceLine, ...]
    payer_references: tuple[Reference, ...] = ()

    def place_of(self, line: ServiceLine) -> Field:
        """The place of service that counts for a line: SV105, else CLM05-1."""
        return line.place or self.place

    def rendering_of(self, line: ServiceLine) -> Party | None:
        """Who rendered a line: loop 2420A, else 2310B, else the billing provider."""
        return _first(line.providers, "2420A") or _first(self.providers, "2310B") or self.billing_provider

    def diagnosis(self, pointer: str) -> Diagnosis | None:
        """The diagnosis that a pointer (SV107) names, or ``None`` where it names nothing."""
        if not (pointer.isascii() and pointer.isdigit() and len(pointer) <= 2):
            return None
        wanted = int(pointer)
        return next((dx for dx in self.diagnoses[:wanted] if dx.position == wanted), None)

    def diagnoses_of(self, line: ServiceLine) -> tuple[Diagnosis, ...]:
        """The diagnoses that a line really points at, in the order of its pointers."""
        found = (self.diagnosis(pointer) for pointer in line.pointers)
        return tuple(dict.fromkeys(dx for dx in found if dx))

    def reference(self, *qualifiers: str) -> Field | None:
        """The value of the claim's first REF (loop 2300) with one of these qualifiers."""
        return next((ref.value for ref in self.references if ref.qualifier in qualifiers), None)

    @property
    def first_service(self) -> date | None:
        """The earliest day of service of the lines, or ``None`` where no line has a readable date."""
        days = [line.service.start for line in self.lines if line.service and line.service.start]
        return min(days, default=None)


def _first(parties: tuple[Party, ...], loop: str) -> Party | None:
    return next((party for party in parties if party.loop == loop), None)
