"""The pairing of each administration line with its diagnoses and drug lines.

A drug line can belong to an administration if both have the same date of service and rendering provider, and
both or neither are for vaccines. If several administrations compete for a drug, one that shares a diagnosis
pointer wins, then one whose route matches the drug's JA or JB modifier, then one with units left (SV104),
then the nearest one before the drug. An administration that would be left without a drug shares those it
could have: two injections of one drug are one drug line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from scrubber.claim.model import Claim, ServiceLine
from scrubber.claim.parts import Diagnosis
from scrubber.claim.procedures import ProcedureSets

NOMINAL_CHARGE = Decimal("0.01")
"""A drug line with at most this charge was supplied by someone else (NGS: patient-supplied drugs)."""
_ZERO = Decimal(0)
_ADMINISTRATION_SETS = frozenset({"administration", "vaccine_administration"})
_DRUG_SETS = frozenset({"drug", "vaccine"})
_NO_OTHER_SERVICE = frozenset({"drug", "vaccine", "visit", "vaccine_administration"})


class Administration(Struct, frozen=True):
    """An administration line, the diagnoses it points at and the drug lines that belong to it.

    ``wastage`` holds the JW lines of those drugs: discarded, so not administered.
    """

    line: ServiceLine
    diagnoses: tuple[Diagnosis, ...]
    drugs: tuple[ServiceLine, ...]
    wastage: tuple[ServiceLine, ...] = ()


def pair(claim: Claim, codes: ProcedureSets) -> tuple[Administration, ...]:
    """Pair the lines of a claim; return one `Administration` for each administration line, in line order."""
    admin_lines = [line for line in claim.lines if is_administration(line, codes)]
    drugs = [line for line in claim.lines if is_drug(line, codes) and not is_wastage(line)]
    assigned = _assign(claim, admin_lines, drugs, codes)
    return tuple(
        Administration(
            line=admin_line,
            diagnoses=claim.diagnoses_of(admin_line),
            drugs=tuple(assigned[admin_line.index]),
            wastage=tuple(
                line
                for line in claim.lines
                if is_wastage(line)
                and any(line.procedure == drug.procedure for drug in assigned[admin_line.index])
                and same_day(admin_line, line) is not False
            ),
        )
        for admin_line in admin_lines
    )


def is_administration(line: ServiceLine, codes: ProcedureSets) -> bool:
    """Return True if the line bills the administration of a drug or a vaccine."""
    return not _ADMINISTRATION_SETS.isdisjoint(codes.names_of(line.hcpcs))


def is_drug(line: ServiceLine, codes: ProcedureSets) -> bool:
    """Return True if the line bills a drug or a vaccine itself."""
    return not _DRUG_SETS.isdisjoint(codes.names_of(line.hcpcs))


def is_wastage(line: ServiceLine) -> bool:
    """Return True if the line bills the discarded amount of a drug (JW); JW with JZ is contradictory."""
    modifiers = line.modifier_codes
    return "JW" in modifiers and "JZ" not in modifiers


def is_supplied_elsewhere(line: ServiceLine) -> bool:
    """Return True if a drug line's charge is nominal: the patient or someone else supplied the drug."""
    charge = line.charge.decimal
    return charge is not None and _ZERO <= charge <= NOMINAL_CHARGE


def same_day(one: ServiceLine, other: ServiceLine) -> bool | None:
    """Return True if two lines share a date of service, ``None`` if a date is missing or malformed."""
    if one.service is None or other.service is None:
        return None
    return one.service.overlaps(other.service)


def same_provider(claim: Claim, one: ServiceLine, other: ServiceLine) -> bool | None:
    """Return True if the same provider rendered both lines, ``None`` if that cannot be determined."""
    first, second = claim.rendering_of(one), claim.rendering_of(other)
    if first is None or second is None or not first.id or not second.id:
        return None
    return first.id == second.id


def by_provider_and_day(
    claim: Claim, lines: Iterable[ServiceLine]
) -> dict[tuple[str, date], list[ServiceLine]]:
    """Return the lines by rendering provider and first date of service; lines without a valid date are left
    out.

    An unknown provider is not assumed to be that of another line.
    """
    together: dict[tuple[str, date], list[ServiceLine]] = {}
    for line in lines:
        if line.service and line.service.start:
            party = claim.rendering_of(line)
            provider = str(party.id) if party and party.id else f"line {line.index}"
            together.setdefault((provider, line.service.start), []).append(line)
    return together


