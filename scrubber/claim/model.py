"""The claim of an 837P; every leaf is a `Field` that knows its place in the input.

The shape is the same whether the claim stands in the subscriber loop (2000B) or in the patient loop
(2000C). What the input lacks is an empty field, an empty tuple or ``None``. Everything is worked out when
it is first asked for; each attribute says beside its name where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from scrubber.claim.field import Field
from scrubber.claim.lazy import Part, field, lazy
from scrubber.claim.parts import (
    Adjustment,
    Amount,
    Diagnosis,
    Measurement,
    Note,
    Period,
    Reference,
    adjustments_in,
    amounts_in,
    diagnoses_in,
    measurements_in,
    notes_in,
    periods_in,
    references_in,
)
from scrubber.guide.loops import Loop, parse_loops
from scrubber.x12 import Segment

_EMPTY = Loop("")
# The guide allows four pointers; more than a claim can have diagnoses are not looked at.
_MOST_POINTERS = 12


class Party(Part):
    """A person or organisation: an NM1 segment with what follows it in its loop.

    ``kind`` is 1 for a person, 2 for an organisation. Of the billing provider ``taxonomy`` is the level's
    where the loop has none of its own.
    """

    entity = field("NM1", 1)
    kind = field("NM1", 2)
    name = field("NM1", 3)
    first_name = field("NM1", 4)
    middle_name = field("NM1", 5)
    qualifier = field("NM1", 8)
    id = field("NM1", 9)
    street = field("N3", 1)
    street_more = field("N3", 2)
    city = field("N4", 1)
    state = field("N4", 2)
    postal_code = field("N4", 3)
    country = field("N4", 4)
    birth_date = field("DMG", 2)
    sex = field("DMG", 3)

    def __init__(self, loop: Loop, prv: Segment | None = None) -> None:
        super().__init__(loop)
        self._prv = prv

    @lazy
    def taxonomy(self) -> Field:
        """PRV03."""
        return Field.of(self._loop.first("PRV") or self._prv, 3, 0, self._loop.id)

    @lazy
    def references(self) -> tuple[Reference, ...]:
        """The loop's REF segments."""
        return references_in(self._loop)

    def reference(self, *qualifiers: str) -> Field | None:
        """The value of the first REF with one of these qualifiers."""
        return next((ref.value for ref in self.references if ref.qualifier in qualifiers), None)


class Subscriber(Part):
    """The subscriber (2010BA) and the SBR segment of the level; of another payer 2320 with 2330A.

    ``relationship`` is 18 where the subscriber is the patient, ``filing_code`` MB for Medicare Part B, MC for
    Medicaid, CI for commercial ones and so on.
    """

    responsibility = field("SBR", 1)
    relationship = field("SBR", 2)
    group_number = field("SBR", 3)
    insurance_type = field("SBR", 5)
    filing_code = field("SBR", 9)

    @lazy
    def party(self) -> Party:
        """Who it is."""
        loop_id = "2330A" if self._loop.id == "2320" else "2010BA"
        return _party(self._loop, loop_id) or Party(Loop(loop_id))


class OtherPayer(Part):
    """Another payer of the same claim (loop 2320 with its 2330 loops)."""

    @lazy
    def subscriber(self) -> Subscriber:
        """Whose insurance it is (SBR and 2330A)."""
        return Subscriber(self._loop)

    @lazy
    def payer(self) -> Party:
        """The payer (2330B)."""
        return _party(self._loop, "2330B") or Party(Loop("2330B"))

    @lazy
    def adjustments(self) -> tuple[Adjustment, ...]:
        """Adjustments of the whole claim."""
        return adjustments_in(self._loop)

    @lazy
    def amounts(self) -> tuple[Amount, ...]:
        """Amounts of the whole claim: D is what the payer paid."""
        return amounts_in(self._loop)

    @lazy
    def references(self) -> tuple[Reference, ...]:
        """References of the payer (2330B)."""
        return self.payer.references

    @lazy
    def providers(self) -> tuple[Party, ...]:
        """Providers as this payer knows them (2330C and on)."""
        return tuple(Party(loop) for loop in self._loop.loops if loop.id not in ("2330A", "2330B"))


