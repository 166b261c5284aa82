"""The edits explained, once per page: their manual pages, codes and sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scrubber.engine.finding import Finding
from scrubber.html.tags import Element, add, render, tag
from scrubber.report.html.budget import size_of
from scrubber.report.html.finding import anchor_of
from scrubber.report.writer import Style

_BLANK = re.compile(r"\n[ \t]*\n")


@dataclass(slots=True)
class _Entry:
    """What all findings of one edit have in common, and the sources by pack."""

    denials: tuple[str, ...]
    claim_status: tuple[str, ...]
    snip: int
    sources: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class Glossary:
    """The edits that a page mentions. Its size is bounded by the number of edits and packs."""

    _entries: dict[str, _Entry] = field(default_factory=dict)

    def add(self, findings: Iterable[Finding]) -> None:
        """Add the edits of findings."""
        for finding in findings:
            entry = self._entries.get(finding.edit)
            if entry is None:
                entry = _Entry(finding.denials, finding.claim_status, finding.snip)
                self._entries[finding.edit] = entry
            entry.sources.setdefault(finding.pack, finding.sources)

    def add_glossary(self, other: Glossary) -> None:
        """Add the edits of another glossary."""
        for edit, entry in other._entries.items():
            known = self._entries.setdefault(edit, entry)
            for pack, sources in entry.sources.items():
                known.sources.setdefault(pack, sources)

    def section(self, style: Style, rest: int) -> Element | None:
        """Return the section of the page; ``None`` if there is nothing to explain.

        ``rest`` is the most bytes it may take: beyond that, edits are only named.
        """
        if not self._entries:
            return None
        section = tag("section", tag("h2", "What the edits look for"), id="edits")
        add(section, tag("p", "Each edit ID links here: what it looks for, why payers deny it, what to do."))
        names = {edit: _page(edit, (_page_full(edit),), style) for edit in sorted(self._entries)}
        rest -= sum(_size(name) for name in names.values())
        for edit, name in names.items():
            page = _page(edit, _explained(edit, self._entries[edit], style), style)
            rest -= _size(page) - _size(name)
            section.append(page if rest >= 0 else name)
        return section


def _size(element: Element) -> int:
    return size_of(render(element))


def _page(edit: str, content: Iterable[Element], style: Style) -> Element:
    body = tag("div", *content, id=anchor_of(edit), cls="body")
    summary = tag("summary", tag("h3", f"{edit} "), tag("span", style.title(edit), cls="who"))
    return tag("details", summary, body, cls="c")


def _page_full(edit: str) -> Element:
    return tag("p", f"The page is full: run scrubber explain {edit}.")


def _explained(edit: str, entry: _Entry, style: Style) -> Iterator[Element]:
    yield from _manual(style.edits[edit].manual if edit in style.edits else "")
    yield tag("h4", "Codes")
    codes = f"SNIP level {entry.snip}."
    if entry.denials:
        codes += f" Prevents denials (CARC, RARC): {', '.join(entry.denials)}."
    if entry.claim_status:
        codes += f" Claim status (277CA): {', '.join(entry.claim_status)}."
    yield tag("p", codes)
    for pack in sorted(entry.sources):
        yield tag("h4", f"Sources (pack {pack})")
        yield tag("ul", *(tag("li", source) for source in entry.sources[pack] or ("no source cited",)))


def _manual(text: str) -> Iterator[Element]:
    """Yield a manual page: headings are at the margin, paragraphs are indented or have no heading."""
    for block in _BLANK.split(text.strip("\n")):
        lines = block.splitlines()
        if len(lines) > 1 and not lines[0].startswith(" ") and lines[1].startswith(" "):
            yield tag("h4", lines[0])
            lines = lines[1:]
        if lines:
            yield tag("p", " ".join(line.strip() for line in lines))
