"""The report as plain records: the one place that knows the contract ``scrubber.report/1``."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Any

from scrubber.engine.finding import Finding, Suppressed
from scrubber.report.model import ClaimReport, FileReport, Report, SuppressionReport

Record = dict[str, Any]

_CONTROL = re.compile("[\x7f-\x9f\u2028\u2029]")
"""Control characters that JSON allows as they are, and terminals obey, or some readers take for line ends."""


def dump(record: Record) -> str:
    """A record as JSON, on one line."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(record, ensure_ascii=False))


def finding_record(finding: Finding) -> Record:
    """F of the contract."""
    where, fix = finding.where, finding.fix
    return {
        "edit": finding.edit,
        "severity": finding.severity,
        "message": finding.message,
        "where": {
            "loop": where.loop,
            "segment": where.segment,
            "element": where.element,
            "line": where.line,
            "segment_number": where.segment_number,
            "byte": where.byte,
        },
        "fix": None
        if fix is None
        else {
            "safety": fix.safety,
            "applied": fix.applied,
            "before": fix.before,
            "after": fix.after,
        },
        "denials": list(finding.denials),
        "claim_status": list(finding.claim_status),
        "snip": finding.snip,
        "pack": finding.pack,
        "sources": list(finding.sources),
    }


def claim_record(claim: ClaimReport) -> Record:
    """One claim of the contract; ``suppressed`` is there only when a suppression was used."""
    record: Record = {
        "control_number": claim.control_number,
        "transaction": claim.transaction,
        "verdict": claim.verdict,
        "payer": {"id": claim.payer_id, "pack": claim.pack},
        "administrations": [
            {
                "line": entry.line,
                "procedure": entry.procedure,
                "diagnoses": list(entry.diagnoses),
                "drugs": [
                    {
                        "line": drug.line,
                        "procedure": drug.procedure,
                        "ndc": drug.ndc,
                        "quantity": drug.quantity,
                        "unit": drug.unit,
                    }
                    for drug in entry.drugs
                ],
            }
            for entry in claim.administrations
        ],
        "findings": [finding_record(finding) for finding in claim.findings],
        "unchecked": [{"edit": entry.edit, "why": entry.why} for entry in claim.unchecked],
    }
    if claim.suppressed:
        record["suppressed"] = [_suppressed_record(entry) for entry in claim.suppressed]
    return record


def _suppressed_record(entry: Suppressed) -> Record:
    return finding_record(entry.finding) | {"reason": entry.reason, "owner": entry.owner}


def file_record(file: FileReport) -> Record:
    """One file of the contract, without its claims."""
    counts = file.counts
    return {
        "name": file.name,
        "sha256": file.sha256,
        "verdict": file.verdict,
        "counts": {
            "claims": counts.claims,
            "accepted": counts.accepted,
            "held": counts.held,
            "lines": counts.lines,
        },
        "findings": [finding_record(finding) for finding in file.findings],
    }


def head_record(report: Report, schema: str) -> Record:
    """The head of the report, without its files; ``suppressions`` only where the configuration has some."""
    record: Record = {
        "schema": schema,
        "version": report.version,
        "as_of": report.as_of.isoformat(),
        "packs": [{"id": pack.id, "version": pack.version, "sha256": pack.sha256} for pack in report.packs],
        "tables": [
            {"id": table.table, "vintage": table.vintage, "sha256": table.sha256} for table in report.tables
        ],
    }
    if report.suppressions:
        record["suppressions"] = [_suppression_record(entry) for entry in report.suppressions]
    return record


def _suppression_record(entry: SuppressionReport) -> Record:
    record = asdict(entry)
    record["expires"] = entry.expires.isoformat() if entry.expires else None
    return record
