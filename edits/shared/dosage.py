"""Convert the quantity of a drug that a line reports with its NDC to HCPCS units.

Medicare's crosswalk gives the units in a piece and the size of a piece. Where it does not cover the day, the
strength on the label (FDA directory) and the amount of one unit give the units in a milliliter. If neither
does, nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from scrubber.claim.model import DrugIdentification, ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere
from scrubber.engine.context import Context
from scrubber.tables import Lookups, eleven_digits
from scrubber.tables.drugs import DrugAmount

_TYPED = re.compile(r"\s*N4\s*", re.IGNORECASE)
_ELEVEN = re.compile(r"[0-9]{11}", re.ASCII)
_PER = re.compile(r"\s*(\S+)/([0-9]*\.?[0-9]+)?\s*(mL|1)", re.ASCII)
_MASSES = {"g": Decimal(1000), "mg": Decimal(1), "mcg": Decimal("0.001"), "ug": Decimal("0.001")}
_COUNTS = frozenset({"iu", "units", "unit", "[iu]", "[usp'u]", "[arb'u]"})


class Content(NamedTuple):
    """HCPCS units in a milliliter and in a piece (vial, syringe), where known.

    ``is_liquid`` is true only where that is certain. ``by_label`` means that the strength on the label was
    used: it may be that of the salt, so it is less exact.
    """

    per_ml: Decimal | None
    per_piece: Decimal | None
    is_liquid: bool
    by_label: bool = False

    def units_in(self, quantity: Decimal, measure: str) -> Decimal | None:
        """Return the HCPCS units in a quantity measured in ML or UN."""
        rate = {"ML": self.per_ml, "UN": self.per_piece}.get(measure)
        return None if rate is None else rate * quantity


class Dispensed(NamedTuple):
    """A drug line whose NDC quantity can be converted to HCPCS units: ``held``."""

    line: ServiceLine
    drug: DrugIdentification
    content: Content
    held: Decimal


def number_of(drug: DrugIdentification) -> str:
    """Return the NDC in eleven digits, however it is written; empty text if it is not an NDC."""
    return _number_in(str(drug.ndc))  # plain text: the cache must not keep a claim's field


@lru_cache(maxsize=4096)
def _number_in(ndc: str) -> str:
    bare = _TYPED.sub("", ndc, count=1).strip()
    return bare if _ELEVEN.fullmatch(bare) else eleven_digits(bare) or ""


def has_days(code: str, context: Context) -> bool:
    """Return True if the tables may have the dates of a drug code: HCPCS Level II only, not CPT."""
    return code[:1].isalpha() and context.codes.is_in("drug", code)


def is_unclassified(line: ServiceLine, context: Context) -> bool:
    """Return True if the line bills an unclassified drug code, on the date of service if that is known."""
    if not line.is_in("unclassified_drug", context.codes):
        return False
    day = line.service.start if line.service else None
    return day is None or bool(context.tables.unclassified(line.hcpcs, day).records)


def is_compound(line: ServiceLine) -> bool:
    """Return True if the line is an ingredient of a compound (link number, REF*VY)."""
    for drug in line.drugs:
        for reference in drug.references:
            if reference.qualifier == "VY":
                return True
    return False


def dispensed(line: ServiceLine, context: Context) -> Dispensed | None:
    """Return what a drug line reports with its NDC, if its units can be compared with that.

    The charge of the line, which may be nominal, is left to the caller.
    """
    entry = _converted(line, context)
    if entry is None and _is_comparable(line, context) and not is_supplied_elsewhere(line):
        # Once more, so that a table that does not cover the day is reported.
        _content(line, context.tables)
    return None if line.is_wastage else entry


def ways_to_read(entry: Dispensed, context: Context) -> Iterator[tuple[Decimal, Decimal]]:
    """Yield the ways to read what is billed, each as units billed and units held; first the line by itself.

    A line and its wastage line, or lines for several packages, may repeat the total quantity or split it.
    """
    yield entry.line.units.decimal or Decimal(0), entry.held
    group = [other for other in context.claim.lines if _goes_with(entry.line, other)]
    if len(group) == 1:
        return
    total = sum((other.units.decimal or Decimal(0) for other in group), Decimal(0))
    yield total, entry.held
    parts = [_converted(other, context) for other in group]
    known = [part.held for part in parts if part is not None and not is_supplied_elsewhere(part.line)]
    if len(known) == len(group):
        yield total, sum(known, Decimal(0))


def _is_comparable(line: ServiceLine, context: Context) -> bool:
    if len(line.drugs) != 1 or not line.is_in("drug", context.codes):
        return False
    drug = line.drugs[0]
    if drug.qualifier != "N4" or drug.unit not in ("ML", "UN") or line.unit_code != "UN":
        return False
    quantity, units = drug.quantity.decimal, line.units.decimal
    return (
        quantity is not None
        and quantity > 0
        and units is not None
        and units > 0
        and line.service is not None
        and line.service.start is not None
        and not is_compound(line)
    )


def _goes_with(line: ServiceLine, other: ServiceLine) -> bool:
    if other.procedure != line.procedure or other.service is None or line.service is None:
        return False
    return other.service.start == line.service.start


def _converted(line: ServiceLine, context: Context) -> Dispensed | None:
    """Return the line with the units in its quantity, without reporting what the tables do not cover."""
    content = _content(line, context.tables.aside) if _is_comparable(line, context) else None
    if content is None:
        return None
    drug = line.drugs[0]
    quantity = drug.quantity.decimal
    held = content.units_in(quantity, drug.unit) if quantity is not None else None
    return Dispensed(line, drug, content, held) if held is not None else None


def _content(line: ServiceLine, lookups: Lookups) -> Content | None:
    assert line.service is not None
    assert line.service.start is not None
    return content_of(number_of(line.drugs[0]), line.hcpcs, line.service.start, lookups)


def content_of(ndc: str, procedure: str, day: date, lookups: Lookups) -> Content | None:
    """Return the units of a procedure code in the pieces of a package, from whichever table has it."""
    # Look up without tracking first: one table is enough, and a gap counts only if none covers the day.
    tables = lookups.tables
    if not ndc or tables.unclassified.on(procedure, day).records:
        return None
    for priced in tables.asp.on(ndc, day).records:
        if priced.procedure == procedure and priced.size and priced.units:
            lookups.asp(ndc, day)
            # A powder vial has size 1, like a vial of one milliliter: only the label tells them apart.
            labeled = _by_label(ndc, procedure, day, lookups) if priced.size == 1 else None
            is_liquid = priced.size != 1 or (labeled is not None and labeled.is_liquid)
            return Content(priced.units / priced.size, priced.units, is_liquid)
    if not tables.asp.on(ndc, day).records:
        labeled = _by_label(ndc, procedure, day, lookups)
        if labeled:
            lookups.ndc(ndc, day)
            return labeled
    unit = _unit_of(procedure, day, lookups)
    if unit and unit.unit == "mL":
        return Content(1 / unit.number, None, is_liquid=True)
    lookups.asp(ndc, day)
    return None


def _unit_of(procedure: str, day: date, lookups: Lookups) -> DrugAmount | None:
    known = lookups.tables.drugs.on(procedure, day).value
    return known.unit if known else None


def _by_label(ndc: str, procedure: str, day: date, lookups: Lookups) -> Content | None:
    package = lookups.tables.ndc.on(ndc, day).value
    if package is None or len(package.strengths) != 1 or len(package.units) != 1:
        return None
    unit = _unit_of(procedure, day, lookups)
    if unit is None:
        return None
    match = _PER.fullmatch(package.units[0])
    ratio = _ratio(match[1], unit.unit) if match else None
    if match is None or ratio is None:
        return None
    try:
        in_one = Decimal(package.strengths[0]) * ratio / unit.number / Decimal(match[2] or 1)
    except ArithmeticError:  # a strength in words, or of zero
        return None
    if match[3] == "mL":
        return Content(in_one, None, is_liquid=True, by_label=True)
    return Content(None, in_one, is_liquid=False, by_label=True)


def _ratio(one: str, other: str) -> Decimal | None:
    """Return how many of the second unit are in one of the first; None if they measure different things."""
    first, second = one.lower(), other.lower()
    if first in _MASSES and second in _MASSES:
        return _MASSES[first] / _MASSES[second]
    return Decimal(1) if first in _COUNTS and second in _COUNTS else None