class DrugIdentification(Part):
    """Loop 2410: the NDC, its quantity and unit of measure.

    ``references`` are the prescription number (XZ) and the compound's link number (VY).
    """

    qualifier = field("LIN", 2)
    ndc = field("LIN", 3)
    quantity = field("CTP", 4)
    unit = field("CTP", 5, 1)

    @property
    def segment(self) -> Segment:
        """The LIN segment, which opens the loop."""
        return self._loop.every("LIN")[0]

    @lazy
    def references(self) -> tuple[Reference, ...]:
        """The loop's REF segments."""
        return references_in(self._loop)


class Adjudication(Part):
    """What another payer decided on a line (loop 2430): payer id, paid dollars, code, units, date."""

    payer_id = field("SVD", 1)
    paid = field("SVD", 2)
    procedure = field("SVD", 3, 2)
    units = field("SVD", 5)

    @lazy
    def adjustments(self) -> tuple[Adjustment, ...]:
        """Adjustments of the line."""
        return adjustments_in(self._loop)

    @lazy
    def date(self) -> Period | None:
        """When it was decided or paid (DTP*573)."""
        return next((period for period in periods_in(self._loop) if period.qualifier == "573"), None)


class ServiceLine(Part):
    """A service line (loop 2400). ``index`` is its place in the claim from 1, ``number`` is LX01.

    ``place`` is empty where the claim's place of service counts. ``units`` are counted in ``unit_code``
    (UN or MJ).
    """

    number = field("LX", 1)
    qualifier = field("SV1", 1, 1)
    procedure = field("SV1", 1, 2)
    description = field("SV1", 1, 7)
    charge = field("SV1", 2)
    unit_code = field("SV1", 3)
    units = field("SV1", 4)
    place = field("SV1", 5)

    def __init__(self, loop: Loop, index: int) -> None:
        super().__init__(loop)
        self.index = index

    @lazy
    def segment(self) -> Segment:
        """The SV1, or the LX where SV1 is missing."""
        return self._loop.first("SV1") or next(iter(self._loop.segments.values()))[0]

    @lazy
    def modifiers(self) -> tuple[Field, ...]:
        """The modifiers that are there (SV101-3 to SV101-6)."""
        sv1 = self._loop.first("SV1")
        return tuple(mod for i in (3, 4, 5, 6) if (mod := Field.of(sv1, 1, i, "2400")))

    @lazy
    def pointers(self) -> tuple[Field, ...]:
        """The components of SV107, empty ones too."""
        sv1 = self._loop.first("SV1")
        count = min(sv1.components(7), _MOST_POINTERS) if sv1 else 0
        return tuple(Field.of(sv1, 7, i, "2400") for i in range(1, count + 1))

    @lazy
    def dates(self) -> tuple[Period, ...]:
        """The line's DTP segments."""
        return periods_in(self._loop)

    @lazy
    def service(self) -> Period | None:
        """The date of service (DTP*472)."""
        return next((period for period in self.dates if period.qualifier == "472"), None)

    @lazy
    def amounts(self) -> tuple[Amount, ...]:
        """The line's AMT segments."""
        return amounts_in(self._loop)

    @lazy
    def references(self) -> tuple[Reference, ...]:
        """The line's REF segments."""
        return references_in(self._loop)

    @lazy
    def notes(self) -> tuple[Note, ...]:
        """The line's NTE segments."""
        return notes_in(self._loop)

    @lazy
    def measurements(self) -> tuple[Measurement, ...]:
        """The line's MEA segments."""
        return measurements_in(self._loop)

    @lazy
    def drugs(self) -> tuple[DrugIdentification, ...]:
        """Loops 2410."""
        return tuple(DrugIdentification(loop) for loop in self._loop.inside("2410"))

    @lazy
    def providers(self) -> tuple[Party, ...]:
        """Loops 2420."""
        return _parties(self._loop, "2420")

    @lazy
    def adjudications(self) -> tuple[Adjudication, ...]:
        """Loops 2430."""
        return tuple(Adjudication(loop) for loop in self._loop.inside("2430"))

    def has_modifier(self, *codes: str) -> bool:
        """Whether one of these modifiers stands on the line, even where blanks or small letters spoil it."""
        return any(modifier.strip().upper() in codes for modifier in self.modifiers)

    @lazy
    def hcpcs(self) -> str:
        """The procedure code where SV101-1 says that it is HCPCS or CPT (HC), else empty."""
        return str(self.procedure) if self.qualifier == "HC" else ""


