"""Pass results to all requested reports, masked on request."""

from __future__ import annotations

from collections.abc import Sequence

from scrubber.engine.policy import Policy
from scrubber.engine.result import RunProvenance
from scrubber.engine.steps import ClaimDone, FileDone, SilentSink
from scrubber.report.build import claim_report, file_report, partial_report, run_report
from scrubber.report.claim_view import ClaimView
from scrubber.report.file_view import FileView
from scrubber.report.formats import Style, Writer
from scrubber.report.not_checked import NotCheckedTally
from scrubber.report.shared import SharedFaults


class ReportSink(SilentSink):
    """A sink that passes the results of a run over one or more inputs to several writers.

    ``provenance`` is that of the whole run so far.
    """

    def __init__(self, writers: Sequence[Writer], style: Style, policy: Policy) -> None:
        self.provenance = RunProvenance()
        self._writers = writers
        self._style = style
        self._policy = policy
        self._claims = self._files = 0
        self._shared, self._not_checked = SharedFaults(), NotCheckedTally()

    def claim(self, step: ClaimDone) -> None:
        """Take the next claim of the current file."""
        self._claims += 1
        report = claim_report(step.result, held=step.held)
        view = self._shared.take(ClaimView.of(report, step.result, self._claims, masked=self._style.masked))
        if view.report.unchecked:
            self._not_checked.add(view.report, view.charge)
        for writer in self._writers:
            writer.claim(view)

    def file(self, done: FileDone) -> None:
        """Close the current file. Its name may contain a patient's name, so a mask hides it."""
        self._files += 1
        self._claims, shared, self._shared = 0, self._shared, SharedFaults()
        self.provenance.merge(done.provenance)
        report = file_report(done.result, done.provenance, self._policy, self._not_checked.report())
        self._not_checked = NotCheckedTally()
        view = FileView(
            report,
            done.result.segments,
            done.recount,
            partial_report(self._policy),
            shared,
            report_only=self._policy.is_report_only,
        )
        if self._style.masked:
            view = view.mask(f"file {self._files}")
        for writer in self._writers:
            writer.file(view)

    def abandon(self) -> None:
        """Discard the claims of the current file, which could not be completed."""
        self._claims, self._shared, self._not_checked = 0, SharedFaults(), NotCheckedTally()
        for writer in self._writers:
            writer.abandon()

    def finish(self) -> None:
        """Close the reports: all files are complete."""
        report = run_report(self.provenance, self._policy)
        for writer in self._writers:
            writer.finish(report)
