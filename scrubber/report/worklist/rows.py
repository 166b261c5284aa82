"""The work list: a row for every finding to act on, with columns to sort by; the same in CSV and XLSX."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scrubber.engine.finding import Finding
from scrubber.report.claim_view import ClaimView
from scrubber.report.file_view import FileView
from scrubber.report.model import cents
from scrubber.report.shared import may_be_shared
from scrubber.report.tally import Tally, kind_of, notes_of
from scrubber.report.wording import (
    REPORT_ONLY,
    failed_on,
    held_unchecked,
    more_findings,
    verdict_of,
    why_held,
)
from scrubber.report.writer import Style
from scrubber.text import partial_run, plain, spoken


class WorkRow(NamedTuple):
    """One finding; all texts are safe for terminals. ``service_date`` is ISO, ``charge`` in dollars.

    ``verdict`` is the claim's, or the file's if the finding is about the file; ``fix`` is
    ``before -> after``, applied if ``fixed`` is ``yes``, else offered; ``claims`` is how many have the fault.
    """

    claim: str = ""
    verdict: str = ""
    severity: str = ""
    edit: str = ""
    title: str = ""
    payer_id: str = ""
    payer: str = ""
    pack: str = ""
    patient: str = ""
    service_date: str = ""
    charge: str = ""
    line: int | None = None
    procedure: str = ""
    element: str = ""
    segment: int | None = None
    message: str = ""
    to_do: str = ""
    fixed: str = ""
    fix: str = ""
    denials: str = ""
    claims: int | None = None


HEADINGS = (
    "file", "claim", "verdict", "severity", "edit", "title", "payer id", "payer name", "pack", "patient",
    "service date", "charge", "line", "procedure", "element", "segment", "what is wrong", "to do",
    "fixed", "fix", "denial codes", "claims",
)  # fmt: skip
"""The column headings: the file's name, then the fields of `WorkRow`."""


def claim_rows(claim: ClaimView, style: Style) -> Iterator[tuple[int | None, WorkRow]]:
    """Yield the rows of a claim: its findings, how many are not listed, or why it is held without any.

    Each comes with the index of its finding if other claims may share it.
    """
    report = claim.report
    charge = claim.charge
    row = WorkRow(
        claim=plain(report.control_number),
        verdict=spoken(report.verdict),
        payer_id=plain(report.payer.id),
        payer=plain(claim.payer_name),
        pack=report.payer.pack,
        patient=plain(claim.patient),
        service_date=claim.service_date,
        charge=cents(charge) if charge is not None else "",
    )
    for index, finding in enumerate(report.findings):
        if finding.holds or not (style.quiet or kind_of(finding) == "info"):
            line = finding.where.line
            listed = _with(row, finding)._replace(
                service_date=claim.date_of(line), procedure=plain(claim.procedure_of(line))
            )
            yield (index if may_be_shared(finding) else None), listed
    if omitted := claim.omitted(quiet=style.quiet):
        yield None, row._replace(message=f"and {more_findings(omitted)}")
    if report.is_rejected and failed_on(report) and not report.held_by:
        yield None, row._replace(message=plain(why_held(report)))
    if claim.result.holding_unchecked:
        yield None, row._replace(message=held_unchecked(report, claim.result.holding_unchecked))


def file_rows(view: FileView, style: Style) -> Iterator[WorkRow]:
    """Yield the rows about the file itself: edits that were left out, its findings, claims held with them."""
    file = view.report
    if view.partial:
        left_out = partial_run(view.partial.select, view.partial.ignore)
        yield WorkRow(verdict=verdict_of(file), message=f"Partial run: {left_out}.")
    if view.report_only:
        yield WorkRow(verdict=verdict_of(file), message=f"Report-only run: {REPORT_ONLY}.")
    for finding in file.findings:
        if finding.holds or not (style.quiet or kind_of(finding) == "info"):
            yield _with(WorkRow(verdict=verdict_of(file)), finding)
    if claims := view.shared.envelope.claims:
        text = f"Held with the envelope: {view.shared.envelope}"
        yield WorkRow(verdict="held", message=text, claims=claims)


def note_rows(view: FileView, tally: Tally, style: Style) -> Iterator[WorkRow]:
    """Yield the row that counts what is for information only: no one need act on it."""
    notes = notes_of(tally.findings)
    if notes and not style.quiet:
        yield WorkRow(
            verdict=verdict_of(view.report), severity="info", message=f"For information, not listed: {notes}"
        )


def _with(row: WorkRow, finding: Finding) -> WorkRow:
    where, fix = finding.where, finding.fix
    return row._replace(
        severity=finding.severity,
        edit=finding.edit,
        title=finding.title,
        line=where.line,
        element=plain(where.element or where.segment or ""),
        segment=where.segment_number,
        message=plain(finding.message),
        to_do="" if finding.is_fixed else plain(finding.to_do),
        fixed="yes" if finding.is_fixed else "",
        fix=f"{plain(fix.before) or 'empty'} -> {plain(fix.after) or 'empty'}" if fix else "",
        denials=", ".join(finding.denials),
    )
