"""Reports as they are written while claims come in: each format is one class with the same verbs.

``claim`` is called for every claim of a file, then ``file`` with the file's own report, and at the very
end ``finish`` with the head. Memory stays flat: what must stand behind something that is known only later
is kept in an unnamed temporary file.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Protocol

from scrubber.edit.finding import Finding
from scrubber.output.plain import plain
from scrubber.output.records import Record, claim_record, file_record, head_record
from scrubber.report import SCHEMA, ClaimReport, FileReport, Report


class ReportWriter(Protocol):
    """What every report format can do."""

    def claim(self, claim: ClaimReport) -> None:
        """Take the next claim of the current file."""

    def file(self, file: FileReport) -> None:
        """The current file is complete."""

    def finish(self, report: Report) -> None:
        """All files are complete."""


class JsonWriter:
    """The contract ``scrubber.report/1`` as one JSON document, a claim a line within it."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._files = _spool()
        self._claims = _spool()
        self._file_count = 0
        self._claim_count = 0

    def claim(self, claim: ClaimReport) -> None:
        """Keep the claim until its file is complete."""
        self._claims.write(",\n" if self._claim_count else "\n")
        self._claims.write(_dump(claim_record(claim)))
        self._claim_count += 1

    def file(self, file: FileReport) -> None:
        """Write the file with its claims."""
        self._files.write(",\n" if self._file_count else "\n")
        self._files.write(_dump(file_record(file))[:-1] + ', "claims": [')
        _copy(self._claims, self._files)
        self._files.write("]}")
        self._file_count += 1
        self._claims = _spool()
        self._claim_count = 0

    def finish(self, report: Report) -> None:
        """Write the head and the files."""
        self._out.write(_dump(head_record(report, SCHEMA))[:-1] + ',\n"files": [')
        _copy(self._files, self._out)
        self._out.write("]}\n")


class JsonLinesWriter:
    """One claim a line, each with the name of its file."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._spool = _spool()

    def claim(self, claim: ClaimReport) -> None:
        """Keep the claim until its file is complete."""
        self._spool.write(_dump(claim_record(claim))[1:] + "\n")

    def file(self, file: FileReport) -> None:
        """Write the file with its claims."""
        prefix = _dump({"schema": SCHEMA, "file": file.name})[:-1] + ", "
        self._spool.seek(0)
        for line in self._spool:
            self._out.write(prefix + line)
        self._spool = _spool()

    def finish(self, report: Report) -> None:
        """Every line has been written already."""


@dataclass(slots=True)
class _NotChecked:
    """Why something was not checked, which edits that concerns, and of how many claims."""

    edits: set[str] = field(default_factory=set)
    claims: int = 0
    numbers: list[str] = field(default_factory=list)


class TextWriter:
    """What a biller reads: the claims of which something is said, what was not checked, the numbers.

    What was not checked is told once for all claims: mostly it is a table that is not there.
    """

    _NAMED = 3
    _REASONS = 1000

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._spool = _spool()
        self._repaired = 0
        self._unchecked: dict[str, _NotChecked] = {}

    def claim(self, claim: ClaimReport) -> None:
        """Keep the claim until its file is complete."""
        self._repaired += sum(finding.is_repaired for finding in claim.findings)
        self._take_unchecked(claim)
        if not (claim.findings or claim.suppressed or claim.verdict == "held"):
            return
        write = self._spool.write
        payer = f"payer {plain(claim.payer_id)}, " if claim.payer_id else ""
        number = plain(claim.control_number) or "without a number"
        write(f"\n  claim {number} {claim.verdict.upper()}")
        write(f"  ({payer}pack {claim.pack}, transaction {plain(claim.transaction)})\n")
        for finding in claim.findings:
            _write_finding(write, finding)
        if claim.verdict == "held" and not any(finding.holds for finding in claim.findings):
            write("    held with its envelope: see the findings about the file above\n")
        for entry in claim.suppressed:
            write(f"    suppressed  {entry.finding.edit}: {entry.reason} ({entry.owner})\n")

    def _take_unchecked(self, claim: ClaimReport) -> None:
        told: set[str] = set()
        for entry in claim.unchecked:
            why = entry.why
            if why not in self._unchecked and len(self._unchecked) >= self._REASONS:
                why = "for other reasons, which the JSON report names"
            reason = self._unchecked.setdefault(why, _NotChecked())
            reason.edits.add(entry.edit)
            if why not in told:
                told.add(why)
                reason.claims += 1
                if len(reason.numbers) < self._NAMED:
                    reason.numbers.append(plain(claim.control_number) or "without a number")

    def _write_unchecked(self) -> None:
        if self._unchecked:
            self._out.write("\n  not checked\n")
        for why, reason in sorted(self._unchecked.items()):
            named = ", ".join(reason.numbers) + (" …" if reason.claims > len(reason.numbers) else "")
            count = f"{reason.claims} claim" + ("s" if reason.claims > 1 else "")
            self._out.write(f"    {plain(why)}\n")
            self._out.write(f"              {', '.join(sorted(reason.edits))}: {count} ({named})\n")

    def file(self, file: FileReport) -> None:
        """Write the file with its claims."""
        out, counts = self._out, file.counts
        out.write(f"{plain(file.name)}\n")
        for finding in file.findings:
            _write_finding(out.write, finding)
        _copy(self._spool, out)
        self._write_unchecked()
        claims = "claim" if counts.claims == 1 else "claims"
        out.write(
            f"\n{plain(file.name)}: {file.verdict.upper()}. {counts.claims} {claims} with {counts.lines}"
            f" service lines: {counts.accepted} accepted, {counts.held} held."
        )
        if self._repaired:
            out.write(f" {self._repaired} repaired.")
        if self._unchecked:
            out.write(" Not all was checked: see above.")
        out.write("\n")
        self._spool, self._repaired, self._unchecked = _spool(), 0, {}

    def finish(self, report: Report) -> None:
        """Say which suppressions of the configuration have nothing to do any more."""
        for entry in report.suppressions:
            if not entry.findings:
                why = "has expired" if entry.expired else "matched nothing"
                self._out.write(f"suppression of {entry.edit} ({plain(entry.owner)}) {why}: remove it?\n")


WRITERS: dict[str, Callable[[IO[str]], ReportWriter]] = {
    "text": TextWriter,
    "json": JsonWriter,
    "jsonl": JsonLinesWriter,
}
SUFFIXES = {"text": "txt", "json": "json", "jsonl": "jsonl"}


def _write_finding(write: Callable[[str], object], finding: Finding) -> None:
    where = finding.where
    place = [f"line {where.line}"] if where.line else []
    if where.element or where.segment:
        place.append(plain(where.element or where.segment or ""))
    if where.segment_number:
        place.append(f"segment {where.segment_number}, byte {where.byte}")
    severity = "repaired" if finding.is_repaired else finding.severity
    write(f"    {severity:<8}  {finding.edit:<8} {', '.join(place)}\n")
    write(f"              {plain(finding.message)}\n")
    fix = finding.fix
    if fix:
        done = "was" if fix.applied else f"{fix.safety} repair:"
        write(f"              {done} {plain(fix.before) or 'empty'} -> {plain(fix.after)}\n")


def _dump(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False)


def _spool() -> IO[str]:
    return tempfile.SpooledTemporaryFile(
        max_size=1 << 22, mode="w+", encoding="utf-8", newline="\n", errors="replace"
    )


def _copy(spool: IO[str], out: IO[str]) -> None:
    spool.seek(0)
    shutil.copyfileobj(spool, out)
    spool.close()
