"""Routes of administration: by which the drugs of a claim can have been given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scrubber.claim.model import ServiceLine
from scrubber.claim.near import index_of
from scrubber.claim.pairing import possible_drugs, same_day
from scrubber.claim.procedures import CodeSet
from scrubber.engine.context import Context
from scrubber.engine.finding import Hit
from scrubber.tables.drugs import Drug

from .dosage import is_compound

_USE_NONE = frozenset(
    {"drug", "vaccine", "administration", "vaccine_administration", "visit", "uses_no_drug"}
)


def facts_of(lines: Iterable[ServiceLine], context: Context) -> Sequence[Drug]:
    """Return the facts of all drugs, or none if one of them is unknown, has no route or is in a compound."""
    facts: list[Drug] = []
    for line in lines:
        day = line.service.start if line.service else None
        drug = context.tables.drug(line.hcpcs, day).value if day and line.hcpcs else None
        if drug is None or not drug.routes or is_compound(line):
            return ()
        facts.append(drug)
    return facts


def are_all_in(codes: CodeSet, lines: Iterable[ServiceLine]) -> bool:
    """Return True if all drugs are in a set of codes and none is in a compound, which has its own route."""
    return all(line.hcpcs in codes and not is_compound(line) for line in lines)


def by_vein(line: ServiceLine, context: Context) -> bool:
    """Return True if anything was given IV on the line's day."""
    return index_of(context.claim, context.codes).in_set("intravenous").has_near(line)


def by_needle(line: ServiceLine, context: Context) -> bool:
    """Return True if a drug, not a vaccine, was given other than IV on the line's day."""
    codes = context.codes
    by_needle = index_of(context.claim, codes).where(
        "given other than IV",
        lambda other: other.is_in("administration", codes) and not other.is_in("intravenous", codes),
    )
    return by_needle.has_near(line)


def drugs_of_day(giver: ServiceLine, context: Context) -> list[ServiceLine]:
    """Return every line of the day that may bill a drug, known or not, without wastage and vaccines."""
    return [
        line
        for line in possible_drugs(context.claim, giver, context.codes)
        if not line.is_in("vaccine", context.codes)
    ]


def may_serve_another(drug: ServiceLine, context: Context) -> bool:
    """Return True if a procedure of the day that is not an administration may have used the drug.

    Visits, drugs, blood draws and laboratory tests do not use any.
    """
    for line in context.claim.lines:
        may_use = line is not drug and _USE_NONE.isdisjoint(line.sets_in(context.codes))
        if may_use and same_day(line, drug) is not False:
            return True
    return False


def mismatch(giver: ServiceLine, drugs: Iterable[ServiceLine], how: str, given: str, variant: str) -> Hit:
    """Return the hit on an administration that drugs do not fit; ``how`` they are given, in words."""
    names = list(dict.fromkeys(line.hcpcs for line in drugs))
    are = "is" if len(names) == 1 else "are"
    message = (
        f"Line {giver.index}: {', '.join(names)} {are} {how}; {giver.procedure} ({given}) does not match."
    )
    return Hit(at=giver.procedure, message=message, line=giver, variant=variant)
