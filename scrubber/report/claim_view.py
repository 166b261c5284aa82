"""A claim's result as every report format shows it, masked on request."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct, structs

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.field import Field
from scrubber.engine.finding import Finding, UncheckedEdit
from scrubber.engine.fixing import FixedSegment
from scrubber.engine.result import ClaimResult
from scrubber.report.build import name_of
from scrubber.report.excerpt import Excerpt, SegmentChange, excerpt_of, joined
from scrubber.report.masking import HIDDEN, Mask, masked_finding
from scrubber.report.model import ClaimReport, SuppressedReport
from scrubber.x12 import Segment
from scrubber.x12.segment import text


class LineView(NamedTuple):
    """A service line, its values as sent. ``diagnoses`` are the codes that its pointers lead to.

    ``role`` is its part in the pairing: ``administration``, ``drug`` or ``service``.
    """

    number: int
    role: str
    procedure: str
    modifiers: tuple[str, ...]
    date: str
    place: str
    units: str
    charge: str
    diagnoses: tuple[str, ...]
    ndc: str
    quantity: str
    unit: str


class AdministrationView(NamedTuple):
    """An administration line with what belongs to it: the numbers of its drug lines and of discarded amounts.

    ``diagnoses`` are the places of its diagnoses on the claim (``HI01-2``).
    """

    line: int
    drugs: tuple[int, ...]
    wastage: tuple[int, ...]
    diagnoses: tuple[str, ...]


class ClaimView(Struct, frozen=True, eq=False, dict=True):
    """A claim's report and result. ``ordinal`` counts the claims of a file from 1.

    With ``mask``, ``report`` is already without what is hidden. Everything else is computed lazily.
    """

    report: ClaimReport
    result: ClaimResult
    ordinal: int
    mask: Mask | None = None

    @classmethod
    def of(cls, report: ClaimReport, result: ClaimResult, ordinal: int, *, masked: bool) -> ClaimView:
        """Return the view of a claim."""
        if not masked:
            return cls(report, result, ordinal)
        mask = Mask(result.received())
        return cls(_masked_report(report, mask, ordinal), result, ordinal, mask)

    def omitted(self, *, quiet: bool = False) -> tuple[Finding, ...]:
        """Return the findings that are not reported; with ``quiet``, those of them that hold the claim.

        They are not masked: use only their edit.
        """
        return tuple(one for one in self.result.omitted if one.holds or not quiet)

    @property
    def claim(self) -> Claim:
        """Return the claim itself, unmasked: only for values that no mask hides."""
        return self.result.claim

    @property
    def payer_name(self) -> str:
        """Return the payer's name."""
        return self.result.facts.levels.payer_name

    @property
    def billing_provider(self) -> str:
        """Return the billing provider's name."""
        return name_of(self.result.facts.levels.billing_provider)

    @property
    def patient(self) -> str:
        """Return the patient's name."""
        return self.report.patient

    @property
    def birth_date(self) -> str:
        """Return the patient's date of birth as sent."""
        value = str(self.claim.patient.birth_date) if self.claim.patient else ""
        return HIDDEN if self.mask and value else value

    @property
    def member_id(self) -> str:
        """Return the subscriber's member ID."""
        value = self.result.facts.levels.member_id
        return HIDDEN if self.mask and value else value

    @property
    def charge(self) -> Decimal | None:
        """Return the total charge (CLM02) in dollars, or ``None`` if it is not a number."""
        return self.result.facts.charge

    @property
    def service_date(self) -> str:
        """Return the first date of service in ISO form; empty if no line has a readable date."""
        day = self.result.facts.first_service
        return day.isoformat() if day else ""

    def date_of(self, number: int | None) -> str:
        """Return the first date of service of a line (from 1) in ISO form, or else the claim's."""
        line = self.claim.lines[number - 1] if number and number <= len(self.claim.lines) else None
        start = line.service.start if line and line.service else None
        return start.isoformat() if start else self.service_date

    def procedure_of(self, number: int | None) -> str:
        """Return the procedure code of a line (from 1); empty if there is no such line."""
        return (
            str(self.claim.lines[number - 1].procedure) if number and number <= len(self.claim.lines) else ""
        )

    @cached_property
    def diagnoses(self) -> tuple[tuple[int, str], ...]:
        """Return the claim's diagnoses as position and code."""
        return tuple((diagnosis.position, str(diagnosis.code)) for diagnosis in self.claim.diagnoses)

    @cached_property
    def lines(self) -> tuple[LineView, ...]:
        """Return the service lines in order."""
        administrations = {entry.line for entry in self.administrations}
        drugs = {drug for entry in self.administrations for drug in entry.drugs}
        return tuple(self._line(line, administrations, drugs) for line in self.claim.lines)

    @cached_property
    def administrations(self) -> tuple[AdministrationView, ...]:
        """Return the administrations in the order of their lines."""
        return tuple(
            AdministrationView(
                entry.line.index,
                tuple(drug.index for drug in entry.drugs),
                tuple(line.index for line in entry.wastage),
                tuple(diagnosis.code.name for diagnosis in entry.diagnoses),
            )
            for entry in self.result.administrations
        )

    @cached_property
    def changes(self) -> tuple[SegmentChange, ...]:
        """Return the fixed segments."""
        return tuple(self._change(fixed) for fixed in self.result.fixed_segments)

    def excerpt(self, finding: Finding) -> Excerpt | None:
        """Return the segment that a finding is about, as received; ``None`` if it is about none."""
        number = finding.where.segment_number or 0
        segment = self._received.get(number)
        if segment is None:
            return None
        above, below = (self._neighbor(other) for other in (number - 1, number + 1))
        return excerpt_of(segment, self._texts(segment, segment), finding)._replace(above=above, below=below)

    def _neighbor(self, number: int) -> str:
        segment = self._received.get(number)
        return joined(segment, self._texts(segment, segment)) if segment else ""

    @cached_property
    def _received(self) -> dict[int, Segment]:
        return {segment.number: segment for segment in self.result.received()}

    def _texts(self, segment: Segment, original: Segment) -> list[str]:
        if self.mask:
            return self.mask.texts(segment, original)
        return [text(raw) for raw in segment.elements]

    def _line(self, line: ServiceLine, administrations: set[int], drugs: set[int]) -> LineView:
        drug = line.drugs[0] if line.drugs else None
        role = "service"
        if line.index in administrations:
            role = "administration"
        elif line.index in drugs or drug:
            role = "drug"
        return LineView(
            number=line.index,
            role=role,
            procedure=self._masked(line.procedure),
            modifiers=tuple(map(self._masked, line.modifiers)),
            date=self._masked(line.service.value) if line.service else "",
            place=self._masked(self.claim.place_of(line)),
            units=self._masked(line.units),
            charge=self._masked(line.charge),
            diagnoses=tuple(self._masked(diagnosis.code) for diagnosis in self.claim.diagnoses_of(line)),
            ndc=self._masked(drug.ndc) if drug else "",
            quantity=self._masked(drug.quantity) if drug else "",
            unit=self._masked(drug.unit) if drug else "",
        )

    def _masked(self, value: Field) -> str:
        """Return a line's value, or the mask's placeholder if its element is hidden."""
        number = value.segment.number if value.segment else None
        is_hidden = self.mask and self.mask.value(number, value.name) is not None
        return HIDDEN if is_hidden else str(value)

    def _change(self, fixed: FixedSegment) -> SegmentChange:
        before, after = (
            joined(segment, self._texts(segment, fixed.before)) for segment in (fixed.before, fixed.after)
        )
        return SegmentChange(fixed.before.number, fixed.before.offset, fixed.edits, before, after)


def _masked_report(report: ClaimReport, mask: Mask, ordinal: int) -> ClaimReport:
    return structs.replace(
        report,
        control_number=f"#{ordinal}",
        patient=HIDDEN if report.patient else "",
        findings=tuple(masked_finding(finding, mask) for finding in report.findings),
        suppressed=tuple(_masked_suppressed(entry, mask) for entry in report.suppressed),
        unchecked=tuple(UncheckedEdit(entry.edit, mask.text(entry.why)) for entry in report.unchecked),
    )


def _masked_suppressed(entry: SuppressedReport, mask: Mask) -> SuppressedReport:
    return structs.replace(entry, finding=masked_finding(entry.finding, mask))