class Claim(Part):
    """A claim (loop 2300) with everything above it that it depends on.

    ``place`` is the place of service of all lines that have none of their own, ``frequency`` the claim's
    frequency type. ``references``, ``dates``, ``notes`` and ``amounts`` are the claim's own (loop 2300),
    never those of a sub-loop.
    """

    control_number = field("CLM", 1)
    total_charge = field("CLM", 2)
    place = field("CLM", 5, 1)
    place_qualifier = field("CLM", 5, 2)
    frequency = field("CLM", 5, 3)
    delay_reason = field("CLM", 20)

    def __init__(self, above: Mapping[str, Loop], segments: Sequence[Segment]) -> None:
        super().__init__(parse_loops("2300", segments))
        self.segment = segments[0]
        self._header = above.get("HEADER", _EMPTY)
        self._provider_level = above.get("2000A", _EMPTY)
        self._subscriber_level = above.get("2000B", _EMPTY)
        self._patient_level = above.get("2000C")

    @lazy
    def transaction(self) -> Field:
        """ST02."""
        return Field.of(self._header.first("ST"), 2)

    @lazy
    def batch(self) -> Field:
        """BHT03."""
        return Field.of(self._header.first("BHT"), 3)

    @lazy
    def submitter(self) -> Party | None:
        """Loop 1000A."""
        return _shared(self._header, "1000A")

    @lazy
    def receiver(self) -> Party | None:
        """Loop 1000B."""
        return _shared(self._header, "1000B")

    @lazy
    def billing_provider(self) -> Party | None:
        """Loop 2010AA."""
        return _shared(self._provider_level, "2010AA")

    @lazy
    def pay_to_address(self) -> Party | None:
        """Loop 2010AB."""
        return _shared(self._provider_level, "2010AB")

    @lazy
    def pay_to_plan(self) -> Party | None:
        """Loop 2010AC."""
        return _shared(self._provider_level, "2010AC")

    @lazy
    def subscriber(self) -> Subscriber | None:
        """Loop 2000B."""
        return _subscriber(self._subscriber_level) if self._subscriber_level.segments else None

    @lazy
    def payer(self) -> Party | None:
        """Loop 2010BB."""
        return _shared(self._subscriber_level, "2010BB")

    @lazy
    def payer_references(self) -> tuple[Reference, ...]:
        """The REF segments of loop 2010BB."""
        return self.payer.references if self.payer else ()

    @lazy
    def patient(self) -> Party | None:
        """Loop 2010CA, or the subscriber where the claim stands in the subscriber loop."""
        if self._patient_level:
            return _shared(self._patient_level, "2010CA")
        return self.subscriber.party if self.subscriber else None

    @property
    def in_patient_loop(self) -> bool:
        """Whether the claim stands in loop 2000C."""
        return self._patient_level is not None

    @lazy
    def relationship(self) -> Field:
        """The patient's to the subscriber: PAT01 in the patient loop, else SBR02."""
        pat = self._patient_level.first("PAT") if self._patient_level else None
        if pat:
            return Field.of(pat, 1, 0, "2000C")
        return self.subscriber.relationship if self.subscriber else Field()

    @lazy
    def death_date(self) -> Field:
        """When the patient died (PAT06 of the patient's level)."""
        pat = self._patient_level.first("PAT") if self._patient_level else None
        level = "2000C" if pat else "2000B"
        return Field.of(pat or self._subscriber_level.first("PAT"), 6, 0, level)

    @lazy
    def related_causes(self) -> tuple[Field, ...]:
        """CLM11-1 to CLM11-3, those that are there."""
        causes = (Field.of(self.segment, 11, component, "2300") for component in (1, 2, 3))
        return tuple(cause for cause in causes if cause)

    @lazy
    def diagnoses(self) -> tuple[Diagnosis, ...]:
        """The diagnoses of HI, in their order."""
        return diagnoses_in(self._loop)

    @lazy
    def dates(self) -> tuple[Period, ...]:
        """The claim's DTP segments."""
        return periods_in(self._loop)

    @lazy
    def amounts(self) -> tuple[Amount, ...]:
        """The claim's AMT segments."""
        return amounts_in(self._loop)

    @lazy
    def references(self) -> tuple[Reference, ...]:
        """The claim's REF segments."""
        return references_in(self._loop)

    @lazy
    def notes(self) -> tuple[Note, ...]:
        """The claim's NTE segments."""
        return notes_in(self._loop)

    @lazy
    def providers(self) -> tuple[Party, ...]:
        """Loops 2310."""
        return _parties(self._loop, "2310")

    @lazy
    def other_payers(self) -> tuple[OtherPayer, ...]:
        """Loops 2320."""
        return tuple(OtherPayer(loop) for loop in self._loop.inside("2320"))

    @lazy
    def lines(self) -> tuple[ServiceLine, ...]:
        """Loops 2400."""
        return tuple(ServiceLine(loop, i) for i, loop in enumerate(self._loop.inside("2400"), start=1))

    def place_of(self, line: ServiceLine) -> Field:
        """The place of service that counts for a line: SV105, else CLM05-1."""
        return line.place or self.place

    def rendering_of(self, line: ServiceLine) -> Party | None:
        """Who rendered a line: loop 2420A, else 2310B, else the billing provider."""
        return _first(line.providers, "2420A") or self._rendering

    def diagnosis(self, pointer: str) -> Diagnosis | None:
        """The diagnosis that a pointer (SV107) names, or ``None`` where it names nothing."""
        if not (pointer.isascii() and pointer.isdigit() and len(pointer) <= 2):
            return None
        return self._by_position.get(int(pointer))

    def diagnoses_of(self, line: ServiceLine) -> tuple[Diagnosis, ...]:
        """The diagnoses that a line really points at, in the order of its pointers."""
        found = self._pointed.get(line.index)
        if found is None:
            named = (self.diagnosis(pointer) for pointer in line.pointers)
            found = self._pointed[line.index] = tuple(dict.fromkeys(dx for dx in named if dx))
        return found

    def reference(self, *qualifiers: str) -> Field | None:
        """The value of the claim's first REF (loop 2300) with one of these qualifiers."""
        return next((ref.value for ref in self.references if ref.qualifier in qualifiers), None)

    @lazy
    def first_service(self) -> date | None:
        """The earliest day of service of the lines, or ``None`` where no line has a readable date."""
        days = [line.service.start for line in self.lines if line.service and line.service.start]
        return min(days, default=None)

    @lazy
    def _rendering(self) -> Party | None:
        return _first(self.providers, "2310B") or self.billing_provider

    @lazy
    def _by_position(self) -> dict[int, Diagnosis]:
        return {diagnosis.position: diagnosis for diagnosis in self.diagnoses}

    @lazy
    def _pointed(self) -> dict[int, tuple[Diagnosis, ...]]:
        return {}


def _first(parties: tuple[Party, ...], loop: str) -> Party | None:
    return next((party for party in parties if party.loop == loop), None)


def _parties(loop: Loop, prefix: str) -> tuple[Party, ...]:
    return tuple(Party(inner) for inner in loop.loops if inner.id.startswith(prefix))


def _party(loop: Loop, loop_id: str) -> Party | None:
    """The party of the first loop with this id inside a loop; a level's PRV is its provider's."""
    return next((Party(inner, loop.first("PRV")) for inner in loop.inside(loop_id)), None)


# The levels above a claim are shared by the claims that follow each other, and so is what is made of them.
_shared = lru_cache(maxsize=64)(_party)
_subscriber = lru_cache(maxsize=16)(Subscriber)
