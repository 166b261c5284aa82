"""Which diagnoses and which drug lines belong to each line that bills giving a drug.

A drug line can belong to an administration when both are of the same day and the same rendering
provider, and both are about vaccines or neither is. Where several administrations compete for a drug,
one that shares a diagnosis pointer wins, then one whose route fits the drug's JA or JB modifier, then one
that has units left (SV104), then the nearest one before the drug. An administration that would be left
without any drug shares those of its neighbours: two injections of one drug are one drug line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from scrubber.claim.model import Claim, ServiceLine
from scrubber.claim.parts import Diagnosis
from scrubber.claim.procedures import ProcedureSets

NOMINAL_CHARGE = Decimal("0.01")
"""At or below this a drug line says that someone else supplied the drug (NGS: patient-supplied drugs)."""
_NOTHING = Decimal(0)
_GIVERS = frozenset({"administration", "vaccine_administration"})
_DRUGS = frozenset({"drug", "vaccine"})
_NO_OTHER_SERVICE = frozenset({"drug", "vaccine", "visit", "vaccine_administration"})


@dataclass(frozen=True, slots=True)
class Administration:
    """An administration line, the diagnoses it points at and the drug lines that belong to it.

    ``wastage`` are the JW lines of those drugs: discarded, so not given.
    """

    line: ServiceLine
    diagnoses: tuple[Diagnosis, ...]
    drugs: tuple[ServiceLine, ...]
    wastage: tuple[ServiceLine, ...] = ()


def pair(claim: Claim, codes: ProcedureSets) -> tuple[Administration, ...]:
    """Pair the lines of a claim; one `Administration` for each administration line, in line order."""
    givers = [line for line in claim.lines if is_administration(line, codes)]
    drugs = [line for line in claim.lines if is_drug(line, codes) and not is_wastage(line)]
    given = _assign(claim, givers, drugs, codes)
    return tuple(
        Administration(
            line=giver,
            diagnoses=claim.diagnoses_of(giver),
            drugs=tuple(given[giver.index]),
            wastage=tuple(
                line
                for line in claim.lines
                if is_wastage(line)
                and any(line.procedure == drug.procedure for drug in given[giver.index])
                and same_day(giver, line) is not False
            ),
        )
        for giver in givers
    )


def is_administration(line: ServiceLine, codes: ProcedureSets) -> bool:
    """Whether the line bills giving a drug or a vaccine."""
    return not _GIVERS.isdisjoint(codes.names_of(line.hcpcs))


def is_drug(line: ServiceLine, codes: ProcedureSets) -> bool:
    """Whether the line bills a drug or a vaccine itself."""
    return not _DRUGS.isdisjoint(codes.names_of(line.hcpcs))


def is_wastage(line: ServiceLine) -> bool:
    """Whether the line bills the discarded part of a drug (JW); with JZ it says the opposite, too."""
    modifiers = line.modifier_codes
    return "JW" in modifiers and "JZ" not in modifiers


def is_supplied_elsewhere(line: ServiceLine) -> bool:
    """Whether the charge of a drug line is nominal: the patient or someone else supplied the drug."""
    charge = line.charge.decimal
    return charge is not None and _NOTHING <= charge <= NOMINAL_CHARGE


def same_day(one: ServiceLine, other: ServiceLine) -> bool | None:
    """Whether two lines share a day of service; ``None`` where a date is missing or malformed."""
    if one.service is None or other.service is None:
        return None
    return one.service.overlaps(other.service)


def same_provider(claim: Claim, one: ServiceLine, other: ServiceLine) -> bool | None:
    """Whether the same provider rendered both lines; ``None`` where that cannot be told."""
    first, second = claim.rendering_of(one), claim.rendering_of(other)
    if first is None or second is None or not first.id or not second.id:
        return None
    return first.id == second.id


def by_provider_and_day(
    claim: Claim, lines: Iterable[ServiceLine]
) -> dict[tuple[str, date], list[ServiceLine]]:
    """Lines by who rendered them and their first day, those without a readable day left out.

    An unknown provider is not taken for that of another line.
    """
    together: dict[tuple[str, date], list[ServiceLine]] = {}
    for line in lines:
        if line.service and line.service.start:
            party = claim.rendering_of(line)
            provider = str(party.id) if party and party.id else f"line {line.index}"
            together.setdefault((provider, line.service.start), []).append(line)
    return together


def shares_diagnosis(claim: Claim, one: ServiceLine, other: ServiceLine) -> bool:
    """Whether two lines point at a common diagnosis, by position or by code."""
    codes = {dx.code for dx in claim.diagnoses_of(one)}
    return any(dx.code in codes for dx in claim.diagnoses_of(other))


def unpaired_drugs(
    claim: Claim, administrations: Sequence[Administration], codes: ProcedureSets
) -> tuple[ServiceLine, ...]:
    """Drug lines that belong to no administration, wastage aside."""
    given = {drug.index for entry in administrations for drug in entry.drugs}
    return tuple(
        line
        for line in claim.lines
        if line.index not in given and codes.is_in("drug", line.hcpcs) and not is_wastage(line)
    )


def may_be_drug_of(giver: ServiceLine, line: ServiceLine, codes: ProcedureSets) -> bool:
    """Whether a line of the same day could be the drug of an administration, whatever its code.

    A line of an unknown code that has an NDC (loop 2410) could.
    """
    if is_administration(line, codes) or not (is_drug(line, codes) or line.drugs):
        return False
    return not is_wastage(line) and same_day(giver, line) is not False


def injections_instead(
    claim: Claim, codes: ProcedureSets, drugs: str, procedures: str
) -> Iterator[tuple[ServiceLine, ServiceLine]]:
    """Injection lines all of whose possible drugs are of a set, on a day without a procedure of the other set
    that gives these; each with the first of its drugs.
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
    """Whether a procedure of the drug's day may have used it, such as a joint injection.

    That is any line that is no visit, no vaccination and no drug itself.
    """
    return any(
        same_day(line, drug) and _NO_OTHER_SERVICE.isdisjoint(codes.names_of(line.hcpcs))
        for line in claim.lines
    )


