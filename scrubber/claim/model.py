"""The claim of an 837P; every leaf is a `Field` that knows its location in the input.

The shape is the same whether the claim is in the subscriber loop (2000B) or in the patient loop (2000C). What
is missing from the input is an empty field, an empty tuple or ``None``. Everything is computed on first
access; each attribute documents its X12 location.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain

from scrubber.claim.date_kinds import Life, agree
from scrubber.claim.field import Field
from scrubber.claim.lazy import LazyPart, field, lazy
from scrubber.claim.level import Level
from scrubber.claim.line import Adjudication, DrugIdentification, ServiceLine
from scrubber.claim.parts import (
    CommonSegments,
    Condition,
    Diagnosis,
    Reference,
    conditions_in,
    diagnoses_in,
    has_clia_form,
)
from scrubber.claim.party import OtherPayer, Party, Subscriber, parties_in, party_in
from scrubber.claim.signs import (
    MOST_RETURNED,
    Signs,
    adds_up,
    all_differ,
    all_linked,
    are_plain_pointers,
    codes_among,
    has_blank_edges,
    has_placeholder,
    have_own_categories,
    have_own_numbers,
    is_mbi,
    is_named_in_full,
    is_plain_charge,
    is_within_life,
    plain_codes,
)
from scrubber.guide.loops import Loop, parse_loops
from scrubber.x12 import Segment

__all__ = [
    "Adjudication",
    "Claim",
    "DrugIdentification",
    "OtherPayer",
    "Party",
    "ServiceLine",
    "Subscriber",
]

_EMPTY = Loop("")


class Claim(CommonSegments, LazyPart):
    """A claim (loop 2300) with everything above it that it depends on.

    ``place`` is the place of service of all lines without their own, ``frequency`` the claim frequency code,
    ``assignment`` whether the provider accepts assignment.
    ``references``, ``dates``, ``notes`` and ``amounts`` are those of loop 2300 itself, never of a sub-loop.
    """

    control_number = field("CLM", 1)
    total_charge = field("CLM", 2)
    place = field("CLM", 5, 1)
    place_qualifier = field("CLM", 5, 2)
    frequency = field("CLM", 5, 3)
    assignment = field("CLM", 7)
    delay_reason = field("CLM", 20)

    def __init__(self, above: Mapping[str, Loop], loop: Loop, segment: Segment) -> None:
        super().__init__(loop)
        self.segment = segment
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
    def version(self) -> Field:
        """ST03."""
        return Field.of(self._header.first("ST"), 3)

    @lazy
    def purpose(self) -> Field:
        """BHT02."""
        return Field.of(self._header.first("BHT"), 2)

    @lazy
    def transaction_type(self) -> Field:
        """BHT06: CH for claims to be paid, RP for encounters, 31 for a subrogation demand."""
        return Field.of(self._header.first("BHT"), 6)

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
    def currency(self) -> Field:
        """CUR02 of loop 2000A; empty unless the amounts are said to be in a currency."""
        return Field.of(self._provider_level.first("CUR"), 2, 0, "2000A")

    @lazy
    def subscriber(self) -> Subscriber | None:
        """Loop 2000B."""
        return _subscriber(self._subscriber_level) if self._subscriber_level.opener else None

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
        """Loop 2010CA, or the subscriber if the claim is in the subscriber loop."""
        if self._patient_level:
            return _shared(self._patient_level, "2010CA")
        return self.subscriber.party if self.subscriber else None

    @property
    def in_patient_loop(self) -> bool:
        """True if the claim is in loop 2000C."""
        return self._patient_level is not None

    @lazy
    def relationship(self) -> Field:
        """The patient's relationship to the subscriber: PAT01 in the patient loop, else SBR02."""
        pat = self._patient_level.first("PAT") if self._patient_level else None
        if pat:
            return Field.of(pat, 1, 0, "2000C")
        return self.subscriber.relationship if self.subscriber else Field()

    @lazy
    def death_date(self) -> Field:
        """The patient's date of death (PAT06 of the patient's HL loop)."""
        pat = self._patient_level.first("PAT") if self._patient_level else None
        level = "2000C" if pat else "2000B"
        return Field.of(pat or self._subscriber_level.first("PAT"), 6, 0, level)

    @lazy
    def related_causes(self) -> tuple[Field, ...]:
        """The related causes present (CLM11-1 to CLM11-3)."""
        if not self.segment.components(11):
            return ()
        causes = (Field.of(self.segment, 11, component, "2300") for component in (1, 2, 3))
        return tuple(cause for cause in causes if cause)

    @lazy
    def diagnoses(self) -> tuple[Diagnosis, ...]:
        """The diagnoses of HI, in order."""
        return diagnoses_in(self._loop)

    @lazy
    def positions(self) -> frozenset[int]:
        """The positions of the diagnoses, from 1."""
        return frozenset(diagnosis.position for diagnosis in self.diagnoses)

    @lazy
    def signs(self) -> Signs:
        """Quick tests of what differs from claim to claim."""
        pointers = [tuple([str(pointer) for pointer in line.pointers]) for line in self.lines]
        return Signs(
            plain_charge=is_plain_charge(self.total_charge),
            adds_up=adds_up(self.total_charge, [line.charge for line in self.lines]),
            plain_pointers=all(are_plain_pointers(of_line, self.positions) for of_line in pointers),
            all_linked=all_linked(frozenset(chain.from_iterable(pointers)), self.positions),
            all_differ=all_differ([diagnosis.code for diagnosis in self.diagnoses]),
            within_life=self._is_within_life(),
            has_mbi=self.subscriber is not None and is_mbi(self.subscriber.party.id),
            trimmed_ids=self._has_trimmed_ids(),
            valid_births=self._has_valid_births(),
            has_member_id=self.subscriber is not None and bool(self.subscriber.party.id),
            short_number=len(self.control_number) <= MOST_RETURNED,
            lines_differ=have_own_numbers([str(line.control_number) for line in self.lines]),
            dates_agree=self._dates_agree(),
            clia_numbers=has_clia_form(self.references),
            categories_differ=have_own_categories([diagnosis.code for diagnosis in self.diagnoses]),
        )

    def _is_within_life(self) -> bool:
        birth = self.patient.birth_date if self.patient else ""
        days = [line.service.start if line.service else None for line in self.lines]
        dated = [day for day in days if day]
        if len(dated) < len(days):
            return False
        return is_within_life(birth, self.death_date, min(dated, default=None), max(dated, default=None))

    def _has_trimmed_ids(self) -> bool:
        level, own = self._subscriber_level, self._loop
        segments = [*level.every("SBR"), *own.every("REF")]
        for loop in (*level.inside("2010BA"), *level.inside("2010BB")):
            segments += loop.every("NM1")
        for loop in own.inside("2320"):
            segments += loop.every("SBR")
            for inner in loop.family("2330"):
                segments += inner.every("NM1")
        return not any(has_blank_edges(each.body, each.delimiters.element) for each in segments)

    def _has_valid_births(self) -> bool:
        people = (self.subscriber.party if self.subscriber else None, self.patient)
        return all(person.birth_date.date for person in people if person and person.birth_date)

    @lazy
    def has_real_names(self) -> bool:
        """True if no name or address of subscriber and patient is a placeholder."""
        people = self._subscriber_level.inside("2010BA")
        if self._patient_level:
            people = [*people, *self._patient_level.inside("2010CA")]
        segments = (segment for loop in people for id_ in ("NM1", "N3", "N4") for segment in loop.every(id_))
        return not any(has_placeholder(each.body, each.delimiters.element) for each in segments)

    @lazy
    def has_full_names(self) -> bool:
        """True if subscriber and patient have first names, if they are persons."""
        people = self._subscriber_level.inside("2010BA")
        if self._patient_level:
            people = [*people, *self._patient_level.inside("2010CA")]
        names = [name for loop in people for name in loop.every("NM1")]
        return all(is_named_in_full(name.get(2), name.get(4)) for name in names)

    def _dates_agree(self) -> bool:
        if not self.dates:
            return True
        services = [line.service for line in self.lines if line.service]
        days = [(service.start, service.end) for service in services if service.start and service.end]
        first, last = min((day for day, _ in days), default=None), max((day for _, day in days), default=None)
        born = self.patient.birth_date.date if self.patient else None
        periods = [(period.qualifier, period.format, period.value) for period in self.dates]
        return agree(periods, Life(born, first, last))

    @lazy
    def provider_loops(self) -> frozenset[str]:
        """The IDs of the loops 2310 that there are."""
        return frozenset(party.loop for party in self.providers)

    @lazy
    def billing_kind(self) -> str:
        """NM102 of the billing provider: 1 for a person, 2 for an organization, empty if there is none."""
        return str(self.billing_provider.kind) if self.billing_provider else ""

    @lazy
    def is_numbered(self) -> bool:
        """True if the lines are numbered 1, 2, 3 and so on (LX01)."""
        return all(line.number == str(line.index) for line in self.lines)

    @property
    def is_void(self) -> bool:
        """True if the claim is a void (CLM05-3 is 8): it repeats what was sent, right or wrong."""
        return self.frequency == "8"

    @lazy
    def rendering(self) -> tuple[int | None, ...]:
        """Which lines have the same rendering provider: equal numbers, ``None`` where it is unknown."""
        ids = [str(party.id) if (party := self.rendering_of(line)) else "" for line in self.lines]
        return tuple(ids.index(id_) if id_ else None for id_ in ids)

    @lazy
    def single_day(self) -> date | None:
        """The day of service, if all lines have the same single day (DTP*472*D8)."""
        services = [line.service for line in self.lines]
        days = {service.value for service in services if service and service.format == "D8"}
        if (
            None in services
            or len(days) != 1
            or any(service.format != "D8" for service in services if service)
        ):
            return None
        return services[0].start if services and services[0] else None

    @lazy
    def reference_qualifiers(self) -> tuple[str, ...]:
        """REF01 of the claim's references (loop 2300), in order."""
        return tuple(str(reference.qualifier) for reference in self.references)

    @lazy
    def date_qualifiers(self) -> tuple[str, ...]:
        """DTP01 of the claim's dates (loop 2300), in order."""
        return tuple(str(period.qualifier) for period in self.dates)

    @lazy
    def provider_entities(self) -> tuple[str, ...]:
        """NM101 of the claim's providers (loops 2310), in order."""
        return tuple(str(party.entity) for party in self.providers)

    @lazy
    def conditions(self) -> tuple[Condition, ...]:
        """The CRC segments of loop 2300."""
        return conditions_in(self._loop)

    @lazy
    def has_transport(self) -> bool:
        """True if loop 2300 has an ambulance transport (CR1)."""
        return self._loop.first("CR1") is not None

    @lazy
    def has_several_diagnoses(self) -> bool:
        """True if HI has more than one diagnosis."""
        return len(self.diagnoses) > 1

    @lazy
    def providers(self) -> tuple[Party, ...]:
        """Loops 2310."""
        return parties_in(self._loop, "2310")

    @lazy
    def other_payers(self) -> tuple[OtherPayer, ...]:
        """Loops 2320."""
        inside = self._loop.inside("2320")
        return tuple(OtherPayer(loop) for loop in inside) if inside else ()

    @lazy
    def parties(self) -> tuple[Party, ...]:
        """All people and organizations but submitter and receiver, from the billing provider inward.

        Providers of a service line come last.
        """
        above = (
            self.billing_provider,
            self.pay_to_address,
            self.pay_to_plan,
            self.subscriber.party if self.subscriber else None,
            self.payer,
            self.patient if self.in_patient_loop else None,
        )
        found = [party for party in above if party]
        found += self.providers
        for other in self.other_payers:
            found += (other.subscriber.party, other.payer, *other.providers)
        for line in self.lines:
            found += line.providers
        return tuple(found)

    @lazy
    def lines(self) -> tuple[ServiceLine, ...]:
        """Loops 2400."""
        return tuple(ServiceLine(loop, i) for i, loop in enumerate(self._loop.inside("2400"), start=1))

    def line(self, index: int) -> ServiceLine:
        """Return a line by its position, from 1."""
        return self.lines[index - 1]

    def lines_billing(self, codes: Container[str]) -> tuple[ServiceLine, ...]:
        """Return the lines whose HCPCS code is one of these; ``codes`` is a set or tuple, never one text."""
        return tuple(line for line in self.lines if line.hcpcs in codes)

    def lines_marked(self, modifiers: Collection[str]) -> tuple[ServiceLine, ...]:
        """Return the lines that have one of these modifiers."""
        return tuple(line for line in self.lines if line.has_modifier(*modifiers))

    def place_of(self, line: ServiceLine) -> Field:
        """Return the place of service that applies to a line: SV105, else CLM05-1."""
        return line.place or self.place

    def rendering_of(self, line: ServiceLine) -> Party | None:
        """Return the rendering provider of a line: loop 2420A, else 2310B, else the billing provider."""
        return _first(line.providers, "2420A") or self._rendering

    def state_of(self, line: ServiceLine) -> str:
        """Return the state of a line's service facility (2420C, else 2310C), else of the billing provider.

        The result is two uppercase letters, or empty if no state is reported. It determines which MAC
        processes the line.
        """
        facility = _first(line.providers, "2420C") or _first(self.providers, "2310C")
        place = facility or self.billing_provider
        return place.state.strip().upper() if place else ""

    def diagnosis(self, pointer: str) -> Diagnosis | None:
        """Return the diagnosis that a pointer (SV107) refers to, or ``None`` if there is none."""
        named = self._by_pointer.get(pointer)
        if named is None and len(pointer) == 2 and pointer[0] == "0":
            named = self._by_pointer.get(pointer[1])
        return named

    def has_diagnosis(self, pointer: str) -> bool:
        """Return True if a pointer (SV107) refers to a diagnosis, whatever its code."""
        return self.diagnosis(pointer) is not None

    def shares_diagnosis(self, one: ServiceLine, other: ServiceLine) -> bool:
        """Return True if two lines point at a common diagnosis, by position or by code."""
        codes = {dx.code for dx in self.diagnoses_of(one)}
        return any(dx.code in codes for dx in self.diagnoses_of(other))

    def is_linked(self, line: ServiceLine) -> bool:
        """Return True if a line points to a diagnosis, whatever its code."""
        return bool(self.diagnoses_of(line))

    def has_code(self, code: str) -> bool:
        """Return True if a diagnosis has this code, however it is written."""
        return code in plain_codes([diagnosis.code for diagnosis in self.diagnoses])

    def codes_among(self, targets: tuple[str, ...]) -> tuple[str, ...]:
        """Return the claim's diagnosis codes that begin with one of the targets or lie in such a range.

        Sorted, in uppercase without dots.
        """
        return codes_among([diagnosis.code for diagnosis in self.diagnoses], targets)

    def same_procedure(self, line: ServiceLine) -> tuple[ServiceLine, ...]:
        """Return the lines that bill the procedure code of a line, itself among them, in their order."""
        return tuple(other for other in self.lines if other.procedure == line.procedure)

    def diagnoses_of(self, line: ServiceLine) -> tuple[Diagnosis, ...]:
        """Return the diagnoses that a line's pointers refer to, in the order of the pointers."""
        found = self._pointed.get(line.index)
        if found is None:
            named = (self.diagnosis(pointer) for pointer in line.pointers)
            found = self._pointed[line.index] = tuple(dict.fromkeys(dx for dx in named if dx))
        return found

    def reference(self, *qualifiers: str) -> Field | None:
        """Return the value of the claim's first REF (loop 2300) with one of these qualifiers."""
        return next((ref.value for ref in self.references if ref.qualifier in qualifiers), None)

    @lazy
    def first_service(self) -> date | None:
        """The earliest date of service of the lines, or ``None`` if no line has a valid date."""
        return min(self.service_days, default=None)

    @lazy
    def service_days(self) -> frozenset[date]:
        """The first dates of service of the lines; lines without a valid date contribute none."""
        return frozenset(line.service.start for line in self.lines if line.service and line.service.start)

    @lazy
    def _rendering(self) -> Party | None:
        return _first(self.providers, "2310B") or self.billing_provider

    @lazy
    def _by_pointer(self) -> dict[str, Diagnosis]:
        """The diagnoses by the text of a pointer to them; pointers have at most two digits."""
        return {
            str(diagnosis.position): diagnosis for diagnosis in self.diagnoses if diagnosis.position < 100
        }

    @lazy
    def _pointed(self) -> dict[int, tuple[Diagnosis, ...]]:
        return {}


def build_claim(levels: Mapping[str, Level], segments: Sequence[Segment]) -> Claim:
    """Build a claim from its segments (CLM first).

    ``levels`` are the levels above it by name: ``HEADER``, ``2000A``, ``2000B``, ``2000C``; levels missing
    from the input may be omitted. Malformed values never raise.
    """
    above = {name: level.loop for name, level in levels.items()}
    return Claim(above, parse_loops("2300", segments), segments[0])


def _first(parties: tuple[Party, ...], loop: str) -> Party | None:
    for party in parties:
        if party.loop == loop:
            return party
    return None


# Consecutive claims share the levels above them, and so also what is derived from these.
_shared = lru_cache(maxsize=64)(party_in)
_subscriber = lru_cache(maxsize=16)(Subscriber)
