"""A page for billers: what is held, what it is worth and why, then each held claim with its triad drawn.

One file without scripts and without anything from elsewhere. Above the claims stand numbers that are known
last, so claims are written as they come and kept on disk until then.
"""

from __future__ import annotations

from collections import Counter
from typing import BinaryIO

from scrubber.html import page
from scrubber.html.tags import Element, clipped, pour_table, render, tag
from scrubber.report.claim_view import ClaimView, FileView
from scrubber.report.html.budget import Share, SizeBudget
from scrubber.report.html.file import FileSection
from scrubber.report.html.glossary import Glossary
from scrubber.report.html.omitted import PageCoverage
from scrubber.report.html.summary import (
    FILE_NUMBERS,
    FILES,
    file_row,
    headline,
    other_files,
    reasons,
    sources,
    tiles,
)
from scrubber.report.html.unchecked import UncheckedSection
from scrubber.report.model import Report
from scrubber.report.tally import Sum, Tally
from scrubber.report.writer import Style
from scrubber.text import counted, pour, temporary_text, text_layer

_CLEAN_FILES = 200
"""So many files are shown that have nothing to say; the room is for others."""
_LONGEST_NAME = 120
_HIDDEN = "Names, ids and birth dates of patients are hidden."
_HINT = "An edit's id, such as DX-01, leads to what it looks for, and to who says so."
_PRIVATE = "This page holds patient data."
_FRAME = 5000
"""So many bytes stand around the sections, at most."""
_PLACES = {
    "why": "Why",
    "claims": "Claims",
    "unchecked": "Not checked",
    "edits": "What the edits look for",
    "run": "How this was judged",
}


class Writer:
    """One page for all files."""

    def __init__(self, out: BinaryIO, style: Style) -> None:
        self._out = text_layer(out)
        self._style = style
        self._body = temporary_text()
        self._rows = temporary_text()
        self._room = SizeBudget()
        self._tally = Tally()
        self._envelope = Sum()
        self._unchecked = UncheckedSection()
        self._glossary = Glossary()
        self._shown = PageCoverage()
        self._name = ""
        self._verdicts: Counter[str] = Counter()
        self._others = Sum()
        self._other_verdicts: Counter[str] = Counter()
        self._begin()

    def claim(self, claim: ClaimView) -> None:
        """Keep the claim until its file is complete."""
        self._section.claim(claim)

    def file(self, view: FileView) -> None:
        """Write the file's section where there is room for it; its numbers count in any case."""
        section, file = self._section, view.report
        if not self._write(view, section):
            self._room = self._before
            self._shown.add(PageCoverage(held=section.held, files=1))
            self._others.add(section.tally.total)
            self._other_verdicts[file.verdict] += 1
        self._tally.add_tally(section.tally)
        self._envelope.add(section.envelope)
        self._unchecked.add(section.tally)
        self._glossary.add_glossary(section.glossary)
        section.close()
        self._name = file.name
        self._verdicts[file.verdict] += 1
        self._begin()

    def abandon(self) -> None:
        """Forget the claims of the current file."""
        self._section.close()
        self._room = self._before
        self._begin()

    def finish(self, report: Report) -> None:
        """Write the numbers, then all that waited for them."""
        out, style = self._out, self._style
        found = {
            "why": reasons(self._tally, self._envelope, style),
            "unchecked": None if style.quiet else self._unchecked.section(),
            "run": sources(report),
        }
        top = self._top(report, unchecked=found["unchecked"] is not None)
        self._room.spend(top, *(render(section) for section in found.values() if section is not None))
        found["edits"] = self._glossary.section(style, self._room.rest - _FRAME)
        out.write(top)
        places = (place for place in _PLACES if place == "claims" or found[place] is not None)
        out.write(page.navigation({place: _PLACES[place] for place in places}))
        out.write("<main>\n")
        self._write_section(found["why"])
        out.write('<div id="claims">\n')
        if found["edits"] is not None:
            out.write(render(tag("p", _HINT, cls="mute")) + "\n")
        self._pour_files()
        pour(self._body, out)
        out.write("</div>\n")
        for place in ("unchecked", "edits", "run"):
            self._write_section(found[place])
        out.write("</main>\n</body>\n</html>\n")
        out.detach()

    # ------------------------------------------------------------------------------------ a file

    def _begin(self) -> None:
        """Begin the next file; what its claims take of the room can be given back."""
        self._before = self._room.copy()
        self._section = FileSection(self._room, self._style, f"f{self._files + 1}", self._shown.cards)

    def _write(self, view: FileView, section: FileSection) -> bool:
        """Write a file's section and its row; ``False`` where there is no room for them."""
        file = view.report
        speaks = bool(file.findings) or not section.is_empty
        row = render(file_row(file, section.tally.total, section.place)) + "\n"
        head = section.head(file)
        if not (speaks or self._files < _CLEAN_FILES) or not self._room.take(Share.FILE, row, head):
            return False
        self._rows.write(row)
        self._body.write(head)
        section.write(view, self._body)
        self._shown.add(section.shown)
        return True

    @property
    def _files(self) -> int:
        return sum(self._verdicts.values())

    # ------------------------------------------------------------------------------------ the page

    def _top(self, report: Report, *, unchecked: bool) -> str:
        """From the doctype to the numbers."""
        title = headline(self._tally, self._verdicts)
        name = clipped(self._name, _LONGEST_NAME) if self._files == 1 else counted(self._files, "file")
        told = f"{name}, judged as of {report.as_of.isoformat()}. "
        if unreadable := self._verdicts["unreadable"]:
            told += f"No claims could be read in {counted(unreadable, 'file')}. "
        told += _HIDDEN if self._style.masked else _PRIVATE
        numbers, left = tiles(self._tally, unchecked=unchecked), self._shown.on_top()
        return page.opening(f"{title}: {name}") + page.banner(title, told, numbers, left)

    def _pour_files(self) -> None:
        """Write the table of files, where there are several."""
        if self._other_verdicts:
            self._rows.write(render(other_files(self._other_verdicts, self._others)) + "\n")
        if self._files > 1:
            self._out.write('<section class="box" id="files">\n')
            pour_table("Files", FILES, FILE_NUMBERS, self._rows, self._out, cls="files")
            self._out.write("</section>\n")

    def _write_section(self, section: Element | None) -> None:
        if section is not None:
            self._out.write(render(section) + "\n")
