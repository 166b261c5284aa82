"""The rows of the tables: values of a claim or a file in the order of their columns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from scrubber.claim.field import decimal_of
from scrubber.engine.finding import Finding, UncheckedEdit
from scrubber.report.build import name_of
from scrubber.report.claim_view import ClaimView, LineView
from scrubber.report.masking import masked_finding
from scrubber.report.model import AdministrationReport, ClaimReport, FileReport, Report, SuppressedReport
from scrubber.report.shared import key_of
from scrubber.x12.dates import days_of

Row = tuple[Any, ...]
_LARGEST = Decimal(10) ** 15
_SHOWN_LOOPS = ("1000", "2000A", "2010A", "2010BB")
"""How the names of the loops begin that are not about a patient."""


def claim_row(view: ClaimView) -> Row:
    """Return the row of a claim in `claims`, without the columns of its file."""
    facts = view.result.facts
    extra = (
        patient_key(view) if view.mask is None else None,
        view.payer_name,
        view.billing_provider,
        facts.last_service,
        len(view.result.findings) + len(view.result.omitted),
    )
    return report_row(view.report, view.ordinal, facts.charge, *extra)


def report_row(
    report: ClaimReport,
    ordinal: int,
    charge: Decimal | None,
    key: str | None,
    payer_name: str,
    billing_provider: str | None,
    last: date | None,
    findings: int,
) -> Row:
    """Return the row of a claim, of what its report has and what it has not."""
    return (
        ordinal,
        report.control_number,
        report.transaction,
        report.verdict,
        report.held_by,
        report.fully_checked,
        report.patient,
        key,
        report.payer.id,
        payer_name,
        report.payer.pack,
        billing_provider,
        report.service_date,
        last,
        exact(charge, 2),
        report.charge,
        report.lines,
        findings,
        _administrations(report.administrations),
    )


def line_rows(ordinal: int, lines: tuple[LineView, ...]) -> Iterator[Row]:
    """Yield the rows of a claim in `lines`."""
    for line in lines:
        first, last = _days(line.date)
        yield (
            ordinal,
            line.number,
            line.role,
            line.procedure,
            line.modifiers,
            first,
            last,
            line.place,
            exact(decimal_of(line.units), 3),
            exact(decimal_of(line.charge), 2),
            line.diagnoses,
            line.ndc or None,
            exact(decimal_of(line.quantity), 3),
            line.unit or None,
        )


def finding_rows(view: ClaimView) -> Iterator[Row]:
    """Yield the rows of a claim in `findings`: all that were listed, then those that are overridden."""
    mask = view.mask
    for raw in view.result.findings:
        finding = masked_finding(raw, mask) if mask else raw
        yield finding_row(finding, view.ordinal, _fault(raw, view))
    for entry in view.report.suppressed:
        yield finding_row(entry.finding, view.ordinal, None, entry)


def finding_row(
    finding: Finding, ordinal: int | None, fault: str | None = None, override: SuppressedReport | None = None
) -> Row:
    """Return the row of a finding; of one about the file or an envelope without ``ordinal``."""
    where, fix = finding.where, finding.fix
    status = "overridden" if override else "fixed" if finding.is_fixed else "open"
    return (
        ordinal,
        finding.edit,
        family_of(finding.edit),
        finding.title,
        finding.severity,
        status,
        finding.holds and override is None,
        finding.message,
        finding.to_do,
        where.loop,
        where.segment,
        where.element,
        where.line,
        where.segment_number,
        where.byte,
        fix.safety if fix else None,
        fix.before if fix else None,
        fix.after if fix else None,
        finding.denials,
        finding.claim_status,
        finding.snip,
        finding.pack,
        finding.sources,
        fault,
        override.reason if override else None,
        override.owner if override else None,
    )


def unchecked_rows(ordinal: int, unchecked: tuple[UncheckedEdit, ...]) -> Iterator[Row]:
    """Yield the rows of a claim in `unchecked`."""
    for entry in unchecked:
        yield ordinal, entry.edit, family_of(entry.edit), entry.why


def file_row(report: FileReport) -> Row:
    """Return the first part of a row of `files`: what is known when the file is complete."""
    counts, charges = report.counts, report.charges
    return (
        report.name,
        report.sha256,
        report.verdict,
        report.unreadable,
        report.fully_checked,
        counts.claims,
        counts.accepted,
        counts.would_be_held,
        counts.held,
        counts.not_fully_checked,
        counts.lines,
        *(
            exact(Decimal(amount), 2)
            for amount in (charges.total, charges.would_be_held, charges.held, charges.not_fully_checked)
        ),
    )


def run_row(run: Report) -> Row:
    """Return the rest of a row of `files`: what is known when the run is complete."""
    partial = run.partial
    return (
        run.as_of,
        run.version,
        [pack.to_dict() for pack in run.packs],
        [table.to_dict() for table in run.tables],
        partial.select if partial else (),
        partial.ignore if partial else (),
        sorted({error.edit for error in run.edit_errors}),
        run.report_only,
    )


@lru_cache(maxsize=1024)
def family_of(edit: str) -> str:
    """Return the family of an edit: what its ID begins with."""
    return edit.rpartition("-")[0] or edit


def exact(amount: Decimal | None, places: int) -> Decimal | None:
    """Return an amount if a column with so many decimal places can hold it exactly, else ``None``."""
    if amount is None or abs(amount) >= _LARGEST:
        return None
    rounded = amount.quantize(Decimal(1).scaleb(-places))
    return rounded if rounded == amount else None


def patient_key(view: ClaimView) -> str | None:
    """Return what claims of one patient have in common; ``None`` if the claim has nothing of it.

    It is patient data: whoever knows name, date of birth and member ID can compute it.
    """
    levels = view.result.facts.levels
    member, name, born = levels.member_id.strip(), name_of(levels.patient).strip(), view.birth_date
    if not (member or name):
        return None
    known = f"{member}\0{name.upper()}\0{born}".encode()
    return hashlib.blake2b(known, digest_size=16).hexdigest()


def _fault(finding: Finding, view: ClaimView) -> str | None:
    """Return what tells that findings of several claims are one fault."""
    if view.mask is not None and not (finding.where.loop or "").startswith(_SHOWN_LOOPS):
        return None  # what a hash is made of can be tried out
    key = key_of(finding, view.result)
    return None if key is None else hashlib.blake2b(repr(key).encode(), digest_size=8).hexdigest()


def _days(sent: str) -> tuple[date | None, date | None]:
    return days_of("RD8" if "-" in sent else "D8", sent)


def _administrations(entries: tuple[AdministrationReport, ...]) -> list[dict[str, Any]]:
    return [
        {
            "line": entry.line,
            "procedure": entry.procedure,
            "diagnoses": entry.diagnoses,
            "drugs": [
                {
                    "line": drug.line,
                    "procedure": drug.procedure,
                    "ndc": drug.ndc,
                    "quantity": exact(decimal_of(drug.quantity), 3),
                    "unit": drug.unit,
                }
                for drug in entry.drugs
            ],
        }
        for entry in entries
    ]
