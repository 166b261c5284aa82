"""The HTML report in a real browser: nothing is fetched, nothing sticks out, links and paper open cards."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from scrubber.html import tags
from scrubber.report.html import budget
from tests.support.browser import Browser, find_chromium
from tests.support.cases import cases_of
from tests.support.pages import left_out, page_of_scrubbed, short_claims
from tests.support.running import shipped
from tests.support.scrubbed import example, many, scrubbed

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "837"
PROGRAM = find_chromium()

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium here")

_DRAWN_EDITS = ("UNIT-02", "DX-06", "ROUTE-01", "NDC-01", "NDC-10", "PAIR-03", "PAIR-10", "POS-04")
_OPEN = "document.querySelectorAll('details').forEach(card => card.open = true)"
_FOCUSABLE = "a[href], summary, [tabindex='0']"
_DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
_CONTRAST = """(() => {
    const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const numbers = text => text.match(/[0-9.]+/g).map(Number);
    const ground = node => {
        for (; node; node = node.parentElement) {
            const colour = numbers(getComputedStyle(node).backgroundColor);
            if (colour.length === 3 || colour[3] > 0) return colour;
        }
        return [255, 255, 255];
    };
    const wrong = new Set();
    for (const node of document.querySelectorAll("body *")) {
        if (![...node.childNodes].some(child => child.nodeType === 3 && child.data.trim())) continue;
        if (!node.checkVisibility()) continue;
        const [one, two] = [light(numbers(getComputedStyle(node).color)), light(ground(node))];
        const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
        if (ratio < 4.5) wrong.add(`${node.tagName} ${node.className} ${ratio.toFixed(2)}`);
    }
    return [...wrong];
})()"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page about many files: all kinds of claims and findings are on it, and most cards are closed.

    It is so full that the last claims are in short, or only counted.
    """
    sources = [*sorted((FIXTURES / "broken").iterdir()), *sorted((FIXTURES / "clean").iterdir())]
    files = [scrubbed(source.read_bytes(), shipped("safe"), source.name) for source in sources]
    files += [scrubbed(_first_firing(edit), shipped(), f"{edit}.837") for edit in _DRAWN_EDITS]
    endless = (FIXTURES / "broken" / "example.837").read_bytes().replace(b"EX-1001", b"9" * 300)
    for name in (b"HAZEL", b"MEDICARE PART B", b"MILLBROOK FAMILY MEDICINE", b"00143-9857-25"):
        endless = endless.replace(name, b"W" * 300)
    files.insert(0, scrubbed(endless, shipped(), "W" * 250))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(budget, "LIMIT", budget._END + 800_000)
        page = page_of_scrubbed([*files, many(600, "EX-1002")], shipped(), record=False)
    assert left_out(page) > 0
    assert short_claims(page)
    found = tmp_path_factory.mktemp("page") / "report.html"
    found.write_text(page.html, encoding="utf-8")
    return found


def _first_firing(edit: str) -> bytes:
    return next(case.raw for case in cases_of(FIXTURES / "cases" / f"{edit}.toml") if case.kind == "fires")


@pytest.fixture
def browser() -> Iterator[Browser]:
    assert PROGRAM
    with Browser(PROGRAM) as found:
        yield found


def test_nothing_is_fetched_and_nothing_is_complained_about(browser: Browser, path: Path) -> None:
    """The page is the only thing that is loaded; its own policy does not stand in its way."""
    assert browser.asked_and_logged(path) == ([path.as_uri()], [])
    assert browser.evaluate("getComputedStyle(document.querySelector('.tile')).borderTopStyle") == "solid"


@pytest.mark.parametrize("width", [320, 360, 768, 1200])
def test_nothing_sticks_out(browser: Browser, path: Path, width: int) -> None:
    """The page is as wide as the window, from a telephone to a desk, with all cards open."""
    browser.show(width, 800)
    browser.open(path)
    browser.evaluate(_OPEN)
    browser.evaluate(_DRAWN)
    assert browser.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_can_be_read(browser: Browser, path: Path, dark: bool) -> None:
    """All text stands out from its ground by 4.5 to 1 or more, by day and by night."""
    browser.show(1200, 800, dark=dark)
    browser.open(path)
    browser.evaluate(_OPEN)
    browser.evaluate(_DRAWN)
    assert browser.evaluate(_CONTRAST) == []


def test_a_link_opens_its_card(browser: Browser, path: Path) -> None:
    """Following a link of the index opens the claim's card and shows it."""
    browser.show(1200, 800)
    browser.open(path)
    last = browser.evaluate("[...document.querySelectorAll('.cards .body')].pop().id")
    closed = f"document.getElementById('{last}').checkVisibility({{contentVisibilityAuto: true}})"
    assert browser.evaluate(closed) is False
    browser.evaluate(f"location.hash = '{last}'")
    browser.evaluate(_DRAWN)
    assert browser.evaluate(f"document.getElementById('{last}').closest('details').open") is True
    assert 0 <= browser.evaluate(f"document.getElementById('{last}').getBoundingClientRect().top") < 800


