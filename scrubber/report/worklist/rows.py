"""The work list: a row for every finding, with what a biller sorts by; CSV and XLSX write the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scrubber.engine.finding import Finding
from scrubber.report.claim_view import ClaimView
from scrubber.report.model import FileReport, cents
from scrubber.report.writer import Style
from scrubber.text import plain, spoken

_ENVELOPE = "Held with its envelope: see the findings about the file."


class WorkRow(NamedTuple):
    """One thing to do; all texts are safe for terminals. ``service_date`` is ISO, ``charge`` in dollars.

    ``verdict`` is the claim's, or the file's where no claim is spoken of; ``repair`` is ``before -> after``,
    made where ``repaired`` says yes, else on offer.
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
    repaired: str = ""
    repair: str = ""
    denials: str = ""


HEADINGS = (
    "file", "claim", "verdict", "severity", "edit", "title", "payer id", "payer name", "pack", "patient",
    "service date", "charge", "line", "procedure", "element", "segment", "what is wrong", "what to do",
    "repaired", "repair", "denial codes",
)  # fmt: skip
"""Of the columns: the file's name, then those of `WorkRow`."""


def claim_rows(claim: ClaimView, style: Style) -> Iterator[WorkRow]:
    """What is to be done about a claim; a claim that is held without a reason of its own is one row, too."""
    report = claim.report
    charge = claim.charge
    own = WorkRow(
        claim=plain(report.control_number),
        verdict=report.verdict,
        payer_id=plain(report.payer.id),
        payer=plain(claim.payer_name),
        pack=report.payer.pack,
        patient=plain(claim.patient),
        service_date=claim.service_date,
        charge=cents(charge) if charge is not None else "",
    )
    for finding in report.findings:
        if finding.holds or not style.quiet:
            line = finding.where.line
            yield _with(own, finding)._replace(
                service_date=claim.date_of(line), procedure=plain(claim.procedure_of(line))
            )
    if report.verdict == "held" and not report.held_by:
        yield own._replace(message=_ENVELOPE)


def file_rows(file: FileReport, style: Style) -> Iterator[WorkRow]:
    """What is to be done about the file itself."""
    for finding in file.findings:
        if finding.holds or not style.quiet:
            yield _with(WorkRow(verdict=spoken(file.verdict)), finding)


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
        to_do="" if finding.is_fixed else finding.to_do,
        repaired="yes" if finding.is_fixed else "",
        repair=f"{plain(fix.before) or 'empty'} -> {plain(fix.after) or 'empty'}" if fix else "",
        denials=", ".join(finding.denials),
    )
