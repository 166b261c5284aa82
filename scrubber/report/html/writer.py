"""A page for billers: held claims, their charges and why, then each held claim with its triads drawn.

It is one file, without scripts and external resources. The totals above the claims are known last, so claims
are rendered as they arrive and kept on disk until then.
"""

from __future__ import annotations

from collections import Counter
from typing import BinaryIO

from scrubber.html import page
from scrubber.html.tags import Element, clipped, pour_table, render, tag
from scrubber.report.claim_view import ClaimView
from scrubber.report.file_view import FileView
from scrubber.report.html.budget import Share, SizeBudget
from scrubber.report.html.file import FileSection
from scrubber.report.html.glossary import Glossary
from scrubber.report.html.omitted import PageCoverage
from scrubber.report.html.summary import (
    FILE_NUMBERS,
    FILES,
    file_row,
    headline,
    notices,
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
"""The most files without findings that are shown; the space is for others."""
_LONGEST_NAME = 120
_HIDDEN = "Names, IDs and dates of birth of patients are hidden."
_HINT = "An edit ID, such as DX-01, links to what the edit looks for and to its sources."
_PRIVATE = "This page contains patient data (PHI)."
_FRAME = 5000
"""The most bytes around the sections."""
_SECTIONS = {
    "why": "Why",
    "claims": "Claims",
    "unchecked": "Not checked",
    "edits": "What the edits look for",
    "run": "How this run was made",
}


class Writer:
    """A writer of one page for all files."""

    def __init__(self, out: BinaryIO, style: Style) -> None:
        self._out = text_layer(out)
        self._style = style
        self._body = temporary_text()
        self._rows = temporary_text()
        self._budget = SizeBudget()
        self._tally = Tally()
        self._envelope, self._failed = Sum(), Sum()
        self._unchecked = UncheckedSection()
        self._glossary = Glossary()
        self._coverage = PageCoverage()
        self._name = ""
        self._verdicts: Counter[str] = Counter()
        self._others = Sum()
        self._other_verdicts: Counter[str] = Counter()
        self._begin()

    def claim(self, claim: ClaimView) -> None:
        """Keep the claim until its file is complete."""
        self._section.claim(claim)

    def file(self, view: FileView) -> None:
        """Write the file's section if there is space for it; its totals count in any case."""
        section, file = self._section, view.report
        if not self._write(view, section):
            self._budget = self._before
            self._coverage.add(PageCoverage(held=section.held, files=1))
            self._others.add(section.tally.total)
            self._other_verdicts[file.verdict] += 1
        self._tally.add_tally(section.tally)
        self._envelope.add(section.envelope)
        self._failed.add(section.failed)
        self._unchecked.add(file.not_checked)
        self._glossary.add_glossary(section.glossary)
        section.close()
        self._name = file.name
        self._verdicts[file.verdict] += 1
        self._begin()

    def abandon(self) -> None:
        """Discard the claims of the current file."""
        self._section.close()
        self._budget = self._before
        self._begin()

    def finish(self, report: Report) -> None:
        """Write the totals, then everything that waited for them."""
        out, style = self._out, self._style
        sections = {
            "why": reasons(self._tally, self._envelope, self._failed, style),
            "unchecked": None if style.quiet else self._unchecked.section(),
            "run": sources(report),
        }
        top = self._top(report, unchecked=sections["unchecked"] is not None)
        self._budget.spend(top, *(render(section) for section in sections.values() if section is not None))
        sections["edits"] = self._glossary.section(style, self._budget.rest - _FRAME)
        out.write(top)
        anchors = (anchor for anchor in _SECTIONS if anchor == "claims" or sections[anchor] is not None)
        out.write(page.navigation({anchor: _SECTIONS[anchor] for anchor in anchors}))
        out.write("<main>\n")
        self._write_section(sections["why"])
        out.write('<div id="claims">\n')
        if sections["edits"] is not None:
            out.write(render(tag("p", _HINT, cls="mute")) + "\n")
        self._pour_files()
        pour(self._body, out)
        out.write("</div>\n")
        for anchor in ("unchecked", "edits", "run"):
            self._write_section(sections[anchor])
        out.write("</main>\n</body>\n</html>\n")
        out.detach()

    # ------------------------------------------------------------------------------------ a file

    def _begin(self) -> None:
        """Begin the next file; the space that its claims take can be given back."""
        self._before = self._budget.copy()
        self._section = FileSection(self._budget, self._style, f"f{self._files + 1}", self._coverage.cards)

    def _write(self, view: FileView, section: FileSection) -> bool:
        """Write a file's section and its row; return False if there is no space for them."""
        file = view.report
        has_content = bool(file.findings) or not section.is_empty
        row = render(file_row(file, section.tally.total, section.anchor)) + "\n"
        head = section.head(file)
        if not (has_content or self._files < _CLEAN_FILES) or not self._budget.take(Share.FILE, row, head):
            return False
        self._rows.write(row)
        self._body.write(head)
        section.write(view, self._body)
        self._coverage.add(section.coverage)
        return True

    @property
    def _files(self) -> int:
        return sum(self._verdicts.values())

    # ------------------------------------------------------------------------------------ the page

    def _top(self, report: Report, *, unchecked: bool) -> str:
        """Return the page from the doctype to the totals."""
        title = headline(self._tally, self._verdicts)
        name = clipped(self._name, _LONGEST_NAME) if self._files == 1 else counted(self._files, "file")
        text = f"{name}, as of {report.as_of.isoformat()}. "
        if unreadable := self._verdicts["unreadable"]:
            text += f"No claims could be read in {counted(unreadable, 'file')}. "
        text += _HIDDEN if self._style.masked else _PRIVATE
        numbers = tiles(self._tally, unchecked=unchecked)
        remarks = [*notices(report), self._coverage.on_top()]
        shown = tag("div", *remarks) if any(remark is not None for remark in remarks) else None
        return page.opening(f"{title}: {name}") + page.banner(title, text, numbers, shown)

    def _pour_files(self) -> None:
        """Write the table of files, if there are several."""
        if self._other_verdicts:
            self._rows.write(render(other_files(self._other_verdicts, self._others)) + "\n")
        if self._files > 1:
            self._out.write('<section class="box" id="files">\n')
            pour_table("Files", FILES, FILE_NUMBERS, self._rows, self._out, cls="files")
            self._out.write("</section>\n")

    def _write_section(self, section: Element | None) -> None:
        if section is not None:
            self._out.write(render(section) + "\n")