def test_paper_shows_what_is_closed_on_the_screen(browser: Browser, path: Path) -> None:
    """Printed, every card is open; links to move about are left out."""
    browser.show(1200, 800, media="print")
    browser.open(path)
    browser.evaluate(_DRAWN)
    how = "{contentVisibilityAuto: true}"
    shown = f"[...document.querySelectorAll('.body')].map(card => card.checkVisibility({how}))"
    assert browser.evaluate("document.querySelectorAll('.many .body').length") > 200
    assert all(browser.evaluate(shown))
    assert browser.evaluate("document.querySelector('nav').checkVisibility()") is False
    assert browser.paper().startswith(b"%PDF")
    browser.show(1200, 800)
    assert not all(browser.evaluate(shown))


def test_a_screen_reader_is_told_what_everything_is(browser: Browser, path: Path) -> None:
    """Landmarks are there once, headings go down step by step, tables, links and pictures have names."""
    browser.open(path)
    browser.evaluate(_OPEN)
    found = browser.accessible()
    roles = Counter(role for role, *_ in found)
    assert [roles[role] for role in ("banner", "navigation", "main")] == [1, 1, 1]
    named = {"navigation", "heading", "table", "link", "region", "image", "columnheader", "rowheader"}
    assert {role for role in named if not roles[role]} == set()
    assert [entry for entry in found if entry[0] in named and not entry[1].strip()] == []
    levels = [level for role, _, level in found if role == "heading"]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    openers = [name for role, name, _ in found if role == "DisclosureTriangle"]
    assert any(name.startswith("EX-1002 PAIR-01 OAKES, HAZEL, MEDICARE PART B") for name in openers)


def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser: Browser, path: Path) -> None:
    """Tab goes through links, cards and frames in their order, each with an outline; Enter opens a card."""
    browser.show(1200, 800)
    browser.open(path)
    browser.evaluate(
        f"window.all = [...document.querySelectorAll(`{_FOCUSABLE}`)].filter(e => e.checkVisibility())"
    )
    for number in range(60):
        browser.press("Tab", 9)
        assert browser.evaluate("all.indexOf(document.activeElement)") == number
        style = browser.evaluate(
            "(s => [s.outlineStyle, s.outlineWidth])(getComputedStyle(document.activeElement))"
        )
        assert style == ["solid", "3px"]
    assert browser.evaluate("document.querySelector('.skip').getBoundingClientRect().right") < 0
    browser.evaluate("document.querySelector('.cards > details:not([open]) > summary').focus()")
    browser.press("Enter", 13)
    assert browser.evaluate("document.activeElement.parentElement.open") is True


def test_end_tags_that_are_left_out_change_nothing(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser makes the same of the page as of one that has all end tags."""
    texts = []
    for name in ("short", "long"):
        if name == "long":
            monkeypatch.setattr(tags, "_IMPLIED", re.compile("(?!)"))
        page = page_of_scrubbed([example("safe"), many(2, "EX-1002")], shipped(), record=False)
        (tmp_path / name).with_suffix(".html").write_text(page.html, encoding="utf-8")
        browser.open((tmp_path / name).with_suffix(".html"))
        texts.append(re.sub(r"\s*(<[^>]*>)\s*", r"\1", browser.evaluate("document.body.outerHTML")))
        assert ("</td>" in page.html) == (name == "long")
    assert texts[0] == texts[1]
