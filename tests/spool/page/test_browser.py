"""The spool's page in a real browser: nothing is fetched or sticks out, headings stay, links lead on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.page.page import write_page
from scrubber.spool.work.worker import Scrubber
from tests.support.browser import Browser, find_chromium
from tests.support.ledgers import count, edit, record
from tests.support.running import shipped
from tests.support.spool import batch, drop, make_spool, run_once, today, unflushed

PROGRAM = find_chromium()

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium here")

_DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
_LONG = "Evening_export_of_the_practice_in_the_harbour_final_version_"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a spool with ninety busy days, twelve payers, long names, and two real files of today."""
    spool = make_spool(tmp_path_factory.mktemp("page"))
    drop(spool, "clean.837", batch(1))
    drop(spool, f"{_LONG}.837", batch(2, held=True))
    run_once(spool, Scrubber(shipped, ("json", "html"), fixed_day=True))
    with unflushed():
        ledger = Ledger.writing(spool.ledger)
        for days in range(90, 0, -1):
            _fill(spool, ledger, today() - timedelta(days=days), days)
        failed = spool.failed / "20260629-071500-0badf00d"
        failed.mkdir()
        titles = {name: found.title for name, found in shipped().rulebook.edits.items()}
        write_page(spool, ledger, today(), titles)
        ledger.close()
    return spool.reports / "index.html"


def _fill(spool: Spool, ledger: Ledger, day: date, days: int) -> None:
    payers = [count(f"PAYER{number:05}", 1000 + 7 * number, days) for number in range(12)]
    found = record(ledger, day, *payers, edits=[edit("NDC-03", 100 - days)], stem=f"{_LONG}{days}")
    if days % 3 == 0:
        (spool.held / f"{found.label}.held.837").write_bytes(b"")


@pytest.fixture
def browser() -> Iterator[Browser]:
    assert PROGRAM
    with Browser(PROGRAM) as found:
        yield found


def test_nothing_is_fetched_and_nothing_is_complained_about(browser: Browser, path: Path) -> None:
    """The page is the only thing that is loaded; its own policy does not stand in its way."""
    assert browser.asked_and_logged(path) == ([path.as_uri()], [])
    assert browser.evaluate("getComputedStyle(document.querySelector('.trend')).display") == "grid"


@pytest.mark.parametrize("width", [320, 360, 768, 1200])
def test_nothing_sticks_out(browser: Browser, path: Path, width: int) -> None:
    """The page is as wide as the window, with all lists open; wide tables scroll in their own frames."""
    browser.show(width, 800)
    browser.open(path)
    browser.evaluate("document.querySelectorAll('details').forEach(list => list.open = true)")
    browser.evaluate(_DRAWN)
    assert browser.evaluate("document.documentElement.scrollWidth") == width
    # A caption is read whole without scrolling.
    assert browser.evaluate(
        "[...document.querySelectorAll('caption')].every(caption =>"
        " caption.getBoundingClientRect().right <= innerWidth && caption.checkVisibility())"
    )


@pytest.mark.parametrize("width", [320, 768])
def test_the_heading_column_stays_in_sight(browser: Browser, path: Path, width: int) -> None:
    """Scrolled to its end, the table of days and payers still shows the days, and its last payer."""
    browser.show(width, 800)
    browser.open(path)
    cells = "document.querySelectorAll('#payers .scroll')[1].querySelectorAll('tbody tr:first-child > *')"
    browser.evaluate(f"[...{cells}].pop().closest('.scroll').scrollLeft = 9999")
    browser.evaluate(_DRAWN)
    first, last = (
        browser.evaluate(f"(box => [box.left, box.right])([...{cells}].{at}.getBoundingClientRect())")
        for at in ("shift()", "pop()")
    )
    assert 0 <= first[0] < first[1] < last[1] <= width
    shown = "document.elementFromPoint(box.left + 5, box.top + 5).closest('th,td') === cell"
    at = f"(cell => {{cell.scrollIntoView(); const box = cell.getBoundingClientRect(); return {shown}}})"
    assert browser.evaluate(f"{at}([...{cells}].shift())") is True


def test_the_picture_fits_and_has_a_name(browser: Browser, path: Path) -> None:
    """Its points lie inside of it, as far apart as the window allows, and assistive programs are told."""
    for width in (320, 1200):
        browser.show(width, 800)
        browser.open(path)
        left, right, first, last = browser.evaluate(
            "(() => {const box = document.querySelector('.trend svg').getBoundingClientRect();"
            " const at = [...document.querySelectorAll('.trend circle')].map(point => {"
            " const box = point.getBoundingClientRect(); return (box.left + box.right) / 2});"
            " return [box.left, box.right, at[0], at.pop()]})()"
        )
        assert left < first < left + 10 < right - 10 < last < right
        assert right - left > width / 2
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    images = [node["name"]["value"] for node in nodes if node["role"]["value"] == "image"]
    assert any(name.startswith("Clean-claim rate by day: lowest 50.0% on") for name in images)


def test_a_link_leads_to_the_report(browser: Browser, path: Path) -> None:
    """From the list of files to the page of the job."""
    browser.show(1200, 800)
    browser.open(path)
    links = browser.evaluate("[...document.querySelectorAll('tbody a')].map(link => link.href)")
    assert len(links) == 3  # one file is held, both were decided last
    assert browser.evaluate("document.querySelector('#claims tbody a').textContent.startsWith('Evening')")
    for link in links:
        report = Path(link.removeprefix("file://"))
        browser.open(report)
        assert "claim" in browser.evaluate("document.querySelector('h1').textContent")


def test_paper_shows_the_first_rows_and_says_that_there_are_more(browser: Browser, path: Path) -> None:
    """Ninety days and two hundred files are for the screen; what is printed fits its page."""
    browser.show(720, 800, media="print")
    browser.open(path)
    browser.evaluate(_DRAWN)
    hidden = "[...document.querySelectorAll('details .scroll')].some(list => list.checkVisibility())"
    assert browser.evaluate(hidden) is False
    assert browser.evaluate("document.querySelector('details summary').checkVisibility()") is True
    assert browser.evaluate("document.documentElement.scrollWidth") == 720
    assert browser.paper().startswith(b"%PDF")
