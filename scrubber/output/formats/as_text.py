"""What a biller reads on a terminal: each held claim with the segment and the fault marked in it."""

from __future__ import annotations

import textwrap
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import BinaryIO

import click

from scrubber.edit.finding import Finding
from scrubber.output.formats.base import Style, pour, spool, text_layer
from scrubber.output.money import dollars, percent
from scrubber.output.plain import plain
from scrubber.output.view import ClaimView, Excerpt
from scrubber.report import FileReport, Report

_INDENT = 14
_COLOURS = {"reject": "red", "warn": "yellow", "info": "cyan", "repaired": "green"}
_TOP = 5


@dataclass(slots=True)
class _NotChecked:
    """Why something was not checked, which edits that concerns, and of how many claims."""

    edits: set[str] = field(default_factory=set)
    claims: int = 0
    numbers: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Counts:
    """What is added up for one file."""

    charges: Decimal = field(default_factory=Decimal)
    held: Decimal = field(default_factory=Decimal)
    repaired: int = 0
    edits: Counter[tuple[str, str]] = field(default_factory=Counter)
    claims_by_edit: Counter[str] = field(default_factory=Counter)
    payers: dict[str, list[int]] = field(default_factory=dict)


class Writer:
    """Claims of which something is said, what was not checked (once for all claims), the numbers."""

    _NAMED = 3
    _REASONS = 1000

    def __init__(self, out: BinaryIO, style: Style) -> None:
        self._out = text_layer(out)
        self._style = style
        self._claims = spool()
        self._unchecked: dict[str, _NotChecked] = {}
        self._counts = _Counts()

    def claim(self, claim: ClaimView) -> None:
        """Keep the claim until its file is complete."""
        report, held = claim.report, claim.report.verdict == "held"
        self._count(claim)
        if not self._style.quiet:
            self._take_unchecked(claim)
        said = report.findings or report.suppressed or (claim.changes and self._style.diff)
        if not held and (self._style.quiet or not said):
            return
        self._head(claim)
        for finding in report.findings:
            if not self._style.quiet or finding.holds:
                self._finding(finding, claim.excerpt(finding))
        if held and not any(finding.holds for finding in report.findings):
            self._write("    held with its envelope: see the findings about the file above\n")
        for entry in report.suppressed:
            self._write(
                f"    suppressed  {entry.finding.edit}: {plain(entry.reason)} ({plain(entry.owner)})\n"
            )
        if self._style.diff:
            self._changes(claim)

    def file(self, file: FileReport) -> None:
        """Write the file: findings about it, its claims, the numbers."""
        name, kept = plain(file.name), self._claims
        self._claims = spool()
        if file.findings:
            self._write(f"{name}\n")
            for finding in file.findings:
                self._finding(finding, None)
        pour(self._claims, self._out)
        pour(kept, self._out)
        self._claims = spool()
        self._write_unchecked()
        self._write_totals(file)
        if self._style.statistics:
            self._write_statistics()
        pour(self._claims, self._out)
        self._reset()

    def abandon(self) -> None:
        """Forget the claims of the current file."""
        self._claims.close()
        self._reset()

    def finish(self, report: Report) -> None:
        """Say which suppressions of the configuration have nothing to do any more."""
        for entry in report.suppressions:
            if not entry.findings:
                why = "has expired" if entry.expired else "matched nothing"
                self._write(f"suppression of {entry.edit} ({plain(entry.owner)}) {why}: remove it?\n")
        pour(self._claims, self._out)
        self._out.detach()

    # ------------------------------------------------------------------------------------ a claim

    def _head(self, claim: ClaimView) -> None:
        report = claim.report
        number = plain(report.control_number) or "without a number"
        verdict = self._coloured(report.verdict.upper(), "red" if report.verdict == "held" else "green")
        parts = [f"payer {plain(report.payer_id)}"] if report.payer_id else []
        parts += [f"pack {report.pack}", f"transaction {plain(report.transaction)}"]
        charge = f"  ${dollars(claim.charge)}" if claim.charge is not None else ""
        self._write(f"\n  claim {number} {verdict}{charge}\n    ({', '.join(parts)})\n")

    def _finding(self, finding: Finding, excerpt: Excerpt | None) -> None:
        where, style = finding.where, self._style
        place = [f"line {where.line}"] if where.line else []
        if where.element or where.segment:
            place.append(plain(where.element or where.segment or ""))
        if where.segment_number:
            place.append(f"segment {where.segment_number}, byte {where.byte}")
        kind = "repaired" if finding.is_repaired else finding.severity
        label = self._coloured(f"{kind:<10}", _COLOURS[kind])
        self._write(f"    {label}{finding.edit:<8} {', '.join(place)}\n")
        self._wrapped(plain(finding.message))
        if excerpt:
            self._excerpt(excerpt)
        fix = finding.fix
        if fix:
            done = "was" if fix.applied else f"{fix.safety} repair:"
            self._wrapped(f"{done} {plain(fix.before) or 'empty'} -> {plain(fix.after)}")
        if not finding.is_repaired and (remedy := style.remedy(finding.edit)):
            self._wrapped(f"to do: {remedy}")

    def _excerpt(self, excerpt: Excerpt) -> None:
        """The segment, cut to the width around the fault, and marks below it."""
        room = max(20, self._style.width - _INDENT - 2)
        text, start, end = plain(excerpt.text), excerpt.start, excerpt.end
        if len(text) > room:
            first = max(0, min(start - room // 2, len(text) - room))
            text = ("…" if first else "") + text[first + bool(first) : first + room - 1] + "…"
            start, end = start - first, min(end - first, room)
        margin = " " * _INDENT
        self._write(f"{margin}| {text}\n")
        if end > start:
            self._write(f"{margin}| {' ' * start}{self._coloured('^' * (end - start), 'red')}\n")

    def _changes(self, claim: ClaimView) -> None:
        for change in claim.changes:
            self._write(f"    @@ segment {change.number}, byte {change.byte}: {', '.join(change.edits)} @@\n")
            self._write(self._coloured(f"    -{plain(change.before)}", "red") + "\n")
            self._write(self._coloured(f"    +{plain(change.after)}", "green") + "\n")

    # ------------------------------------------------------------------------------------ a file

    def _take_unchecked(self, claim: ClaimView) -> None:
        told: set[str] = set()
        for entry in claim.report.unchecked:
            why = entry.why
            if why not in self._unchecked and len(self._unchecked) >= self._REASONS:
                why = "for other reasons, which the JSON report names"
            reason = self._unchecked.setdefault(why, _NotChecked())
            reason.edits.add(entry.edit)
            if why not in told:
                told.add(why)
                reason.claims += 1
                if len(reason.numbers) < self._NAMED:
                    reason.numbers.append(plain(claim.report.control_number) or "without a number")

    def _write_unchecked(self) -> None:
        if self._unchecked:
            self._write("\n  not checked\n")
        for why, reason in sorted(self._unchecked.items()):
            named = ", ".join(reason.numbers) + (" …" if reason.claims > len(reason.numbers) else "")
            count = f"{reason.claims} claim" + ("s" if reason.claims > 1 else "")
            self._wrapped(plain(why), 4)
            self._wrapped(f"{', '.join(sorted(reason.edits))}: {count} ({named})")

    def _write_totals(self, file: FileReport) -> None:
        counts, own = file.counts, self._counts
        claims = "claim" if counts.claims == 1 else "claims"
        verdict = self._coloured(file.verdict.upper(), "green" if file.verdict == "clean" else "red")
        text = (
            f"{plain(file.name)}: {verdict}. {counts.claims} {claims} with {counts.lines}"
            f" service lines: {counts.accepted} accepted, {counts.held} held."
        )
        if own.held:
            text += f" Held are ${dollars(own.held)} of ${dollars(own.charges)}."
        if own.repaired:
            text += f" {own.repaired} repaired."
        if self._unchecked:
            text += " Not all was checked: see above."
        top = own.claims_by_edit.most_common(_TOP)
        if top:
            text += " Most held by " + ", ".join(f"{edit} ({count})" for edit, count in top) + "."
        self._write("\n")
        self._wrapped(text, 0)

    def _write_statistics(self) -> None:
        own = self._counts
        if own.edits:
            self._write("\n  edit      severity   findings  what it finds\n")
        for (edit, severity), count in sorted(own.edits.items(), key=lambda item: (-item[1], item[0])):
            self._write(
                f"  {edit:<9} {severity:<9} {count:>9}  {self._style.title(edit)}"[: self._style.width] + "\n"
            )
        if own.payers:
            self._write("\n  payer             claims   held  clean-claim rate\n")
        for payer, (claims, held) in sorted(own.payers.items()):
            rate = percent((claims - held) / claims)
            self._write(f"  {plain(payer) or 'unknown':<16} {claims:>7} {held:>6}  {rate:>16}\n")

    def _count(self, claim: ClaimView) -> None:
        own, report = self._counts, claim.report
        held = report.verdict == "held"
        charge = claim.charge or Decimal(0)
        own.charges += charge
        own.held += charge if held else 0
        own.repaired += sum(finding.is_repaired for finding in report.findings)
        own.claims_by_edit.update({finding.edit for finding in report.findings if finding.holds})
        own.edits.update(
            (finding.edit, "repaired" if finding.is_repaired else finding.severity)
            for finding in report.findings
        )
        numbers = own.payers.setdefault(report.payer_id, [0, 0])
        numbers[0] += 1
        numbers[1] += held

    # ------------------------------------------------------------------------------------ text

    def _reset(self) -> None:
        self._claims = spool()
        self._unchecked = {}
        self._counts = _Counts()

    def _write(self, text: str) -> None:
        self._claims.write(text)

    def _wrapped(self, text: str, indent: int = _INDENT) -> None:
        margin = " " * indent
        lines = textwrap.wrap(
            text, max(40, self._style.width), initial_indent=margin, subsequent_indent=margin,
            break_on_hyphens=False, break_long_words=False,
        )  # fmt: skip
        self._write("\n".join(lines) + "\n")

    def _coloured(self, text: str, colour: str) -> str:
        return click.style(text, fg=colour, bold=True) if self._style.colour else text
