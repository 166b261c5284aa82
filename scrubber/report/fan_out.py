"""From judged claims to all reports that are wanted, masked where that is wished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scrubber.engine.result import ClaimResult
from scrubber.report.claim_view import ClaimView, masked_finding
from scrubber.report.formats import Style, Writer
from scrubber.report.masking import Mask
from scrubber.report.model import ClaimReport, FileReport, Report


@dataclass(slots=True)
class Reporting:
    """Several writers that are told the same."""

    writers: Sequence[Writer]
    style: Style
    _claims: int = 0
    _files: int = 0

    def claim(self, report: ClaimReport, judged: ClaimResult) -> None:
        """Take the next claim of the current file."""
        self._claims += 1
        view = ClaimView.of(report, judged, self._claims, masked=self.style.masked)
        for writer in self.writers:
            writer.claim(view)

    def file(self, file: FileReport) -> None:
        """The current file is complete. A sender's name for it may hold a patient's, so a mask hides it."""
        self._files += 1
        self._claims = 0
        shown = self._masked(file) if self.style.masked else file
        for writer in self.writers:
            writer.file(shown)

    def _masked(self, file: FileReport) -> FileReport:
        findings = tuple(masked_finding(finding, Mask(())) for finding in file.findings)
        return replace(file, name=f"file {self._files}", findings=findings)

    def abandon(self) -> None:
        """The current file could not be finished: forget its claims."""
        self._claims = 0
        for writer in self.writers:
            writer.abandon()

    def finish(self, report: Report) -> None:
        """All files are complete."""
        for writer in self.writers:
            writer.finish(report)
