"""Tables of a JSON report that was written before: what was decided then, not what would be decided now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO, TypeVar

import msgspec
from msgspec.structs import replace

from scrubber.claim.field import decimal_of
from scrubber.engine.finding import Finding, Where
from scrubber.report.arrow.batches import Gathered, batch_of
from scrubber.report.arrow.columns import TABLES
from scrubber.report.arrow.rows import (
    Row,
    file_row,
    finding_row,
    report_row,
    run_row,
    unchecked_rows,
)
from scrubber.report.arrow.schema import schema_of
from scrubber.report.arrow.writer import Target
from scrubber.report.model import ClaimReport, FileReport, Report, SharedReport

OF_REPORT = tuple(name for name in TABLES if name != "lines")
"""The tables that a report has: of the service lines it has only those that administer drugs."""
_END = b"]}"
_Value = TypeVar("_Value", bound=msgspec.Struct)


def pour_report(stream: BinaryIO, targets: Mapping[str, Target]) -> None:
    """Write the tables of a report on one file, as `scrub` writes it, a claim at a time.

    What a report does not have is null: patient key, billing provider, last day of service. Raise ValueError
    for anything that is not such a report.
    """
    lines = iter(stream)
    run = _decoded(next(lines, b"").rstrip() + _END, Report)
    head = next(lines, b"").strip()
    file = _decoded(head + _END if head.endswith(b"[") else head.removesuffix(_END), FileReport)
    known = file.name, file.sha256
    rows = {name: Gathered(schema_of(name)) for name in OF_REPORT if name != "files"}

    def add(table: str, found: Iterator[Row]) -> None:
        for batch in rows[table].add((*known, *row) for row in found):
            targets[table].add(batch)

    told: dict[tuple[str, str], list[Finding]] = {}
    for ordinal, line in enumerate(lines, start=1):
        record = line.rstrip()
        record = record[:-1] if record.endswith(b",") else record.removesuffix(_END + _END)
        claim = _decoded(record, ClaimReport)
        add("claims", iter((_claim_row(claim, ordinal),)))
        add("findings", _finding_rows(claim, ordinal, told))
        add("unchecked", unchecked_rows(ordinal, claim.unchecked))
    add("findings", (finding_row(finding, None) for finding in file.findings))
    for table, gathered in rows.items():
        for batch in gathered.rest():
            targets[table].add(batch)
    targets["files"].add(batch_of(schema_of("files"), [(*file_row(file), *run_row(run))]))


def _decoded(raw: bytes, kind: type[_Value]) -> _Value:
    return msgspec.json.decode(raw, type=kind)


def _claim_row(claim: ClaimReport, ordinal: int) -> Row:
    count = len(claim.findings) + len(claim.shared) + claim.more_findings
    return report_row(claim, ordinal, decimal_of(claim.charge), None, claim.payer.name, None, None, count)


def _finding_rows(
    claim: ClaimReport, ordinal: int, told: dict[tuple[str, str], list[Finding]]
) -> Iterator[Row]:
    """Yield the claim's findings, those told at an earlier claim included, and the overridden ones."""
    for finding in claim.findings:
        fault = None
        if finding.claims is not None:
            told.setdefault((finding.edit, claim.control_number), []).append(finding)
            fault = _fault(finding.edit, claim.control_number)
        yield finding_row(finding, ordinal, fault)
    for shared in claim.shared:
        first = told.get((shared.edit, shared.claim), [])
        yield finding_row(_resolved(shared, first, claim), ordinal, _fault(shared.edit, shared.claim))
    for entry in claim.suppressed:
        yield finding_row(entry.finding, ordinal, None, entry)


def _resolved(shared: SharedReport, told: list[Finding], claim: ClaimReport) -> Finding:
    """Return the finding that a claim refers to, at its own place."""
    if len(told) == 1:
        finding = told[0]
        where = replace(finding.where, segment_number=shared.segment_number, byte=None)
        return replace(finding, where=where, claims=None)
    return Finding(  # which of several it is, the report does not say
        edit=shared.edit,
        title=told[0].title if told else "",
        severity=shared.severity,
        message="",
        to_do="",
        where=Where(segment_number=shared.segment_number),
        snip=told[0].snip if told else 0,
        pack=claim.payer.pack,
    )


def _fault(edit: str, claim: str) -> str:
    return f"{edit} {claim}"
