"""A service line of a claim, with its drugs and other payers' adjudications."""

from __future__ import annotations

from collections.abc import Container
from decimal import Decimal

from scrubber.claim.field import Field
from scrubber.claim.lazy import LazyPart, field, lazy
from scrubber.claim.parts import (
    Adjustment,
    Amount,
    CommonSegments,
    Measurement,
    Period,
    Reference,
    adjustments_in,
    amounts_in,
    measurements_in,
    periods_in,
    references_in,
)
from scrubber.claim.party import Party, parties_in
from scrubber.claim.procedures import ProcedureSets
from scrubber.claim.signs import is_plain_charge
from scrubber.guide.loops import Loop
from scrubber.x12 import Segment

# The TR3 allows four pointers; pointers beyond the highest number of diagnoses of a claim are ignored.
_MOST_POINTERS = 12
_FIRST_MODIFIER, _LAST_MODIFIER = 3, 6
NOMINAL_CHARGE = Decimal("0.01")
"""A drug line with at most this charge was supplied by someone else (NGS: patient-supplied drugs)."""
_NO_MODIFIERS: frozenset[str] = frozenset()


class DrugIdentification(LazyPart):
    """Loop 2410: the NDC, its quantity and unit of measure.

    ``references`` holds the prescription number (XZ) and the compound drug link number (VY).
    """

    qualifier = field("LIN", 2)
    ndc = field("LIN", 3)
    quantity = field("CTP", 4)
    unit = field("CTP", 5, 1)

    @property
    def segment(self) -> Segment:
        """The LIN segment, which begins the loop."""
        return self._loop.every("LIN")[0]

    @lazy
    def references(self) -> tuple[Reference, ...]:
        """The loop's REF segments."""
        return references_in(self._loop)


class Adjudication(LazyPart):
    """Another payer's line adjudication (loop 2430): payer ID, paid amount in dollars, code, units, date."""

    payer_id = field("SVD", 1)
    paid = field("SVD", 2)
    procedure = field("SVD", 3, 2)
    units = field("SVD", 5)

    @lazy
    def adjustments(self) -> tuple[Adjustment, ...]:
        """The adjustments of the line (CAS)."""
        return adjustments_in(self._loop)

    @lazy
    def amounts(self) -> tuple[Amount, ...]:
        """The AMT segments: EAF is what the patient still owes."""
        return amounts_in(self._loop)

    @lazy
    def date(self) -> Period | None:
        """The adjudication or payment date (DTP*573)."""
        return next((period for period in periods_in(self._loop) if period.qualifier == "573"), None)


