"""A file as HTML: findings about it, an index of its held claims, their cards, and notes on other claims."""

from __future__ import annotations

from decimal import Decimal
from typing import IO

from scrubber.html.tags import Element, clipped, pour_table, render, tag
from scrubber.report.claim_view import ClaimView
from scrubber.report.file_view import FileView
from scrubber.report.html.budget import Share, SizeBudget, Spill
from scrubber.report.html.claim import INDEX, card, index_row
from scrubber.report.html.finding import (
    MOST_FINDINGS,
    finding_items,
    holding_first,
    more_findings,
)
from scrubber.report.html.glossary import Glossary
from scrubber.report.html.omitted import PageCoverage
from scrubber.report.html.shared import is_told_elsewhere, shared_faults, told_elsewhere
from scrubber.report.html.short import fixes, has_fixes, has_notes, notes, recounts, short_card
from scrubber.report.model import FileReport
from scrubber.report.tally import Sum, Tally
from scrubber.report.wording import counts_of, failed_on, verdict_of, why_unreadable
from scrubber.report.writer import Style
from scrubber.text import counted, pour, temporary_text

_OPEN = 3
"""This many cards are open initially, in a file with few of them."""
_FEW = 20
_ROWS_SHOWN = 50
_MANY = 200
"""From this many on, a browser lays out only what is visible; a screen reader finds the rest by the index."""


