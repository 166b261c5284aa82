"""What a biller reads on a terminal: each held claim with the segment and the fault marked in it."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import BinaryIO

import click

from scrubber.engine.finding import Finding
from scrubber.report.claim_view import ClaimView, Excerpt, FileView
from scrubber.report.model import ClaimReport, FileReport, PartialReport, Report
from scrubber.report.tally import Tally, kind_of
from scrubber.report.writer import Style
from scrubber.text import dollars, percent, plain, pour, spoken, temporary_text, text_layer

_INDENT = 14
_NARROWEST = 60
_COLOURS = {"reject": "red", "warn": "yellow", "info": "cyan", "repaired": "green"}
_TOP = 5
_PAYER = 16


class Writer:
    """Claims of which something is said, what was not checked (once for all claims), the numbers."""

    def __init__(self, out: BinaryIO, style: Style) -> None:
        self._out = text_layer(out)
        self._style = style
        self._width = max(_NARROWEST, style.width)
        self._claims = temporary_text()
        self._tally = Tally()
        self._all = Tally()
        self._verdicts: Counter[str] = Counter()
        self._detailed = False  # whether the file before had more than its numbers

    def claim(self, claim: ClaimView) -> None:
        """Keep the claim until its file is complete."""
        report, held = claim.report, claim.report.verdict == "held"
        self._tally.add(claim)
        said = report.findings or report.suppressed or (claim.changes and self._style.diff)
        if not held and (self._style.quiet or not said):
            return
        self._head(claim)
        for finding in report.findings:
            if not self._style.quiet or finding.holds:
                self._finding(finding, claim.excerpt(finding))
        if held and not report.held_by:
            self._wrapped(_why_held(report), 4)
        if not self._style.quiet:
            for entry in report.suppressed:
                self._wrapped(
                    f"overridden {entry.finding.edit}: {plain(entry.reason)} ({plain(entry.owner)})", 4
                )
        if self._style.diff:
            self._changes(claim)

    def file(self, view: FileView) -> None:
        """Write the file: its name, findings about it, its claims, the numbers; else these only."""
        file = view.report
        kept, quiet = self._claims, self._style.quiet
        details = bool(file.findings or kept.tell() or (self._tally.unchecked and not quiet))
        self._claims = temporary_text()
        if self._verdicts.total() and (details or self._detailed):
            self._write("\n")
        if details:
            self._write(f"{plain(file.name)}\n")
            for finding in file.findings:
                self._finding(finding, view.excerpt(finding))
        pour(self._claims, self._out)
        pour(kept, self._out)
        self._claims = temporary_text()
        if not quiet:
            self._write_unchecked()
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
        """Forget the claims of the current file."""
        self._claims.close()
        self._reset()

    def finish(self, report: Report) -> None:
        """Add up the files; say which suppressions of the configuration have nothing to do any more."""
        if self._verdicts.total() > 1:
            self._write_grand_total()
        for entry in report.suppressions:
            if not entry.findings:
                why = "has expired" if entry.expired else "matched nothing"
                self._wrapped(f"override of {entry.edit} ({plain(entry.owner)}) {why}: remove it?", 0)
        for error in report.edit_errors:
            place = f"{plain(error.file)}, line {error.line}"
            self._wrapped(f"{error.edit} failed {error.times} times: {error.error} in {place}", 0)
        if report.partial:
            self._wrapped(f"PARTIAL RUN: {_left_out(report.partial)}.", 0)
        pour(self._claims, self._out)
        self._out.detach()

    # ------------------------------------------------------------------------------------ a claim

    def _head(self, claim: ClaimView) -> None:
        report = claim.report
        number = plain(report.control_number) or "without a number"
        verdict = report.verdict.upper()
        payer = report.payer
        parts = [f"payer {plain(payer.id)}"] if payer.id else []
        parts += [f"pack {payer.pack}", f"transaction {plain(report.transaction)}"]
        charge = f" ${dollars(claim.charge)}" if claim.charge is not None else ""
        before, found, after = self._lines(f"claim {number} {verdict}{charge}", 2).rpartition(verdict)
        found = self._coloured(found, "red" if report.verdict == "held" else "green")
        self._write(f"\n{before}{found}{after}")
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
        self._write(f"    {self._coloured(f'{kind:<10}', _COLOURS[kind])}{head[_INDENT:]}")
        self._wrapped(plain(finding.message))
        if excerpt:
            self._excerpt(excerpt)
        fix = finding.fix
        if fix:
            done = "was" if fix.applied else f"{fix.safety} fix:"
            self._wrapped(f"{done} {plain(fix.before) or 'empty'} -> {plain(fix.after) or 'empty'}")
        if not finding.is_fixed and finding.to_do:
            self._wrapped(f"to do: {finding.to_do}")

    def _excerpt(self, excerpt: Excerpt) -> None:
        """The segment, cut to the width around the fault, and marks below it."""
        text, start, end = _window(excerpt, max(20, self._width - _INDENT - 2))
        margin = " " * _INDENT
        self._write(f"{margin}| {text}".rstrip() + "\n")
        if end > start:
            self._write(f"{margin}| {' ' * start}{self._coloured('^' * (end - start), 'red')}\n")

    def _changes(self, claim: ClaimView) -> None:
        for change in claim.changes:
            self._write(f"    @@ segment {change.number}, byte {change.byte}: {', '.join(change.edits)} @@\n")
            self._write(self._coloured(f"    -{plain(change.before)}", "red") + "\n")
            self._write(self._coloured(f"    +{plain(change.after)}", "green") + "\n")

    # ------------------------------------------------------------------------------------ a file

    def _write_unchecked(self) -> None:
        if self._tally.unchecked:
            self._write("\n  Not checked\n")
        for why, reason in sorted(self._tally.unchecked.items()):
            numbers = (plain(number) or "without a number" for number in reason.numbers)
            named = ", ".join(numbers) + (" …" if reason.claims > len(reason.numbers) else "")
            count = f"{reason.claims} claim" + ("s" if reason.claims > 1 else "")
            self._wrapped(plain(why), 4)
            self._wrapped(f"{', '.join(sorted(reason.edits))}: {count} ({named})")

    def _write_totals(self, file: FileReport) -> None:
        counts, tally = file.counts, self._tally
        text = (
            f"{plain(file.name)}: {_verdict(file)}. {_counted(counts.claims, 'claim')} with"
            f" {_counted(counts.lines, 'service line')}: {counts.accepted} accepted, {counts.held} held."
        )
        text += _sums(tally)
        if tally.unchecked:
            see = "" if self._style.quiet else "; see Not checked"
            text += f" Some edits could not be evaluated{see}."
        self._wrapped(text, 0)

    def _write_grand_total(self) -> None:
        total = self._all.total
        verdicts = ", ".join(f"{count} {spoken(key)}" for key, count in sorted(self._verdicts.items()))
        text = f"{self._verdicts.total()} files: {verdicts}. {_counted(total.claims, 'claim')}:"
        text += f" {total.claims - total.held} accepted, {total.held} held." + _sums(self._all)
        self._write("\n")
        self._wrapped(text, 0)
        if self._style.statistics:
            self._write_statistics(self._all)

    def _write_statistics(self, tally: Tally) -> None:
        if tally.findings:
            self._write("\n  edit      severity   findings  what it finds\n")
        for (edit, kind), count in sorted(tally.findings.items(), key=lambda item: (-item[1], item[0])):
            row = f"  {edit:<9} {kind:<9} {count:>9}  {self._style.title(edit)}"
            self._write(_cut(row, self._width).rstrip() + "\n")
        if tally.payers:
            self._write("\n  payer             claims   held  clean-claim rate\n")
        for payer, found in sorted(tally.payers.items()):
            name = _cut(plain(payer) or "unknown", _PAYER)
            self._write(f"  {name:<{_PAYER}} {found.claims:>7} {found.held:>6}  {percent(found.rate):>16}\n")

    # ------------------------------------------------------------------------------------ text

    def _reset(self) -> None:
        self._claims = temporary_text()
        self._tally = Tally()

    def _write(self, text: str) -> None:
        self._claims.write(text)

    def _wrapped(self, text: str, indent: int = _INDENT) -> None:
        self._write(self._lines(text, indent))

    def _lines(self, text: str, indent: int) -> str:
        """The text broken at blanks, every line with the indent and an end; no colour, it has no width."""
        margin = " " * indent
        lines = textwrap.wrap(
            text, self._width, initial_indent=margin, subsequent_indent=margin,
            break_on_hyphens=False, break_long_words=False, drop_whitespace=True,
        )  # fmt: skip
        return "\n".join(lines) + "\n"

    def _coloured(self, text: str, colour: str) -> str:
        return click.style(text, fg=colour, bold=True) if self._style.colour else text


def _window(excerpt: Excerpt, room: int) -> tuple[str, int, int]:
    """As much of the segment as there is room for, with the fault in it, and where the fault is there."""
    text, start, end = plain(excerpt.text), excerpt.start, excerpt.end
    # What is missing at the end of the segment is marked behind it, which needs room, too.
    length = max(len(text), end)
    if length <= room:
        return text, start, end
    first = max(0, min(start - room // 2, length - room))
    last = first + room
    shown = text[first:last]
    if first:
        shown = "…" + shown[1:]
    if last < len(text):
        shown = shown[:-1] + "…"
    return shown, start - first, min(end - first, room)


def _sums(tally: Tally) -> str:
    """Return the held charges, how much was fixed, and the edits that hold most claims."""
    text = ""
    if tally.total.held:
        text += f" Held charges: ${dollars(tally.total.dollars)} of ${dollars(tally.charges)}."
    if tally.repaired:
        text += f" {tally.repaired} fixed."
    # Sorted to the end: a set of edits has no order of its own.
    top = sorted((-found.held, edit) for edit, found in tally.edits.items())[:_TOP]
    if top:
        text += " Top edits: " + ", ".join(f"{edit} ({-held})" for held, edit in top) + "."
    return text


_UNREADABLE = {
    "not_x12": "not an X12 interchange",
    "not_837p": "no 837P transaction",
    "no_claim": "no claim",
}


def _verdict(file: FileReport) -> str:
    """Return the verdict, and what it does not promise."""
    verdict = spoken(file.verdict).upper()
    if file.unreadable:
        return f"{verdict} ({_UNREADABLE[file.unreadable]})"
    return verdict if file.fully_checked or file.verdict != "clean" else f"{verdict}, NOT FULLY CHECKED"


def _left_out(partial: PartialReport) -> str:
    """Return which edits were run or left out by hand."""
    parts = [f"only {', '.join(partial.select)} was run"] if partial.select else []
    parts += [f"{', '.join(partial.ignore)} was left out"] if partial.ignore else []
    return "; ".join(parts)


def _why_held(claim: ClaimReport) -> str:
    """Return why a claim is held that no finding of its own holds."""
    failed = [entry.why for entry in claim.unchecked if " failed: " in entry.why]
    return failed[0] if failed else "held with its envelope: see the findings on the file above"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")
