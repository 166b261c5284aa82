"""HTML reports in tests: made beside the JSON report of the same run, and taken apart again."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast

import lxml.html
from lxml import etree

from scrubber.edit.engine import Judged
from scrubber.edit.policy import Policy
from scrubber.output.formats import FORMATS, Style
from scrubber.output.reporting import Reporting
from scrubber.report import ClaimReport
from scrubber.scrub import Basis, scrub_source
from scrubber.source import source_of_bytes
from tests.support.cases import case_files, cases_of
from tests.support.running import shipped

_FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "837"
_VOID = frozenset({"meta", "br", "link", "img", "input", "hr", "base"})


@dataclass(frozen=True, slots=True)
class Page:
    """A page as text and as a tree, and the JSON report of the same run."""

    html: str
    report: dict[str, Any]

    @property
    def tree(self) -> etree._Element:
        return lxml.html.document_fromstring(self.html)

    def find(self, path: str) -> list[etree._Element]:
        """All elements that an XPath finds."""
        return elements(self.tree, path)

    def texts(self, path: str) -> list[str]:
        """The texts of all elements that an XPath finds, blanks made single."""
        return [text_of(element) for element in self.find(path)]

    def of_class(self, name: str) -> list[str]:
        """The texts of all elements of a class."""
        return self.texts(f"//*[contains(concat(' ', @class, ' '), ' {name} ')]")


def page_of(
    inputs: Iterable[tuple[str, bytes]], policy: Policy, abandoned: bytes = b"", **style: Any
) -> Page:
    """Scrub inputs (names and bytes) into one page, after one that is abandoned at its end."""
    how = Style(policy.rulebook.edits, **style)
    html, record, basis = io.BytesIO(), io.BytesIO(), Basis()
    reporting = Reporting([FORMATS["html"].writer(html, how), FORMATS["json"].writer(record, how)], how)

    def take(claim: ClaimReport, judged: Judged) -> None:
        basis.add(claim)
        reporting.claim(claim, judged)

    if abandoned:
        scrub_source(source_of_bytes(abandoned), policy, take)
        reporting.abandon()
    for name, raw in inputs:
        reporting.file(replace(scrub_source(source_of_bytes(raw), policy, take), name=name))
    reporting.finish(basis.report(policy))
    return Page(html.getvalue().decode(), json.loads(record.getvalue()))


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
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
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