class FileSection:
    """The content of one file, kept until the file is complete and then written.

    ``cards`` is the number of cards on the page before it, ``anchor`` that of its section. ``envelope`` sums
    claims that are held with their envelope, ``failed`` claims that are held because an edit failed.
    """

    def __init__(self, budget: SizeBudget, style: Style, anchor: str, cards: int) -> None:
        self.anchor = anchor
        self.tally = Tally()
        self.glossary = Glossary()
        self.envelope, self.failed = Sum(), Sum()
        self.cards = 0
        self._budget = budget
        self._style = style
        self._before = cards
        self._index, self._cards = temporary_text(), temporary_text()
        self._first: list[Element] = []
        self._short = Spill(budget, Share.SHORT)
        self._told = Spill(budget, Share.SHORT)
        self._notes = Spill(budget, Share.NOTE)
        self._fixes = Spill(budget, Share.FIXED)
        self._findings = 0

    @property
    def is_empty(self) -> bool:
        """Return True if no claim has anything to show."""
        return not (self.held or self._notes.shown or self._fixes.shown)

    @property
    def held(self) -> int:
        """Return the number of held claims."""
        kept = self._short, self._told
        return self.cards + sum(claims.shown + claims.counted for claims in kept)

    @property
    def coverage(self) -> PageCoverage:
        """Return how much of the file is shown, once it is written."""
        return PageCoverage(
            cards=self.cards,
            short=self._short.shown,
            told=self._told.shown,
            held=self._short.counted + self._told.counted,
            notes=self._notes.counted,
            fixed=self._fixes.counted,
            findings=self._findings,
        )

    def claim(self, claim: ClaimView) -> None:
        """Keep what will be shown of the claim."""
        self.tally.add(claim)
        report, style = claim.report, self._style
        if report.is_rejected:
            self._hold(claim)
        else:
            if has_notes(claim, style):
                self._notes.add(lambda: notes(claim))
            if has_fixes(claim, style):
                self._fixes.add(lambda: fixes(claim))
        if report.is_rejected or not style.quiet:
            self.glossary.add(report.findings)
            self.glossary.add(claim.omitted())
            self.glossary.add(entry.finding for entry in report.suppressed)

    def head(self, file: FileReport) -> str:
        """Return the beginning of the section."""
        counts = file.counts
        claims, lines = counted(counts.claims, "claim"), counted(counts.lines, "service line")
        totals = f"{claims} with {lines}: {counts_of(counts)}."
        heading = tag("h2", clipped(file.name, 200), " ", _badge(file))
        return f'<section class="file" id="{self.anchor}">\n{render(heading)}\n{render(tag("p", totals))}\n'

    def write(self, view: FileView, out: IO[str]) -> None:
        """Write what comes after the head."""
        file = view.report
        self.glossary.add(file.findings)
        if file.findings:
            self._write_findings(view, out)
        if view.shared.faults:
            out.write(f"{render(shared_faults(view.shared))}\n")
        self._write_held(file, out)
        self._write_list(self._notes, "Accepted with findings", "Accepted claims", out)
        self._write_list(self._fixes, "Fixed and accepted", "Fixed claims", out)
        recounted = recounts(view)
        if recounted is not None and self._budget.take(Share.FILE, text := f"{render(recounted)}\n"):
            out.write(text)
        out.write("</section>\n")

    def close(self) -> None:
        """Discard everything."""
        for kept in (self._index, self._cards, self._short, self._told, self._notes, self._fixes):
            kept.close()

    # ------------------------------------------------------------------------------------ keeping

    def _hold(self, claim: ClaimView) -> None:
        if not claim.report.held_by:
            held = self.failed if failed_on(claim.report) else self.envelope
            sent_on = claim.report.verdict == "would_be_held"
            held.add(Sum(1, 1, claim.charge or Decimal(0), sent_on))
        if is_told_elsewhere(claim, self._style):
            self._told.add(lambda: told_elsewhere(claim))
        elif not (self._budget.is_open(Share.CARD) and self._keep_card(claim)):
            self._short.add(lambda: short_card(claim))

    def _keep_card(self, claim: ClaimView) -> bool:
        """Keep a card; the first ones as elements, since it is not known yet whether there are few."""
        anchor = f"c{self._before + self.cards + 1}"
        element = card(claim, anchor, self._style)
        text, row = f"{render(element)}\n", f"{render(index_row(claim, anchor))}\n"
        if not self._budget.take(Share.CARD, text, row):
            return False
        self.cards += 1
        self._index.write(row)
        if self._before + self.cards <= _OPEN:
            self._first.append(element)
        else:
            self._cards.write(text)
        return True

    # ------------------------------------------------------------------------------------ writing

    def _write_findings(self, view: FileView, out: IO[str]) -> None:
        """Write findings about the file, as many as there is space for."""
        findings = holding_first(view.report.findings)
        pairs = ((one, view.excerpt(one)) for one in findings[:MOST_FINDINGS])
        out.write(f'{render(tag("h3", "About the file"))}\n<ol class="fs">\n')
        written = 0
        for item in finding_items(pairs):
            text = f"{render(item)}\n"
            if not self._budget.take(Share.FILE, text):
                break
            out.write(text)
            written += 1
        rest = more_findings(findings[written:])
        self._findings = len(findings) - written
        out.write(f"{render(rest)}\n</ol>\n" if rest is not None else "</ol>\n")

    def _write_held(self, file: FileReport, out: IO[str]) -> None:
        if not self.held:
            note = "No claim in this file is held." if file.counts.claims else "The file has no claims."
            out.write(f"{render(tag('p', note))}\n")
            return
        heading = self.tally.total.held_heading("claims")
        out.write(f"{render(tag('h3', f'{heading} ({self.held:,})'))}\n")
        omitted = self.coverage.of_held()
        if omitted is not None:
            out.write(f"{render(omitted)}\n")
        if self.cards > 1:
            state = " open" if self.cards <= _ROWS_SHOWN else ""
            summary = render(tag("summary", f"Index of {heading[0].lower()}{heading[1:]}"))
            out.write(f'<details class="box"{state}>\n{summary}\n')
            pour_table(heading, INDEX, (4,), self._index, out, cls="idx")
            out.write("</details>\n")
        if self.cards:
            out.write(f'<div class="{_listed("cards", self.cards)}">\n')
            for first in self._first:
                if self.held <= _FEW:
                    first.set("open", "open")
                out.write(f"{render(first)}\n")
            pour(self._cards, out)
            out.write("</div>\n")
        if self._short.shown:
            out.write(f"{render(tag('h3', f'{heading}, summarized'))}\n")
            self._pour_list(self._short, f"{heading} without a card: {self._short.shown:,}", out)
        if self._told.shown:
            out.write(f"{render(tag('h3', 'Held by a fault reported above'))}\n")
            self._pour_list(self._told, f"{heading} without other faults: {self._told.shown:,}", out)

    def _write_list(self, kept: Spill, heading: str, label: str, out: IO[str]) -> None:
        """Write a list as an element that opens; only its count if there was space for none of it."""
        if not (kept.shown or kept.counted):
            return
        omitted = f", {kept.counted:,} of them only counted" if kept.counted else ""
        text = f"{label}: {kept.shown + kept.counted:,}{omitted}"
        out.write(f"{render(tag('h3', heading))}\n")
        if kept.shown:
            self._pour_list(kept, text, out)
        else:
            out.write(f"{render(tag('p', text))}\n")

    @staticmethod
    def _pour_list(kept: Spill, text: str, out: IO[str]) -> None:
        summary = render(tag("summary", text))
        out.write(f'<details class="box">\n{summary}\n<ul class="{_listed("notes", kept.shown)}">\n')
        kept.pour(out)
        out.write("</ul>\n</details>\n")


def _badge(file: FileReport) -> Element:
    """Return the file's verdict as a badge, amber if nothing is held but it is not fully checked."""
    why = f" ({why_unreadable(file)})" if file.unreadable else ""
    unsure = file.verdict == "partly_checked" or (file.verdict == "clean" and not file.fully_checked)
    level = "warn" if unsure or file.verdict == "would_be_held" else file.verdict
    return tag("b", verdict_of(file), why, cls=f"sev {level}")


def _listed(name: str, count: int) -> str:
    """Return the class of a list with this many items."""
    return f"{name} many" if count >= _MANY else name
