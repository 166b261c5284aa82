"""A page for billers: what is held, what it is worth and why, then each held claim with its triad drawn.

One file without scripts and without anything from elsewhere. Above the claims stand numbers that are known
last, so claims are written as they come and kept on disk until then.
"""

from __future__ import annotations

from collections import Counter
from typing import IO, BinaryIO

from scrubber.output.formats import html_page as page
from scrubber.output.formats.base import Style, pour, spool, text_layer
from scrubber.output.formats.html_claim import INDEX, card, index_row, notes, repairs
from scrubber.output.formats.html_finding import finding_items
from scrubber.output.formats.html_glossary import Glossary
from scrubber.output.formats.html_summary import (
    FILES,
    file_row,
    headline,
    not_checked,
    reasons,
    sources,
    tiles,
)
from scrubber.output.formats.html_tags import Element, clipped, render, scrolling, table, tag
from scrubber.output.formats.tally import Tally
from scrubber.output.money import counted
from scrubber.output.view import ClaimView
from scrubber.report import FileReport, Report

_OPEN = 3
"""So many cards are open at the beginning, in a file with few of them."""
_FEW = 20
_ROWS_SHOWN = 50
_HIDDEN = "Names, ids and birth dates of patients are hidden."
_HINT = "An edit's id, such as DX-01, leads to what it looks for, and to who says so."
_PRIVATE = "This page holds patient data."


class _Kept:
    """What is kept of one file until it is complete."""

    def __init__(self) -> None:
        self.index = spool()
        self.cards = spool()
        self.notes = spool()
        self.repairs = spool()
        self.first: list[Element] = []
        self.held = self.noted = self.repaired = 0
        self.tally = Tally()
        self.glossary = Glossary()

    def close(self) -> None:
        """Forget all of it."""
        for kept in (self.index, self.cards, self.notes, self.repairs):
            kept.close()