def shares_diagnosis(claim: Claim, one: ServiceLine, other: ServiceLine) -> bool:
    """Return True if two lines point at a common diagnosis, by position or by code."""
    codes = {dx.code for dx in claim.diagnoses_of(one)}
    return any(dx.code in codes for dx in claim.diagnoses_of(other))


def unpaired_drugs(
    claim: Claim, administrations: Sequence[Administration], codes: ProcedureSets
) -> tuple[ServiceLine, ...]:
    """Return the drug lines that belong to no administration, except wastage."""
    paired = {drug.index for entry in administrations for drug in entry.drugs}
    return tuple(
        line
        for line in claim.lines
        if line.index not in paired and codes.is_in("drug", line.hcpcs) and not is_wastage(line)
    )


def may_be_drug_of(admin_line: ServiceLine, line: ServiceLine, codes: ProcedureSets) -> bool:
    """Return True if a line of the same day could be the drug of an administration, whatever its code.

    A line with an unknown code and an NDC (loop 2410) could be.
    """
    if is_administration(line, codes) or not (is_drug(line, codes) or line.drugs):
        return False
    return not is_wastage(line) and same_day(admin_line, line) is not False


def injections_instead(
    claim: Claim, codes: ProcedureSets, drugs: str, procedures: str
) -> Iterator[tuple[ServiceLine, ServiceLine]]:
    """Yield the injection lines whose possible drugs are all in one set, each with the first of its drugs.

    Lines of a day that has a procedure of the other set, which administers these drugs, are left out.
    """
    for line in claim.lines:
        if not codes.is_in("injection", line.hcpcs):
            continue
        could_be = [other for other in claim.lines if may_be_drug_of(line, other, codes)]
        if not could_be or not all(codes.is_in(drugs, drug.hcpcs) for drug in could_be):
            continue
        if not any(
            codes.is_in(procedures, other.hcpcs) and same_day(line, other) is not False
            for other in claim.lines
        ):
            yield line, could_be[0]


def may_serve_a_procedure(claim: Claim, drug: ServiceLine, codes: ProcedureSets) -> bool:
    """Return True if a procedure of the drug's day may have used it, such as a joint injection.

    That is any line that is not a visit, a vaccination or a drug itself.
    """
    return any(
        same_day(line, drug) and _NO_OTHER_SERVICE.isdisjoint(codes.names_of(line.hcpcs))
        for line in claim.lines
    )


def can_belong(claim: Claim, admin_line: ServiceLine, drug: ServiceLine, codes: ProcedureSets) -> bool:
    """Return True if a drug line can belong to an administration line. Unknown values do not rule it out."""
    is_vaccination = codes.is_in("vaccine_administration", admin_line.hcpcs)
    if is_vaccination != codes.is_in("vaccine", drug.hcpcs):
        return False
    return same_day(admin_line, drug) is not False and same_provider(claim, admin_line, drug) is not False


def _assign(
    claim: Claim, admin_lines: Sequence[ServiceLine], drugs: Sequence[ServiceLine], codes: ProcedureSets
) -> dict[int, list[ServiceLine]]:
    """Return the drug lines by the index of the administration line that they belong to."""
    assigned: dict[int, list[ServiceLine]] = {admin_line.index: [] for admin_line in admin_lines}
    for drug in drugs:
        candidates = [admin_line for admin_line in admin_lines if can_belong(claim, admin_line, drug, codes)]
        if candidates:
            best = max(candidates, key=lambda admin_line: _fit(claim, admin_line, drug, assigned, codes))
            assigned[best.index].append(drug)
    for admin_line in admin_lines:
        if not assigned[admin_line.index] and not codes.is_in("add_on", admin_line.hcpcs):
            assigned[admin_line.index] = [d for d in drugs if can_belong(claim, admin_line, d, codes)]
    return assigned


def _fit(
    claim: Claim,
    admin_line: ServiceLine,
    drug: ServiceLine,
    assigned: dict[int, list[ServiceLine]],
    codes: ProcedureSets,
) -> tuple[bool, bool, bool, bool, int]:
    """Return how well a drug fits an administration; compared element by element, larger is better."""
    units = admin_line.units.decimal or Decimal(1)
    has_units_left = len(assigned[admin_line.index]) < units
    is_intravenous = codes.is_in("intravenous", admin_line.hcpcs)
    route_fits = not (
        (is_intravenous and drug.has_modifier("JB")) or (not is_intravenous and drug.has_modifier("JA"))
    )
    before = admin_line.index < drug.index
    return (
        not codes.is_in("add_on", admin_line.hcpcs),
        shares_diagnosis(claim, admin_line, drug),
        route_fits,
        has_units_left,
        admin_line.index if before else -admin_line.index,
    )
