"""HTML reports in tests: made beside the JSON report of the same run, and taken apart again."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast

import lxml.html
from lxml import etree

from scrubber.engine.policy import Policy
from scrubber.report.build import run_report
from scrubber.report.claim_view import ClaimView
from scrubber.report.formats import FORMATS, Style
from scrubber.report.model import Report
from tests.support.cases import case_files, cases_of
from tests.support.running import shipped
from tests.support.scrubbed import Scrubbed, scrubbed, write

_FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "837"
_VOID = frozenset({"meta", "br", "link", "img", "input", "hr", "base"})
LEFT = "//p[@class='left']"
"""Where a page says what it leaves out."""
_PARTS = frozenset({"thead", "tbody"})
_ROWS = _PARTS | {"tr"}
_CELLS = _ROWS | {"td", "th"}
_TERMS = frozenset({"dt", "dd"})
_ENDED_BY = {
    "li": frozenset({"li"}), "dt": _TERMS, "dd": _TERMS,
    "td": _CELLS, "th": _CELLS, "tr": _ROWS, "thead": _PARTS, "tbody": _PARTS,
}  # fmt: skip
"""Elements that HTML ends by itself: where one of these begins, or where what they stand in ends."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as text and as a tree, and the JSON report of the same run where it was wanted."""

    html: str
    report: dict[str, Any]

    @property
    def tree(self) -> etree._Element:
        return _tree(self.html)

    def find(self, path: str) -> list[etree._Element]:
        """All elements that an XPath finds."""
        return elements(self.tree, path)

    def texts(self, path: str) -> list[str]:
        """The texts of all elements that an XPath finds, blanks made single."""
        return [text_of(element) for element in self.find(path)]

    def of_class(self, name: str) -> list[str]:
        """The texts of all elements of a class."""
        return self.texts(f"//*[contains(concat(' ', @class, ' '), ' {name} ')]")


@lru_cache(maxsize=2)
def _tree(html: str) -> etree._Element:
    """The tree of a page; tests ask the same page for one thing after the other."""
    return lxml.html.document_fromstring(html)


def page_of(
    inputs: Iterable[tuple[str, bytes]], policy: Policy, abandoned: bytes = b"", **style: Any
) -> Page:
    """Scrub inputs (names and bytes) into one page, after one that is abandoned at its end."""
    before = scrubbed(abandoned, policy) if abandoned else None
    return page_of_scrubbed((scrubbed(raw, policy, name) for name, raw in inputs), policy, before, **style)


def page_of_scrubbed(
    files: Iterable[Scrubbed],
    policy: Policy,
    abandoned: Scrubbed | None = None,
    change: Callable[[Report], Report] = lambda report: report,
    *,
    record: bool = True,
    **style: Any,
) -> Page:
    """One page of what came of inputs, after one that is abandoned at its end.

    ``change`` is made to the report of the run; without ``record`` there is no JSON report beside the page.
    """
    how = Style(policy.rulebook.edits, **style)
    outs = {name: io.BytesIO() for name in ("html", *(["json"] if record else []))}
    writers = [FORMATS[name].writer(out, how) for name, out in outs.items()]
    if abandoned:
        for ordinal, (report, result) in enumerate(abandoned.claims, start=1):
            for writer in writers:
                writer.claim(ClaimView.of(report, result, ordinal, masked=how.masked))
        for writer in writers:
            writer.abandon()
    run = change(run_report(write(files, writers, how), policy))
    for writer in writers:
        writer.finish(run)
    return Page(outs["html"].getvalue().decode(), json.loads(outs["json"].getvalue()) if record else {})


@cache
def everything() -> Page:
    """One page about the first firing case of every edit, and about every broken file."""
    fires = (next(case for case in cases_of(path) if case.kind == "fires") for path in case_files())
    cases = [(f"{case.edit}.837", case.raw) for case in fires]
    broken = [(path.name, path.read_bytes()) for path in sorted((_FIXTURES / "broken").iterdir())]
    return page_of([*cases, *broken], shipped("safe"))


def tiles(page: Page) -> dict[str, str]:
    """The numbers on top by what they are called."""
    names = page.texts("//dl[@class='tiles']//dt")
    return dict(zip(names, page.texts("//dl[@class='tiles']//dd/strong"), strict=True))


def short_claims(page: Page) -> list[str]:
    """The held claims that are shown in short."""
    return page.texts("//details[starts-with(summary, 'Held claims without a card')]/ul/li")


def left_out(page: Page) -> int:
    """How many held claims a page says that it only counts."""
    text = " ".join(page.texts(f"//header{LEFT}"))
    match = re.search(r"summarized, ([0-9,]+) only counted", text)
    return int(match[1].replace(",", "")) if match else 0


def elements(tree: etree._Element, path: str) -> list[etree._Element]:
    """All elements that an XPath finds below one."""
    return cast("list[etree._Element]", tree.xpath(path))


def text_of(element: etree._Element) -> str:
    """All text in an element, blanks made single."""
    return " ".join("".join(map(str, element.itertext())).split())


def vocabulary(page: Page) -> set[tuple[str, str]]:
    """Every element's name with each of its attributes' names."""
    return {(str(element.tag), str(name)) for element in page.find("//*") for name in ("", *element.attrib)}


def unbalanced(html: str) -> list[str]:
    """What is closed without having been opened, or opened and never closed, in a page."""
    checker = _Balance()
    checker.feed(html)
    checker.close()
    return [*checker.wrong, *checker.open]


class _Balance(HTMLParser):
    """Keeps account of what is open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser calls it so
        while self.open and tag in _ENDED_BY.get(self.open[-1], ()):
            self.open.pop()
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open[-1] in _ENDED_BY and self.open[-1] != tag:
            self.open.pop()
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.wrong.append(tag)


def spoiled(raw: bytes, payload: bytes) -> Iterator[tuple[str, bytes]]:
    """The input with each element in turn replaced: its place (``CLM01``), and the bytes. ISA stays."""
    segments = raw.split(b"~")
    for at, segment in enumerate(segments):
        elements = segment.split(b"*")
        if segment.strip().startswith(b"ISA"):
            continue
        for number in range(1, len(elements)):
            changed = b"*".join([*elements[:number], payload, *elements[number + 1 :]])
            name = f"{elements[0].decode().strip()}{number:02d}"
            yield name, b"~".join([*segments[:at], changed, *segments[at + 1 :]])
