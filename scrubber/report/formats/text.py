"""The report that a biller reads on a terminal: each held claim, with the fault marked in its segment."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import IO, BinaryIO

import click

from scrubber.engine.finding import Finding
from scrubber.report.claim_view import ClaimView
from scrubber.report.excerpt import Excerpt
from scrubber.report.file_view import FileView
from scrubber.report.model import FileReport, Report, SharedReport
from scrubber.report.shared import Told, may_be_shared, sharing_of
from scrubber.report.tally import Tally, kind_of, notes_of
from scrubber.report.wording import (
    REPORT_ONLY,
    baseline_of,
    counts_of,
    failed_on,
    failure_of,
    held_unchecked,
    more_findings,
    verdict_of,
    why_held,
    why_unreadable,
)
from scrubber.report.writer import Style
from scrubber.text import (
    counted,
    dollars,
    partial_run,
    percent,
    plain,
    pour,
    spoken,
    temporary_text,
    text_layer,
)

_INDENT = 14
_NARROWEST = 60
_MOST_TO_DOS = 512
_COLORS = {"reject": "red", "warn": "yellow", "info": "cyan", "fixed": "green"}
_TOP = 5
_PAYER_WIDTH = 16
_UNNUMBERED = "without a number"
_COUNT = "\ue000"
"""Begins a line that stands for the number of claims with a fault; what is not printable is never written."""


class Writer:
    """A writer of the claims with findings, what was not checked (once for all claims), and the totals."""

    def __init__(self, out: BinaryIO, style: Style) -> None:
        self._out = text_layer(out)
        self._style = style
        self._width = max(_NARROWEST, style.width)
        self._to_dos: dict[str, str] = {}
        self._claims = temporary_text()
        self._tally = Tally()
        self._all = Tally()
        self._verdicts: Counter[str] = Counter()
        self._detailed = False  # whether the previous file had more than its totals

    def claim(self, claim: ClaimView) -> None:
        """Keep the claim until its file is complete."""
        report, quiet = claim.report, self._style.quiet
        self._tally.add(claim)
        shown = [
            (at, one) for at, one in enumerate(report.findings) if one.holds or not (quiet or _is_note(one))
        ]
        if not self._is_written(claim, has_findings=bool(shown)):
            return
        self._head(claim)
        for index, finding in shown:
            self._finding(finding, claim.excerpt(finding))
            if may_be_shared(finding):
                self._write(f"{_COUNT}{claim.ordinal} {index}\n")
        self._references(report.shared)
        if omitted := claim.omitted(quiet=quiet):
            self._wrapped(f"and {more_findings(omitted)}", 4)
        if report.is_rejected and not report.held_by:
            self._wrapped(plain(why_held(report)), 4)
        if claim.result.holding_unchecked:
            self._wrapped(held_unchecked(report, claim.result.holding_unchecked), 4)
        if not quiet:
            for entry in report.overridden:
                self._wrapped(
                    f"overridden {entry.finding.edit}: {plain(entry.reason)} ({plain(entry.owner)})", 4
                )
        if self._style.diff:
            self._changes(claim)

    def _is_written(self, claim: ClaimView, *, has_findings: bool) -> bool:
        """Return False for a claim with nothing to say, or nothing but what is told at an earlier claim or
        at the file.
        """
        report, is_held = claim.report, claim.report.is_rejected
        if self._style.quiet and not is_held:
            return False
        has_changes = self._style.diff and bool(claim.changes)
        has_overrides = not self._style.quiet and bool(report.overridden)
        has_reason = bool(failed_on(report) or claim.result.holding_unchecked)
        return has_findings or has_overrides or has_changes or (is_held and has_reason)

    def file(self, view: FileView) -> None:
        """Write the file: its name, its findings and its claims if there are any, and its totals."""
        file = view.report
        kept, quiet = self._claims, self._style.quiet
        has_more = any(kind == "info" for _, kind in self._tally.findings) or file.not_checked
        details = bool(file.findings or kept.tell() or (has_more and not quiet))
        self._claims = temporary_text()
        if self._verdicts.total() and (details or self._detailed):
            self._write("\n")
        if details:
            self._write(f"{plain(file.name)}\n")
            for finding in file.findings:
                self._finding(finding, view.excerpt(finding))
        pour(self._claims, self._out)
        self._claims = temporary_text()
        self._pour_claims(kept, view.shared.told())
        if view.shared.envelope.claims:
            self._write("\n")
            self._wrapped(f"Held with the envelope: {view.shared.envelope}", 2)
        if not quiet:
            self._write_notes()
            self._write_unchecked(file)
        self._tally.add_file(file)
        self._write("\n" if details else "")
        self._detailed = details
        self._write_totals(file)
        if self._style.statistics:
            self._write_statistics(self._tally)
        pour(self._claims, self._out)
        self._all.add_tally(self._tally)
        self._verdicts[file.verdict] += 1
        self._reset()

    def abandon(self) -> None:
        """Discard the claims of the current file."""
        self._claims.close()
        self._reset()

    def finish(self, report: Report) -> None:
        """Write the grand total, unused edit overrides, failed edits, and whether the run was partial."""
        if self._verdicts.total() > 1:
            self._write_grand_total()
        for entry in report.suppressions:
            if not entry.findings:
                why = "has expired" if entry.expired else "matched nothing"
                self._wrapped(f"override of {entry.edit} ({plain(entry.owner)}) {why}: remove it?", 0)
        if report.baseline:
            self._wrapped(" ".join(baseline_of(report.baseline)), 0)
        if report.configuration:
            found = ", found with the files" if report.configuration.found else ""
            self._wrapped(f"Configuration: {plain(report.configuration.file)}{found}.", 0)
        for error in report.edit_errors:
            self._wrapped(plain(failure_of(error)), 0)
        if report.partial:
            left_out = partial_run(report.partial.select, report.partial.ignore)
            self._wrapped(f"PARTIAL RUN: {left_out}.", 0)
        if report.report_only:
            self._wrapped(f"REPORT-ONLY RUN: {REPORT_ONLY}.", 0)
        pour(self._claims, self._out)
        self._out.detach()

    # ------------------------------------------------------------------------------------ a claim

    def _head(self, claim: ClaimView) -> None:
        report = claim.report
        number = plain(report.control_number) or _UNNUMBERED
        verdict = spoken(report.verdict).upper()
        payer = report.payer
        parts = [f"payer {plain(payer.id)}"] if payer.id else []
        parts += [f"pack {payer.pack}", f"transaction {plain(report.transaction)}"]
        charge = f" ${dollars(claim.charge)}" if claim.charge is not None else ""
        unsure = "" if report.fully_checked or report.is_rejected else ", not fully checked"
        before, word, after = self._lines(f"claim {number} {verdict}{unsure}{charge}", 2).rpartition(verdict)
        word = self._colored(word, "red" if report.is_rejected else "green")
        self._write(f"\n{before}{word}{after}")
        self._wrapped(f"({', '.join(parts)})", 4)

    def _finding(self, finding: Finding, excerpt: Excerpt | None) -> None:
        where = finding.where
        place = [f"line {where.line}"] if where.line else []
        if where.element or where.segment:
            place.append(plain(where.element or where.segment or ""))
        if where.segment_number:
            place.append(f"segment {where.segment_number}, byte {where.byte}")
        kind = kind_of(finding)
        head = self._lines(f"{finding.edit:<8} {', '.join(place)}".rstrip(), _INDENT)
        self._write(f"    {self._colored(f'{kind:<10}', _COLORS[kind])}{head[_INDENT:]}")
        self._wrapped(plain(finding.message))
        if excerpt:
            self._excerpt(excerpt)
        fix = finding.fix
        if fix:
            label = "was" if fix.applied else f"{fix.safety} fix:"
            self._wrapped(f"{label} {plain(fix.before) or 'empty'} -> {plain(fix.after) or 'empty'}")
        if not finding.is_fixed and finding.to_do:
            self._write(self._to_do(finding.to_do))

    def _excerpt(self, excerpt: Excerpt) -> None:
        """Write the segment, cut to the width around the fault, with marks under the fault."""
        text, start, end = _window(excerpt, max(20, self._width - _INDENT - 2))
        margin = " " * _INDENT
        self._write(f"{margin}| {text}".rstrip() + "\n")
        if end > start:
            self._write(f"{margin}| {' ' * start}{self._colored('^' * (end - start), 'red')}\n")

    def _changes(self, claim: ClaimView) -> None:
        for change in claim.changes:
            self._write(f"    @@ segment {change.number}, byte {change.byte}: {', '.join(change.edits)} @@\n")
            self._write(self._colored(f"    -{plain(change.before)}", "red") + "\n")
            self._write(self._colored(f"    +{plain(change.after)}", "green") + "\n")

    def _references(self, shared: Sequence[SharedReport]) -> None:
        for entry in shared:
            is_note = entry.severity == "info" and not entry.fixed
            if entry.holds or not (self._style.quiet or is_note):
                kind = "fixed" if entry.fixed else entry.severity
                place = f"segment {entry.segment_number}: as in claim {plain(entry.claim) or _UNNUMBERED}"
                lines = self._lines(f"{entry.edit:<8} {place}", _INDENT)
                self._write(f"    {self._colored(f'{kind:<10}', _COLORS[kind])}{lines[_INDENT:]}")

    # ------------------------------------------------------------------------------------ a file

    def _pour_claims(self, kept: IO[str], told: Told) -> None:
        """Write the claims, each shared fault with the claims that have it."""
        kept.seek(0)
        for line in kept:
            if not line.startswith(_COUNT):
                self._out.write(line)
                continue
            ordinal, index = map(int, line.removeprefix(_COUNT).split())
            sharing = sharing_of(told, ordinal, index)
            if sharing:
                self._out.write(self._lines(f"in {sharing}", _INDENT))
        kept.close()

    def _write_notes(self) -> None:
        """Write how many findings are for information only, on which no one need act."""
        if notes := notes_of(self._tally.findings):
            self._write("\n")
            self._wrapped(f"For information, listed in the records: {notes}", 2)

    def _write_unchecked(self, file: FileReport) -> None:
        if file.not_checked:
            self._write("\n  Not checked\n")
        for reason in file.not_checked:
            numbers = (plain(number) or _UNNUMBERED for number in reason.first_claims)
            claims = ", ".join(numbers) + (" …" if reason.claims > len(reason.first_claims) else "")
            self._wrapped(plain(reason.why), 4)
            concerned = f"{counted(reason.claims, 'claim')}, ${dollars(Decimal(reason.charges))}"
            self._wrapped(f"{', '.join(reason.edits)}: {concerned} ({claims})")

    def _write_totals(self, file: FileReport) -> None:
        counts, tally = file.counts, self._tally
        why = f" ({why_unreadable(file)})" if file.unreadable else ""
        text = (
            f"{plain(file.name)}: {verdict_of(file).upper()}{why}. {counted(counts.claims, 'claim')} with"
            f" {counted(counts.lines, 'service line')}: {counts_of(counts)}."
        )
        text += _sums(tally)
        if tally.incomplete:
            text += f" {_incomplete(tally)}{'' if self._style.quiet else '; see Not checked'}."
        self._wrapped(text, 0)

    def _write_grand_total(self) -> None:
        total = self._all.total
        verdicts = ", ".join(f"{count} {spoken(key)}" for key, count in sorted(self._verdicts.items()))
        text = f"{counted(self._verdicts.total(), 'file')}: {verdicts}. {counted(total.claims, 'claim')}:"
        held = f"{total.held - total.sent_on:,} held"
        held += f", {total.sent_on:,} would be held" if total.sent_on else ""
        text += f" {total.claims - total.held:,} accepted, {held}." + _sums(self._all)
        if self._all.incomplete:
            text += f" {_incomplete(self._all)}."
        self._write("\n")
        self._wrapped(text, 0)
        if self._style.statistics:
            self._write_statistics(self._all)

    def _write_statistics(self, tally: Tally) -> None:
        if tally.findings:
            self._write("\n  edit      severity   findings  title\n")
        for (edit, kind), count in sorted(tally.findings.items(), key=lambda item: (-item[1], item[0])):
            row = f"  {edit:<9} {kind:<9} {count:>9}  {self._style.title(edit)}"
            self._write(_cut(row, self._width).rstrip() + "\n")
        if tally.payers:
            self._write("\n  payer             claims   held  clean-claim rate\n")
        for payer, claims in sorted(tally.payers.items()):
            name = f"{_cut(plain(payer) or 'unknown', _PAYER_WIDTH):<{_PAYER_WIDTH}}"
            self._write(f"  {name} {claims.claims:>7} {claims.held:>6}  {percent(claims.rate):>16}\n")

    # ------------------------------------------------------------------------------------ text

    def _reset(self) -> None:
        self._claims = temporary_text()
        self._tally = Tally()

    def _write(self, text: str) -> None:
        self._claims.write(text)

    def _wrapped(self, text: str, indent: int = _INDENT) -> None:
        self._write(self._lines(text, indent))

    def _to_do(self, to_do: str) -> str:
        """Return the wrapped text of what to do, which is the same for all findings of an edit."""
        known = self._to_dos.get(to_do)
        if known is None:
            if len(self._to_dos) >= _MOST_TO_DOS:
                self._to_dos.clear()
            known = self._to_dos[to_do] = self._lines(f"to do: {plain(to_do)}", _INDENT)
        return known

    def _lines(self, text: str, indent: int) -> str:
        """Wrap a text at spaces, indenting every line. It must have no color codes, which have no width."""
        margin = " " * indent
        fits = 0 < len(text) <= self._width - indent
        if fits and text.isprintable() and text.strip(" ") == text:
            return f"{margin}{text}\n"  # as most texts of a claim
        lines = textwrap.wrap(
            text, self._width, initial_indent=margin, subsequent_indent=margin,
            break_on_hyphens=False, break_long_words=False, drop_whitespace=True,
        )  # fmt: skip
        return "\n".join(lines) + "\n"

    def _colored(self, text: str, color: str) -> str:
        return click.style(text, fg=color, bold=True) if self._style.color else text


def _is_note(finding: Finding) -> bool:
    """Return True if a finding is for information only and nothing was fixed."""
    return kind_of(finding) == "info"


def _window(excerpt: Excerpt, width: int) -> tuple[str, int, int]:
    """Return as much of the segment as fits, with the fault in it, and where the fault is in that text."""
    text, start, end = plain(excerpt.text), excerpt.start, excerpt.end
    # A missing element is marked after the end of the segment, which takes space, too.
    length = max(len(text), end)
    if length <= width:
        return text, start, end
    first = max(0, min(start - width // 2, length - width))
    last = first + width
    window = text[first:last]
    if first:
        window = "…" + window[1:]
    if last < len(text):
        window = window[:-1] + "…"
    return window, start - first, min(end - first, width)


def _sums(tally: Tally) -> str:
    """Return the held charges, the number of fixes, and the edits that hold the most claims."""
    text = ""
    if tally.total.held:
        heading = tally.total.held_heading("charges")
        text += f" {heading}: ${dollars(tally.total.dollars)} of ${dollars(tally.charges)}."
    if tally.fixed:
        text += f" {tally.fixed:,} fixed."
    top = sorted((-claims.held, edit) for edit, claims in tally.edits.items())[:_TOP]
    if top:
        text += " Top edits: " + ", ".join(f"{edit} ({-held})" for held, edit in top) + "."
    return text


def _incomplete(tally: Tally) -> str:
    charges = dollars(tally.incomplete_charges)
    return f"{counted(tally.incomplete, 'claim')} (${charges}) not fully checked"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
