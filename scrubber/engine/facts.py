"""The values of a claim that files, acknowledgements and reports copy, apart from the claim model.

They are plain texts, numbers and dates, so a result can hand them out where no model of the claim was built.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from scrubber.claim.level import Level
from scrubber.claim.model import Claim
from scrubber.claim.pairing import Administration
from scrubber.claim.party import Party, party_in
from scrubber.x12 import Segment

_TAX_ID_QUALIFIERS = ("EI", "SY")


class PartyFacts(NamedTuple):
    """A person or organization: NM102 to NM105, NM108 and NM109.

    ``tax_id`` is the first REF*EI or REF*SY of the loop, for the billing provider only.
    """

    kind: str = ""
    name: str = ""
    first_name: str = ""
    middle_name: str = ""
    qualifier: str = ""
    id: str = ""
    tax_id: str = ""


class HeaderFacts(NamedTuple):
    """What the transaction header has: ST02, BHT03, loops 1000A and 1000B."""

    transaction: str = ""
    batch: str = ""
    submitter: PartyFacts | None = None
    receiver: PartyFacts | None = None


class LevelFacts(NamedTuple):
    """What a claim shares with others: the transaction header and the HL loops that contain it.

    ``patient`` is the person of loop 2010CA, or the subscriber if the claim is in the subscriber loop;
    ``None`` if the input has neither. ``member_id`` is NM109 of loop 2010BA.
    """

    header: HeaderFacts
    billing_provider: PartyFacts | None
    payer_id: str
    payer_name: str
    patient: PartyFacts | None
    member_id: str


class DrugFacts(NamedTuple):
    """A drug line of an administration: its number from 1, and the first NDC with quantity and unit."""

    line: int
    procedure: str
    ndc: str
    quantity: str
    unit: str


class AdministrationFacts(NamedTuple):
    """An administration line with the diagnosis codes it points to and its drug lines."""

    line: int
    procedure: str
    diagnoses: tuple[str, ...]
    drugs: tuple[DrugFacts, ...]


class ClaimFacts(NamedTuple):
    """One claim after its fixes.

    ``control_number`` is CLM01; ``total_charge`` is CLM02 as sent, ``charge`` the same as a number,
    ``None`` if it is not one. ``lines`` counts the service lines; ``first_service`` and ``last_service``
    are the first and the last day of their dates of service (DTP*472), ``None`` if no line has a valid
    date. ``reference`` is REF*D9 of loop 2300, empty if there is none.
    """

    levels: LevelFacts
    control_number: str
    total_charge: str
    charge: Decimal | None
    lines: int
    first_service: date | None
    last_service: date | None
    reference: str
    administrations: tuple[AdministrationFacts, ...]


def facts_of(
    claim: Claim, levels: Mapping[str, Level], administrations: Sequence[Administration]
) -> ClaimFacts:
    """Return the facts of a claim, its levels and its pairing, all in the same state."""
    first = claim.first_service
    last = first and max(line.service.end for line in claim.lines if line.service and line.service.end)
    return ClaimFacts(
        levels=level_facts(levels),
        control_number=str(claim.control_number),
        total_charge=str(claim.total_charge),
        charge=claim.total_charge.decimal,
        lines=len(claim.lines),
        first_service=first,
        last_service=last,
        reference=str(claim.reference("D9") or "") if claim.references else "",
        administrations=tuple([_administration(entry) for entry in administrations]),
    )


def level_facts(levels: Mapping[str, Level]) -> LevelFacts:
    """Return the facts of the levels above a claim, by name; missing ones may be omitted."""
    return _level_facts(levels.get("HEADER"), levels.get("2000A"), levels.get("2000B"), levels.get("2000C"))


@lru_cache(maxsize=64)  # consecutive claims share levels
def _level_facts(
    header: Level | None, provider: Level | None, subscriber: Level | None, patient: Level | None
) -> LevelFacts:
    insured = _person(subscriber, "IL") if subscriber and subscriber.segments else None
    payer = _nm1(subscriber, "PR") if subscriber else None
    person = insured
    if patient:
        person = _person(patient, "QC") if _nm1(patient, "QC") else None
    return LevelFacts(
        header=header_facts(header) if header else HeaderFacts(),
        billing_provider=billing_facts(provider) if provider else None,
        payer_id=payer.get(9) if payer else "",
        payer_name=payer.get(3) if payer else "",
        patient=person,
        member_id=insured.id if insured else "",
    )


@lru_cache(maxsize=16)
def header_facts(level: Level) -> HeaderFacts:
    """Return the facts of a transaction header."""
    loop = level.loop
    st, bht = loop.first("ST"), loop.first("BHT")
    return HeaderFacts(
        transaction=st.get(2) if st else "",
        batch=bht.get(3) if bht else "",
        submitter=_party(party_in(loop, "1000A")),
        receiver=_party(party_in(loop, "1000B")),
    )


@lru_cache(maxsize=16)
def billing_facts(level: Level) -> PartyFacts | None:
    """Return the facts of the billing provider of a provider level."""
    party = party_in(level.loop, "2010AA")
    facts = _party(party)
    if party is None or facts is None:
        return None
    return facts._replace(tax_id=str(party.reference(*_TAX_ID_QUALIFIERS) or ""))


def _party(party: Party | None) -> PartyFacts | None:
    if party is None:
        return None
    return PartyFacts(
        str(party.kind),
        str(party.name),
        str(party.first_name),
        str(party.middle_name),
        str(party.qualifier),
        str(party.id),
    )


def _person(level: Level, entity: str) -> PartyFacts:
    """Return the person with this NM101 in a level, with empty values if there is none."""
    nm1 = _nm1(level, entity)
    return PartyFacts(*[nm1.get(element) for element in (2, 3, 4, 5, 8, 9)]) if nm1 else PartyFacts()


def _nm1(level: Level, entity: str) -> Segment | None:
    """Return the first NM1 of a level with this NM101, which opens its loop.

    Nearly every subscriber is another, and this takes a fraction of what sorting a level into loops takes.
    """
    for segment in level.segments:
        if segment.elements[0] == b"NM1" and segment.get(1) == entity:
            return segment
    return None


def _administration(entry: Administration) -> AdministrationFacts:
    drugs = []
    for line in entry.drugs:
        drug = line.drugs[0] if line.drugs else None
        drugs.append(
            DrugFacts(
                line=line.index,
                procedure=str(line.procedure),
                ndc=str(drug.ndc) if drug else "",
                quantity=str(drug.quantity) if drug else "",
                unit=str(drug.unit) if drug else "",
            )
        )
    return AdministrationFacts(
        line=entry.line.index,
        procedure=str(entry.line.procedure),
        diagnoses=tuple([str(diagnosis.code) for diagnosis in entry.diagnoses]),
        drugs=tuple(drugs),
    )
