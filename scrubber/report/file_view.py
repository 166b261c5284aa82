"""A file's result as every report format shows it, masked on request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field, structs

from scrubber.engine.finding import Finding
from scrubber.report.excerpt import Excerpt, SegmentChange, excerpt_of, joined
from scrubber.report.masking import Mask, envelope_texts, masked_finding
from scrubber.report.model import FileReport, PartialReport
from scrubber.report.shared import SharedFaults
from scrubber.x12 import Segment
from scrubber.x12.envelope import Recount
from scrubber.x12.segment import text


class FileView(Struct, frozen=True, dict=True):
    """A file's report, the segments outside any claim, and what the clean file recounts.

    ``segments`` are those that the first findings are about, by segment number; ``recount`` is empty if there
    is no clean file, ``partial`` is set if not all edits were run, ``shared`` has what claims share.
    ``report_only`` is true if no claim was held for what was found on it.
    """

    report: FileReport
    segments: Mapping[int, Segment] = field(default_factory=dict)
    recount: Recount = field(default_factory=Recount)
    partial: PartialReport | None = None
    shared: SharedFaults = field(default_factory=SharedFaults)
    masked: bool = False
    report_only: bool = False

    def mask(self, name: str) -> FileView:
        """Return the view under another name, with everything hidden that may identify a patient."""
        findings = tuple(masked_finding(finding, Mask(())) for finding in self.report.findings)
        report = structs.replace(self.report, name=name, findings=findings)
        return structs.replace(self, report=report, masked=True)

    def excerpt(self, finding: Finding) -> Excerpt | None:
        """Return the segment outside any claim that a finding is about, if it was kept."""
        segment = self.segments.get(finding.where.segment_number or 0)
        return excerpt_of(segment, self._texts(segment), finding) if segment else None

    def recounted(self) -> Iterator[SegmentChange]:
        """Yield the first segments that the clean file recounts; no edit asked for these changes."""
        for before, after in self.recount.first:
            texts = (joined(segment, self._texts(segment)) for segment in (before, after))
            yield SegmentChange(before.number, before.offset, (), *texts)

    def _texts(self, segment: Segment) -> list[str]:
        return envelope_texts(segment) if self.masked else [text(raw) for raw in segment.elements]
