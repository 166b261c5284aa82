"""The pairing of each administration line with its diagnoses and drug lines.

A drug line can belong to an administration if both have the same date of service and rendering provider, and
both or neither are for vaccines. If several administrations compete for a drug, one that shares a diagnosis
pointer wins, then one whose route matches the drug's JA or JB modifier, then one with units left (SV104),
then the nearest one before the drug. An administration that would be left without a drug shares those it
could have: two injections of one drug are one drug line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from scrubber.claim.assignment import assign
from scrubber.claim.model import Claim, ServiceLine
from scrubber.claim.near import index_of, is_administration, is_drug, may_be_drug
from scrubber.claim.parts import Diagnosis
from scrubber.claim.procedures import ProcedureSets

__all__ = [
    "Administration",
    "can_belong",
    "injections_instead",
    "is_administration",
    "is_drug",
    "is_supplied_elsewhere",
    "may_be_drug_of",
    "may_serve_a_procedure",
    "pair",
    "possible_drugs",
    "same_day",
    "same_provider",
    "shares_diagnosis",
    "unpaired_drugs",
]


class Administration(Struct, frozen=True):
    """An administration line, the diagnoses it points at and the drug lines that belong to it.

    ``wastage`` holds the JW lines of those drugs: discarded, so not administered.
    """

    claim: Claim
    line: ServiceLine
    drugs: tuple[ServiceLine, ...]
    wastage: tuple[ServiceLine, ...] = ()

    @property
    def diagnoses(self) -> tuple[Diagnosis, ...]:
        """The diagnoses that the administration line points at."""
        return self.claim.diagnoses_of(self.line)


def pair(claim: Claim, codes: ProcedureSets) -> tuple[Administration, ...]:
    """Pair the lines of a claim; return one `Administration` for each administration line, in line order."""
    assigned = assign(claim, codes)
    wastage = index_of(claim, codes).wastage
    return tuple(
        Administration(
            claim=claim,
            line=admin_line,
            drugs=drugs,
            wastage=_wastage_of(drugs, wastage.near(admin_line)),
        )
        for admin_line, drugs in assigned
    )


def _wastage_of(drugs: Sequence[ServiceLine], near: Sequence[ServiceLine]) -> tuple[ServiceLine, ...]:
    """Return the lines among those near an administration that bill what was discarded of its drugs."""
    if not (drugs and near):
        return ()
    procedures = {drug.procedure for drug in drugs}
    return tuple(line for line in near if line.procedure in procedures)


def is_supplied_elsewhere(line: ServiceLine) -> bool:
    """Return True if a drug line's charge is nominal: the patient or someone else supplied the drug."""
    return line.is_supplied_elsewhere


def same_day(one: ServiceLine, other: ServiceLine) -> bool | None:
    """Return True if two lines share a date of service, ``None`` if a date is missing or malformed."""
    if one.service is None or other.service is None:
        return None
    return one.service.overlaps(other.service)


def same_provider(claim: Claim, one: ServiceLine, other: ServiceLine) -> bool | None:
    """Return True if the same provider rendered both lines, ``None`` if that cannot be determined."""
    rendering = claim.rendering
    first, second = rendering[one.index - 1], rendering[other.index - 1]
    return None if first is None or second is None else first == second


def shares_diagnosis(claim: Claim, one: ServiceLine, other: ServiceLine) -> bool:
    """Return True if two lines point at a common diagnosis, by position or by code."""
    return claim.shares_diagnosis(one, other)


def unpaired_drugs(
    claim: Claim, administrations: Sequence[Administration], codes: ProcedureSets
) -> tuple[ServiceLine, ...]:
    """Return the drug lines that belong to no administration, except wastage."""
    paired = {drug.index for entry in administrations for drug in entry.drugs}
    return tuple(
        line
        for line in claim.lines
        if line.index not in paired and line.is_in("drug", codes) and not line.is_wastage
    )


def may_be_drug_of(admin_line: ServiceLine, line: ServiceLine, codes: ProcedureSets) -> bool:
    """Return True if a line of the same day could be the drug of an administration, whatever its code.

    A line with an unknown code and an NDC (loop 2410) could be. `possible_drugs` finds all of them.
    """
    return may_be_drug(line, codes) and same_day(admin_line, line) is not False


def possible_drugs(claim: Claim, admin_line: ServiceLine, codes: ProcedureSets) -> tuple[ServiceLine, ...]:
    """Return the lines of the same day that could be the drug of an administration, whatever their code."""
    return index_of(claim, codes).possible_drugs.near(admin_line)


def injections_instead(
    claim: Claim, codes: ProcedureSets, drugs: str, procedures: str
) -> Iterator[tuple[ServiceLine, ServiceLine]]:
    """Yield the injection lines whose possible drugs are all in one set, each with the first of its drugs.

    Lines of a day that has a procedure of the other set, which administers these drugs, are left out.
    """
    index = index_of(claim, codes)
    others = index.where(
        f"a possible drug not in {drugs}",
        lambda line: may_be_drug(line, codes) and not line.is_in(drugs, codes),
    )
    for line in index.in_set("injection").lines:
        could_be = index.possible_drugs.near(line)
        if could_be and not others.has_near(line) and not index.in_set(procedures).has_near(line):
            yield line, could_be[0]


def may_serve_a_procedure(claim: Claim, drug: ServiceLine, codes: ProcedureSets) -> bool:
    """Return True if a procedure of the drug's day may have used it, such as a joint injection.

    That is any line that is not a visit, a vaccination or a drug itself.
    """
    return index_of(claim, codes).other_services.has_on_day(drug)


def can_belong(claim: Claim, admin_line: ServiceLine, drug: ServiceLine, codes: ProcedureSets) -> bool:
    """Return True if a drug line can belong to an administration line. Unknown values do not rule it out."""
    is_vaccination = admin_line.is_in("vaccine_administration", codes)
    if is_vaccination != drug.is_in("vaccine", codes):
        return False
    return same_day(admin_line, drug) is not False and same_provider(claim, admin_line, drug) is not False
