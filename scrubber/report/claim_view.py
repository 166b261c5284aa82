"""What a report can show of a claim, whatever its format; masked where that is wished."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from msgspec import structs

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.field import Field
from scrubber.engine.finding import AppliedFix, Finding, UncheckedEdit
from scrubber.engine.repair import Repair
from scrubber.engine.result import ClaimResult
from scrubber.report.build import name_of
from scrubber.report.masking import HIDDEN, Mask, envelope_texts, known_place
from scrubber.report.model import ClaimReport, FileReport, SuppressedReport
from scrubber.x12 import Segment
from scrubber.x12.envelope import Recount
from scrubber.x12.segment import text

_ELEMENT = re.compile(r"([0-9]{2})(?:-([0-9]+))?")


class Excerpt(NamedTuple):
    """A segment as it was sent, and where in that text the fault is (``start`` = ``end``: all of it).

    ``above`` and ``below`` are its neighbours in the claim, empty where there is none.
    """

    number: int
    byte: int
    text: str
    start: int
    end: int
    above: str = ""
    below: str = ""


class LineView(NamedTuple):
    """A service line. ``diagnoses`` are the codes that it really points at; texts as they were sent.

    ``role`` is what it is in the pairing: it gives a drug, is a drug, or is another service.
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


class SegmentChange(NamedTuple):
    """A repaired segment before and after, and the edits that asked for it."""

    number: int
    byte: int
    edits: tuple[str, ...]
    before: str
    after: str


@dataclass(frozen=True)
class ClaimView:
    """A claim's result as reports show it. ``ordinal`` counts the claims of a file from 1.

    ``report`` is the part for machines, with ``mask`` already without what is hidden. Only what a format
    asks for is computed.
    """

    report: ClaimReport
    judged: ClaimResult
    ordinal: int
    mask: Mask | None = None

    @classmethod
    def of(cls, report: ClaimReport, result: ClaimResult, ordinal: int, *, masked: bool) -> ClaimView:
        """Return the view of a claim."""
        if not masked:
            return cls(report, result, ordinal)
        mask = Mask(result.received())
        return cls(_masked_report(report, mask, ordinal), result, ordinal, mask)

    @property
    def claim(self) -> Claim:
        """The claim itself, unmasked: for what no mask hides."""
        return self.judged.claim

    @property
    def payer_name(self) -> str:
        """Who is asked to pay."""
        return str(self.claim.payer.name) if self.claim.payer else ""

    @property
    def billing_provider(self) -> str:
        """Who bills."""
        return name_of(self.claim.billing_provider)

    @property
    def patient(self) -> str:
        """Who was treated."""
        return self.report.patient

    @property
    def birth_date(self) -> str:
        """The patient's, as it was sent."""
        value = str(self.claim.patient.birth_date) if self.claim.patient else ""
        return HIDDEN if self.mask and value else value

    @property
    def member_id(self) -> str:
        """The insured's id with the payer."""
        value = str(self.claim.subscriber.party.id) if self.claim.subscriber else ""
        return HIDDEN if self.mask and value else value

    @property
    def charge(self) -> Decimal | None:
        """The total (CLM02) in dollars, where it is a number."""
        return self.claim.total_charge.decimal

    @property
    def service_date(self) -> str:
        """The first day of service, ISO; empty where no line has a readable one."""
        day = self.claim.first_service
        return day.isoformat() if day else ""

    def date_of(self, number: int | None) -> str:
        """The first day of service of a line (from 1), ISO; the claim's where there is no line, or no day."""
        line = self.claim.lines[number - 1] if number and number <= len(self.claim.lines) else None
        start = line.service.start if line and line.service else None
        return start.isoformat() if start else self.service_date

    def procedure_of(self, number: int | None) -> str:
        """What a line (from 1) bills; empty where there is no line."""
        return (
            str(self.claim.lines[number - 1].procedure) if number and number <= len(self.claim.lines) else ""
        )

    @cached_property
    def diagnoses(self) -> tuple[tuple[int, str], ...]:
        """The claim's diagnoses: position and code."""
        return tuple((diagnosis.position, str(diagnosis.code)) for diagnosis in self.claim.diagnoses)

    @cached_property
    def lines(self) -> tuple[LineView, ...]:
        """The service lines in their order."""
        givers = {entry.line.index for entry in self.judged.administrations}
        drugs = {drug.index for entry in self.judged.administrations for drug in entry.drugs}
        return tuple(self._line(line, givers, drugs) for line in self.claim.lines)

    @cached_property
    def changes(self) -> tuple[SegmentChange, ...]:
        """The repaired segments."""
        return tuple(self._change(repair) for repair in self.judged.repairs)

    def excerpt(self, finding: Finding) -> Excerpt | None:
        """The segment that a finding speaks of, as it came; ``None`` where it speaks of none."""
        number = finding.where.segment_number or 0
        segment = self._received.get(number)
        if segment is None:
            return None
        above, below = (self._neighbour(other) for other in (number - 1, number + 1))
        return _excerpt(segment, self._texts(segment, segment), finding)._replace(above=above, below=below)

    def _neighbour(self, number: int) -> str:
        segment = self._received.get(number)
        return _joined(segment, self._texts(segment, segment)) if segment else ""

    @cached_property
    def _received(self) -> dict[int, Segment]:
        return {segment.number: segment for segment in self.judged.received()}

    def _texts(self, segment: Segment, place: Segment) -> list[str]:
        if self.mask:
            return self.mask.texts(segment, place)
        return [text(raw) for raw in segment.elements]

    def _line(self, line: ServiceLine, givers: set[int], drugs: set[int]) -> LineView:
        drug = line.drugs[0] if line.drugs else None
        role = (
            "administration" if line.index in givers else "drug" if line.index in drugs or drug else "service"
        )
        return LineView(
            number=line.index,
            role=role,
            procedure=self._shown(line.procedure),
            modifiers=tuple(map(self._shown, line.modifiers)),
            date=self._shown(line.service.value) if line.service else "",
            place=self._shown(self.claim.place_of(line)),
            units=self._shown(line.units),
            charge=self._shown(line.charge),
            diagnoses=tuple(self._shown(diagnosis.code) for diagnosis in self.claim.diagnoses_of(line)),
            ndc=self._shown(drug.ndc) if drug else "",
            quantity=self._shown(drug.quantity) if drug else "",
            unit=self._shown(drug.unit) if drug else "",
        )

    def _shown(self, value: Field) -> str:
        """A value of a line, where its place is not hidden."""
        place = value.segment.number if value.segment else None
        is_hidden = self.mask and self.mask.value(place, value.name) is not None
        return HIDDEN if is_hidden else str(value)

    def _change(self, repair: Repair) -> SegmentChange:
        before, after = (
            _joined(segment, self._texts(segment, repair.before)) for segment in (repair.before, repair.after)
        )
        return SegmentChange(repair.before.number, repair.before.offset, repair.edits, before, after)