class Writer:
    """One page for all files."""

    def __init__(self, out: BinaryIO, style: Style) -> None:
        self._out = text_layer(out)
        self._style = style
        self._body = spool()
        self._rows = spool()
        self._kept = _Kept()
        self._tally = Tally()
        self._glossary = Glossary()
        self._files = 0
        self._name = ""
        self._verdicts: Counter[str] = Counter()
        self._cards = 0

    def claim(self, claim: ClaimView) -> None:
        """Keep the claim until its file is complete."""
        kept, style, report = self._kept, self._style, claim.report
        kept.tally.add(claim)
        if report.verdict == "held":
            self._card(claim)
            kept.glossary.add(report.findings)
        else:
            noted, repaired = notes(claim, style), repairs(claim, style)
            if noted is not None:
                kept.noted += 1
                kept.notes.write(render(noted) + "\n")
            if repaired is not None:
                kept.repaired += 1
                kept.repairs.write(render(repaired) + "\n")
            if noted is not None or repaired is not None:
                kept.glossary.add(report.findings)
        kept.glossary.add(entry.finding for entry in report.suppressed)

    def file(self, file: FileReport) -> None:
        """Write the file's section: findings about it, its held claims, then what is said of others."""
        kept, place = self._kept, f"f{self._files + 1}"
        kept.glossary.add(file.findings)
        self._write_head(file, place)
        self._write_held(file, kept)
        self._write_list(kept.notes, kept.noted, "Accepted, with something to know", "Accepted claims")
        self._write_list(kept.repairs, kept.repaired, "Repaired and accepted", "Repaired claims")
        if not self._style.quiet:
            self._write(*not_checked(kept.tally))
        self._body.write("</section>\n")
        self._rows.write(render(file_row(file, kept.tally, place)) + "\n")
        self._tally.add_tally(kept.tally)
        self._glossary.add_glossary(kept.glossary)
        self._files += 1
        self._name = file.name
        self._verdicts[file.verdict] += 1
        kept.close()
        self._kept = _Kept()

    def abandon(self) -> None:
        """Forget the claims of the current file."""
        self._kept.close()
        self._kept = _Kept()

    def finish(self, report: Report) -> None:
        """Write the numbers, then all that waited for them."""
        out, tally, title = self._out, self._tally, headline(self._tally, self._verdicts)
        name = self._name if self._files == 1 else counted(self._files, "file")
        told = f"{clipped(name, 120)}, judged as of {report.as_of.isoformat()}. "
        if unreadable := self._verdicts["unreadable"]:
            told += f"No claims could be read in {counted(unreadable, 'file')}. "
        told += _HIDDEN if self._style.masked else _PRIVATE
        explained = self._glossary.section(self._style)
        why = reasons(tally, self._style)
        out.write(page.opening(f"{title}: {name}"))
        out.write(page.banner(title, told, tiles(tally)))
        places = {"why": "Why"} if why is not None else {}
        places["claims"] = "Claims"
        places |= {"edits": "What the edits look for"} if explained is not None else {}
        out.write(page.navigation({**places, "run": "How this was judged"}))
        out.write("<main>\n")
        if why is not None:
            out.write(render(why) + "\n")
        out.write('<div id="claims">\n')
        if explained is not None:
            out.write(render(tag("p", _HINT, cls="mute")) + "\n")
        if self._files > 1:
            out.write('<section class="box" id="files">\n')
            self._pour_table("Files", FILES, (2, 3, 4, 5), self._rows, out)
            out.write("</section>\n")
        pour(self._body, out)
        out.write("</div>\n")
        for section in (explained, sources(report)):
            if section is not None:
                out.write(render(section) + "\n")
        out.write("</main>\n</body>\n</html>\n")
        out.detach()

    # ------------------------------------------------------------------------------------ a file

    def _card(self, claim: ClaimView) -> None:
        """Keep a card; the first ones as they are, since it is not known yet whether they are few."""
        kept = self._kept
        self._cards += 1
        kept.held += 1
        place = f"c{self._cards}"
        kept.index.write(render(index_row(claim, place)) + "\n")
        found = card(claim, place, self._style)
        if kept.held <= _OPEN and self._cards <= _OPEN:
            kept.first.append(found)
        else:
            kept.cards.write(render(found) + "\n")

    def _write_head(self, file: FileReport, place: str) -> None:
        counts, style = file.counts, self._style
        self._body.write(f'<section class="file" id="{place}">\n')
        claims, lines = counted(counts.claims, "claim"), counted(counts.lines, "service line")
        told = f"{claims} with {lines}: "
        told += f"{counts.accepted:,} accepted, {counts.held:,} held."
        verdict = tag("b", file.verdict, cls=f"sev {file.verdict}")
        self._write(tag("h2", clipped(file.name, 200), " ", verdict), tag("p", told))
        if file.findings:
            items = finding_items(((finding, None) for finding in file.findings), style)
            self._write(tag("h3", "About the file"), tag("ol", *items, cls="fs"))

    def _write_held(self, file: FileReport, kept: _Kept) -> None:
        self._write(tag("h3", f"Held claims ({kept.held:,})"))
        if not kept.held:
            none = "No claim of this file is held." if file.counts.claims else "The file has no claims."
            self._write(tag("p", none))
            return
        if kept.held > 1:
            state = " open" if kept.held <= _ROWS_SHOWN else ""
            self._body.write(
                f'<details class="box"{state}>\n{render(tag("summary", "Index of held claims"))}\n'
            )
            self._pour_table("Held claims", INDEX, (4,), kept.index, self._body)
            self._body.write("</details>\n")
        self._body.write('<div class="cards">\n')
        for first in kept.first:
            if kept.held <= _FEW:
                first.set("open", "open")
            self._write(first)
        pour(kept.cards, self._body)
        self._body.write("</div>\n")

    def _write_list(self, items: IO[str], count: int, heading: str, what: str) -> None:
        if not count:
            return
        told = f"{what}: {count:,}"
        self._write(tag("h3", heading))
        self._body.write(f'<details class="box">\n{render(tag("summary", told))}\n<ul class="notes">\n')
        pour(items, self._body)
        self._body.write("</ul>\n</details>\n")

    @staticmethod
    def _pour_table(
        caption: str, heads: tuple[str, ...], numbers: tuple[int, ...], rows: IO[str], out: IO[str]
    ) -> None:
        """Write a table whose rows wait on disk."""
        found, body = table(caption, heads, numbers)
        body.text = "\n"
        before, end, after = render(scrolling(found, caption)).rpartition("</tbody>")
        out.write(before)
        pour(rows, out)
        out.write(f"{end}{after}\n")

    def _write(self, *elements: Element) -> None:
        for element in elements:
            self._body.write(render(element) + "\n")