class ServiceLine(CommonSegments, LazyPart):
    """A service line (loop 2400). ``index`` is its position in the claim from 1, ``number`` is LX01.

    ``place`` is empty if the claim's place of service applies. ``units`` is measured in ``unit_code`` (UN or
    MJ).
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
        """The SV1, or the LX if there is no SV1."""
        segment = self._loop.first("SV1") or self._loop.opener
        assert segment is not None  # a line begins with its LX, or with its SV1
        return segment

    @lazy
    def modifiers(self) -> tuple[Field, ...]:
        """The modifiers present (SV101-3 to SV101-6)."""
        sv1 = self._loop.first("SV1")
        last = min(sv1.components(1), _LAST_MODIFIER) if sv1 else 0
        if last < _FIRST_MODIFIER:
            return ()
        places = range(_FIRST_MODIFIER, last + 1)
        return tuple(mod for i in places if (mod := Field.of(sv1, 1, i, "2400")))

    @lazy
    def modifier_codes(self) -> frozenset[str]:
        """The modifiers as a payer reads them: uppercase, without surrounding spaces."""
        if not self.modifiers:
            return _NO_MODIFIERS
        return frozenset(modifier.strip().upper() for modifier in self.modifiers)

    @lazy
    def pointers(self) -> tuple[Field, ...]:
        """The components of SV107, including empty ones."""
        sv1 = self._loop.first("SV1")
        count = min(sv1.components(7), _MOST_POINTERS) if sv1 else 0
        return tuple(Field.of(sv1, 7, i, "2400") for i in range(1, count + 1))

    def charges_over(self, limit: Decimal) -> bool:
        """Return True if the charge is a number above a limit, in dollars."""
        charge = self.charge.decimal
        return charge is not None and charge > limit

    @lazy
    def service(self) -> Period | None:
        """The date of service (DTP*472)."""
        for period in self.dates:
            if period.qualifier == "472":
                return period
        return None

    @lazy
    def forms(self) -> tuple[Field, ...]:
        """The numbers of the forms with the line (LQ02 of loops 2440, where LQ01 is UT)."""
        found = [loop.first("LQ") for loop in self._loop.inside("2440")]
        return tuple(Field.of(lq, 2, 0, "2440") for lq in found if lq and lq.get(1) == "UT")

    @lazy
    def control_number(self) -> Field:
        """The line item control number (REF*6R); empty if there is none."""
        return next((ref.value for ref in self.references if ref.qualifier == "6R"), Field())

    @lazy
    def measurements(self) -> tuple[Measurement, ...]:
        """The line's MEA segments."""
        return measurements_in(self._loop)

    @lazy
    def drugs(self) -> tuple[DrugIdentification, ...]:
        """Loops 2410."""
        inside = self._loop.inside("2410")
        return tuple(DrugIdentification(loop) for loop in inside) if inside else ()

    @lazy
    def has_drugs(self) -> bool:
        """True if there is a loop 2410."""
        return bool(self.drugs)

    @lazy
    def providers(self) -> tuple[Party, ...]:
        """Loops 2420."""
        return parties_in(self._loop, "2420", line=self)

    @lazy
    def reference_qualifiers(self) -> tuple[str, ...]:
        """REF01 of the line's references, in order."""
        return tuple(str(reference.qualifier) for reference in self.references)

    @lazy
    def provider_loops(self) -> frozenset[str]:
        """The IDs of the loops 2420 that there are."""
        return frozenset(party.loop for party in self.providers)

    @lazy
    def adjudications(self) -> tuple[Adjudication, ...]:
        """Loops 2430."""
        inside = self._loop.inside("2430")
        return tuple(Adjudication(loop) for loop in inside) if inside else ()

    @lazy
    def has_plain_charge(self) -> bool:
        """True if the charge is a dollar or more, plainly written."""
        return is_plain_charge(self.charge)

    @lazy
    def is_supplied_elsewhere(self) -> bool:
        """True if the charge is nominal: then the patient or someone else supplied what the line bills."""
        charge = self.charge.decimal
        return charge is not None and 0 <= charge <= NOMINAL_CHARGE

    def has_modifier(self, *codes: str) -> bool:
        """Return True if the line has one of these modifiers, even with stray spaces or in lowercase."""
        return not self.modifier_codes.isdisjoint(codes)

    def modifiers_among(self, codes: Container[str]) -> list[Field]:
        """Return the modifiers that `has_modifier` would find, in the order and form in which they stand."""
        return [modifier for modifier in self.modifiers if modifier.strip().upper() in codes]

    def is_in(self, name: str, codes: ProcedureSets) -> bool:
        """Return True if the procedure code is in the code set of this name."""
        return name in self.sets_in(codes)

    def sets_in(self, codes: ProcedureSets) -> frozenset[str]:
        """Return the names of the code sets that have the procedure code."""
        return codes.names_of(self.hcpcs)

    @lazy
    def is_wastage(self) -> bool:
        """True if it bills the discarded amount of a drug (JW); JW with JZ is contradictory."""
        return "JW" in self.modifier_codes and "JZ" not in self.modifier_codes

    @lazy
    def hcpcs(self) -> str:
        """The procedure code if SV101-1 is HC (HCPCS or CPT), else empty."""
        return str(self.procedure) if self.qualifier == "HC" else ""
