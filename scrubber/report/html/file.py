"""A file as HTML: findings about it, an index of its held claims, their cards, what is noted of others."""

from __future__ import annotations

from decimal import Decimal
from typing import IO

from scrubber.html.tags import Element, clipped, pour_table, render, tag
from scrubber.report.claim_view import ClaimView, FileView
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
from scrubber.report.html.short import has_notes, has_repairs, notes, recounts, repairs, short_card
from scrubber.report.model import FileReport
from scrubber.report.tally import Sum, Tally
from scrubber.report.writer import Style
from scrubber.text import counted, pour, spoken, temporary_text

_OPEN = 3
"""So many cards are open at the beginning, in a file with few of them."""
_FEW = 20
_ROWS_SHOWN = 50
_MANY = 200
"""From so many on a browser lays out only what is in sight; a screen reader finds the others by the index."""


class FileSection:
    """What is kept of one file until it is complete, and then written.

    ``cards`` is the number of cards on the page before it, ``place`` where its section will be. ``envelope``
    sums claims that no finding of their own holds.
    """

    def __init__(self, room: SizeBudget, style: Style, place: str, cards: int) -> None:
        self.place = place
        self.tally = Tally()
        self.glossary = Glossary()
        self.envelope = Sum()
        self.cards = 0
        self._room = room
        self._style = style
        self._before = cards
        self._index, self._cards = temporary_text(), temporary_text()
        self._first: list[Element] = []
        self._short = Spill(room, Share.SHORT)
        self._notes = Spill(room, Share.NOTE)
        self._repairs = Spill(room, Share.REPAIR)
        self._findings = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say of any claim."""
        return not (self.held or self._notes.shown or self._repairs.shown)

    @property
    def held(self) -> int:
        """How many claims are held."""
        return self.cards + self._short.shown + self._short.counted

    @property
    def shown(self) -> PageCoverage:
        """How much of the file is shown, once it is written."""
        return PageCoverage(
            cards=self.cards,
            short=self._short.shown,
            held=self._short.counted,
            notes=self._notes.counted,
            repairs=self._repairs.counted,
            findings=self._findings,
        )

    def claim(self, claim: ClaimView) -> None:
        """Keep what is to be shown of the claim."""
        self.tally.add(claim)
        report, style = claim.report, self._style
        if report.verdict == "held":
            self._hold(claim)
        else:
            if has_notes(claim, style):
                self._notes.add(lambda: notes(claim))
            if has_repairs(claim, style):
                self._repairs.add(lambda: repairs(claim))
        if report.verdict == "held" or not style.quiet:
            self.glossary.add(report.findings)
            self.glossary.add(entry.finding for entry in report.suppressed)

    def head(self, file: FileReport) -> str:
        """The beginning of the section."""
        counts = file.counts
        claims, lines = counted(counts.claims, "claim"), counted(counts.lines, "service line")
        told = f"{claims} with {lines}: {counts.accepted:,} accepted, {counts.held:,} held."
        name = tag(
            "h2", clipped(file.name, 200), " ", tag("b", spoken(file.verdict), cls=f"sev {file.verdict}")
        )
        return f'<section class="file" id="{self.place}">\n{render(name)}\n{render(tag("p", told))}\n'

    def write(self, view: FileView, out: IO[str]) -> None:
        """Write what comes behind the head."""
        file = view.report
        self.glossary.add(file.findings)
        if file.findings:
            self._write_findings(view, out)
        self._write_held(file, out)
        self._write_list(self._notes, "Accepted, with something to know", "Accepted claims", out)
        self._write_list(self._repairs, "Repaired and accepted", "Repaired claims", out)
        counted_anew = recounts(view)
        if counted_anew is not None and self._room.take(Share.FILE, text := f"{render(counted_anew)}\n"):
            out.write(text)
        out.write("</section>\n")

    def close(self) -> None:
        """Forget all of it."""
        for kept in (self._index, self._cards, self._short, self._notes, self._repairs):
            kept.close()

    # ------------------------------------------------------------------------------------ keeping

    def _hold(self, claim: ClaimView) -> None:
        if not claim.report.held_by:
            self.envelope.claims += 1
            self.envelope.held += 1
            self.envelope.dollars += claim.charge or Decimal(0)
        if not (self._room.is_open(Share.CARD) and self._keep_card(claim)):
            self._short.add(lambda: short_card(claim))

    def _keep_card(self, claim: ClaimView) -> bool:
        """Keep a card; the first ones as they are, since it is not known yet whether they are few."""
        place = f"c{self._before + self.cards + 1}"
        found = card(claim, place, self._style)
        text, row = f"{render(found)}\n", f"{render(index_row(claim, place))}\n"
        if not self._room.take(Share.CARD, text, row):
            return False
        self.cards += 1
        self._index.write(row)
        if self._before + self.cards <= _OPEN:
            self._first.append(found)
        else:
            self._cards.write(text)
        return True

    # ------------------------------------------------------------------------------------ writing

    def _write_findings(self, view: FileView, out: IO[str]) -> None:
        """Findings about the file, as many as there is room for."""
        found = holding_first(view.report.findings)
        pairs = ((one, view.excerpt(one)) for one in found[:MOST_FINDINGS])
        out.write(f'{render(tag("h3", "About the file"))}\n<ol class="fs">\n')
        written = 0
        for item in finding_items(pairs):
            text = f"{render(item)}\n"
            if not self._room.take(Share.FILE, text):
                break
            out.write(text)
            written += 1
        rest = more_findings(found[written:])
        self._findings = len(found) - written
        out.write(f"{render(rest)}\n</ol>\n" if rest is not None else "</ol>\n")

    def _write_held(self, file: FileReport, out: IO[str]) -> None:
        if not self.held:
            told = "No claim of this file is held." if file.counts.claims else "The file has no claims."
            out.write(f"{render(tag('p', told))}\n")
            return
        out.write(f"{render(tag('h3', f'Held claims ({self.held:,})'))}\n")
        left = self.shown.of_held()
        if left is not None:
            out.write(f"{render(left)}\n")
        if self.cards > 1:
            state = " open" if self.cards <= _ROWS_SHOWN else ""
            summary = render(tag("summary", "Index of held claims"))
            out.write(f'<details class="box"{state}>\n{summary}\n')
            pour_table("Held claims", INDEX, (4,), self._index, out, cls="idx")
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
            out.write(f"{render(tag('h3', 'Held claims in short'))}\n")
            self._pour_list(self._short, f"Held claims without a card: {self._short.shown:,}", out)

    def _write_list(self, kept: Spill, heading: str, what: str, out: IO[str]) -> None:
        """A list in an element that opens; only its number where there was room for none of it."""
        if not (kept.shown or kept.counted):
            return
        left = f", {kept.counted:,} of them only counted" if kept.counted else ""
        told = f"{what}: {kept.shown + kept.counted:,}{left}"
        out.write(f"{render(tag('h3', heading))}\n")
        if kept.shown:
            self._pour_list(kept, told, out)
        else:
            out.write(f"{render(tag('p', told))}\n")

    @staticmethod
    def _pour_list(kept: Spill, told: str, out: IO[str]) -> None:
        summary = render(tag("summary", told))
        out.write(f'<details class="box">\n{summary}\n<ul class="{_listed("notes", kept.shown)}">\n')
        kept.pour(out)
        out.write("</ul>\n</details>\n")


def _listed(name: str, count: int) -> str:
    """The class of a list of so many."""
    return f"{name} many" if count >= _MANY else name