@dataclass(frozen=True)
class FileView:
    """A file's result as reports show it: the part for machines, and segments outside claims.

    ``segments`` are those that the first findings are about, by segment number; ``recount`` is of the clean
    file, where there is one.
    """

    report: FileReport
    segments: Mapping[int, Segment] = field(default_factory=dict)
    recount: Recount = field(default_factory=Recount)
    masked: bool = False

    def mask(self, name: str) -> FileView:
        """Return the view with everything hidden that may identify a patient, under another name."""
        findings = tuple(masked_finding(finding, Mask(())) for finding in self.report.findings)
        report = structs.replace(self.report, name=name, findings=findings)
        return FileView(report, self.segments, self.recount, masked=True)

    def excerpt(self, finding: Finding) -> Excerpt | None:
        """Return the segment outside any claim that a finding is about, where it was kept."""
        segment = self.segments.get(finding.where.segment_number or 0)
        return _excerpt(segment, self._texts(segment), finding) if segment else None

    def recounted(self) -> Iterator[SegmentChange]:
        """Yield the first of the segments that the clean file recounts; no edit asked for these changes."""
        for before, after in self.recount.first:
            texts = (_joined(segment, self._texts(segment)) for segment in (before, after))
            yield SegmentChange(before.number, before.offset, (), *texts)

    def _texts(self, segment: Segment) -> list[str]:
        return envelope_texts(segment) if self.masked else [text(raw) for raw in segment.elements]


def _excerpt(segment: Segment, texts: list[str], finding: Finding) -> Excerpt:
    start, end = _span(segment, texts, finding.where.element or "")
    return Excerpt(segment.number, segment.offset, _joined(segment, texts), start, end)


def _joined(segment: Segment, texts: list[str]) -> str:
    return text(segment.delimiters.element).join(texts)


def _masked_report(report: ClaimReport, mask: Mask, ordinal: int) -> ClaimReport:
    return structs.replace(
        report,
        control_number=f"#{ordinal}",
        patient=HIDDEN if report.patient else "",
        findings=tuple(masked_finding(finding, mask) for finding in report.findings),
        suppressed=tuple(_masked_suppressed(entry, mask) for entry in report.suppressed),
        unchecked=tuple(UncheckedEdit(entry.edit, mask.text(entry.why)) for entry in report.unchecked),
    )


def masked_finding(finding: Finding, mask: Mask) -> Finding:
    """A finding without anything that is hidden: in its message, its repair, or the name of its place."""
    where, fix, more = finding.where, finding.fix, []
    hidden = mask.value(where.segment_number, where.element)
    if hidden is not None:
        more.append(hidden)
    if fix and (hidden is not None or any(mask.text(part) != part for part in (fix.before, fix.after))):
        # What a hidden value becomes is as telling as the value.
        more += [fix.before, fix.after]
        fix = AppliedFix(fix.safety, fix.applied, HIDDEN, HIDDEN)
    segment, element = known_place(where.segment), known_place(where.element)
    if where.segment and segment != where.segment:
        more.append(where.segment)
    message = mask.text(finding.message, *more)
    place = structs.replace(where, segment=segment, element=element)
    return structs.replace(finding, message=message, fix=fix, where=place)


def _masked_suppressed(entry: SuppressedReport, mask: Mask) -> SuppressedReport:
    return structs.replace(entry, finding=masked_finding(entry.finding, mask))


def _span(segment: Segment, texts: list[str], element: str) -> tuple[int, int]:
    """Where an element (``SV107-2``) stands in the joined texts; one that is missing, at their end."""
    match = _ELEMENT.fullmatch(element[len(segment.id) :]) if element.startswith(segment.id) else None
    if match is None:
        return 0, 0
    number, component = int(match[1]), int(match[2] or 0)
    whole = len("*".join(texts))
    if number >= len(texts):
        return whole, whole + 1
    start = sum(len(text) + 1 for text in texts[:number])
    if component and texts[number] != HIDDEN:
        parts = texts[number].split(segment.delimiters.component.decode("latin-1"))
        if component > len(parts):
            return start, start + max(1, len(texts[number]))
        start += sum(len(part) + 1 for part in parts[: component - 1])
        return start, start + max(1, len(parts[component - 1]))
    return start, start + max(1, len(texts[number]))