def can_belong(claim: Claim, giver: ServiceLine, drug: ServiceLine, codes: ProcedureSets) -> bool:
    """Whether a drug line can belong to an administration line. What is unknown does not part them."""
    about_vaccine = codes.is_in("vaccine_administration", giver.hcpcs)
    if about_vaccine != codes.is_in("vaccine", drug.hcpcs):
        return False
    return same_day(giver, drug) is not False and same_provider(claim, giver, drug) is not False


def _assign(
    claim: Claim, givers: Sequence[ServiceLine], drugs: Sequence[ServiceLine], codes: ProcedureSets
) -> dict[int, list[ServiceLine]]:
    """Drug lines by the index of the administration line that they belong to."""
    given: dict[int, list[ServiceLine]] = {giver.index: [] for giver in givers}
    for drug in drugs:
        candidates = [giver for giver in givers if can_belong(claim, giver, drug, codes)]
        if candidates:
            best = max(candidates, key=lambda giver: _fit(claim, giver, drug, given, codes))
            given[best.index].append(drug)
    for giver in givers:
        if not given[giver.index] and not codes.is_in("add_on", giver.hcpcs):
            given[giver.index] = [d for d in drugs if can_belong(claim, giver, d, codes)]
    return given


def _fit(
    claim: Claim,
    giver: ServiceLine,
    drug: ServiceLine,
    given: dict[int, list[ServiceLine]],
    codes: ProcedureSets,
) -> tuple[bool, bool, bool, bool, int]:
    """How well a drug fits an administration; compared element by element, larger is better."""
    units = giver.units.decimal or Decimal(1)
    has_room = len(given[giver.index]) < units
    by_vein = codes.is_in("intravenous", giver.hcpcs)
    route_fits = not ((by_vein and drug.has_modifier("JB")) or (not by_vein and drug.has_modifier("JA")))
    before = giver.index < drug.index
    return (
        not codes.is_in("add_on", giver.hcpcs),
        shares_diagnosis(claim, giver, drug),
        route_fits,
        has_room,
        giver.index if before else -giver.index,
    )
