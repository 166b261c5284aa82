"""The HTML report in a real browser: nothing is fetched, nothing sticks out, links and paper open cards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.browser import Browser, find_chromium
from tests.support.pages import page_of
from tests.support.running import shipped

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "837"
PROGRAM = find_chromium()

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium here")

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
    """A page about many files: all kinds of claims and findings are on it, and most cards are closed."""
    sources = [*sorted((FIXTURES / "broken").iterdir()), *sorted((FIXTURES / "clean").iterdir())]
    page = page_of([(source.name, source.read_bytes()) for source in sources], shipped("safe"))
    found = tmp_path_factory.mktemp("page") / "report.html"
    found.write_text(page.html, encoding="utf-8")
    return found


@pytest.fixture
def browser() -> Iterator[Browser]:
    assert PROGRAM
    with Browser(PROGRAM) as found:
        yield found


def test_nothing_is_fetched_and_nothing_is_complained_about(browser: Browser, path: Path) -> None:
    """The page is the only thing that is loaded; its own policy does not stand in its way."""
    events = browser.open(path)
    asked = [
        event["params"]["request"]["url"]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    ]
    assert asked == [path.as_uri()]
    assert [event for event in events if event["method"] == "Log.entryAdded"] == []
    assert browser.evaluate("getComputedStyle(document.querySelector('.tile')).borderTopStyle") == "solid"


@pytest.mark.parametrize("width", [320, 360, 768, 1200])
def test_nothing_sticks_out(browser: Browser, path: Path, width: int) -> None:
    """The page is as wide as the window, from a telephone to a desk, with all cards open."""
    browser.show(width, 800)
    browser.open(path)
    browser.evaluate("document.querySelectorAll('details').forEach(card => card.open = true)")
    browser.evaluate(_DRAWN)
    assert browser.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_can_be_read(browser: Browser, path: Path, dark: bool) -> None:
    """All text stands out from its ground by 4.5 to 1 or more, by day and by night."""
    browser.show(1200, 800, dark=dark)
    browser.open(path)
    browser.evaluate("document.querySelectorAll('details').forEach(card => card.open = true)")
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
    shown = "[...document.querySelectorAll('.body')].map(card => card.checkVisibility())"
    assert all(browser.evaluate(shown))
    assert browser.evaluate("document.querySelector('nav').checkVisibility()") is False
    assert browser.paper().startswith(b"%PDF")
    browser.show(1200, 800)
    assert not all(browser.evaluate(shown))
