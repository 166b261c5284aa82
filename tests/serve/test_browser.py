"""The page in a real browser: by keyboard alone, without a script, on a phone, and nothing is fetched."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from scrubber.serve.app import make_app
from scrubber.serve.server import bound, hosts_of
from scrubber.serve.sessions import Sessions, person_of
from scrubber.serve.site import Site
from scrubber.spool.layout import Spool
from scrubber.spool.worklist.claims import HeldFor
from tests.support.browser import Browser, find_chromium
from tests.support.corrections import held_spool
from tests.support.serving import Log
from tests.support.spool import make_spool
from tests.support.work import claim, receive, states, worklist

PROGRAM = find_chromium()

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium here")

_DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
_FOCUSABLE = "a[href], button, input, textarea, select, summary, [tabindex]"
_LONG = HeldFor("BILL-03", "NPI fails", f"NPI of {'W' * 200} fails.", f"Enter {'W' * 200}.", 2)


@pytest.fixture(scope="module")
def spool(tmp_path_factory: pytest.TempPathFactory) -> Spool:
    """Sixty held claims, one of them with values without an end."""
    spool = make_spool(tmp_path_factory.mktemp("browser"))
    long = claim(60, number="9" * 300, patient="W" * 300, payer_name="W" * 300, findings=(_LONG,), cents=1)
    receive(spool, *(claim(at, number=f"INJ-{at:04}", cents=100_000 - at) for at in range(1, 60)), long)
    return spool


@contextmanager
def serve(spool: Spool) -> Iterator[tuple[str, str]]:
    """Serve a spool on a port of its own; give the address, and a link to sign in."""
    with bound(0) as listener:
        number = listener.getsockname()[1]
        sessions = Sessions(time.monotonic, 600, 600)
        app = make_app(Site(spool, sessions, Log(), 1000), hosts_of(number), lambda _session: None)
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            address = f"http://127.0.0.1:{number}"
            yield address, f"{address}/sign-in?token={sessions.invite(person_of('ann'))}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def browser(spool: Spool) -> Iterator[tuple[Browser, str]]:
    """A browser in which somebody is signed in and sees patients; the address of the page."""
    assert PROGRAM
    with serve(spool) as (address, link), Browser(PROGRAM) as found:
        found.open(link)
        click(found, ".switch button")
        yield found, address


def click(browser: Browser, where: str) -> None:
    """Follow a link or send a form, and wait for the next page."""
    browser.leave(lambda: browser.evaluate(f"document.querySelector('{where}').click()"))


def asked(events: list[dict[str, Any]]) -> list[str]:
    return [
        event["params"]["request"]["url"]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    ]


def logged(events: list[dict[str, Any]]) -> list[str]:
    return [event["params"]["entry"]["text"] for event in events if event["method"] == "Log.entryAdded"]


def first_claim(browser: Browser, address: str) -> str:
    browser.open(f"{address}/")
    found: str = browser.evaluate("document.querySelector('#claims tbody a').href")
    return found


def test_signing_in_leaves_no_token_behind(browser: tuple[Browser, str]) -> None:
    found, address = browser
    found.open(f"{address}/")
    assert found.evaluate("document.cookie") == ""  # no script can read it
    addresses = [entry["url"] for entry in found.call("Page.getNavigationHistory")["entries"]]
    assert f"{address}/" in addresses
    assert not [one for one in addresses if "token" in one]


def test_nothing_is_fetched_and_nothing_is_complained_about(browser: tuple[Browser, str]) -> None:
    found, address = browser
    pages = [f"{address}/", f"{address}/reasons", f"{address}/files", first_claim(found, address)]
    for page in pages:
        events = found.open(page)
        assert {url for url in asked(events) if url not in (page, f"{address}/icon.svg")} == set()
        assert logged(events) == []
    assert found.evaluate("getComputedStyle(document.querySelector('.top')).display") == "flex"
    assert found.evaluate("document.querySelector('.copy').hidden") is False


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_sticks_out(browser: tuple[Browser, str], width: int) -> None:
    """The page is as wide as the window, from a phone to a desk, with everything open."""
    found, address = browser
    found.show(width, 800)
    found.open(f"{address}/?order=charges&down=0")
    long = found.evaluate("document.querySelector('#claims tbody a').href")
    for page in (
        f"{address}/?order=charges&down=0&edit=BILL",
        f"{address}/reasons",
        f"{address}/files",
        long,
    ):
        found.open(page)
        found.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found.evaluate(_DRAWN)
        assert found.evaluate("document.documentElement.scrollWidth") == width


def test_a_phone_folds_what_a_desk_shows(browser: tuple[Browser, str]) -> None:
    found, address = browser
    shown = "document.querySelector('.filter select').checkVisibility({contentVisibilityAuto: true})"
    for width, is_shown in ((360, False), (1280, True)):
        found.show(width, 800)
        found.open(f"{address}/")
        found.evaluate(_DRAWN)
        assert found.evaluate(shown) is is_shown


def test_a_screen_reader_is_told_what_everything_is(browser: tuple[Browser, str]) -> None:
    """Everything that can be used has a name; headings go down step by step."""
    found, address = browser
    found.show(1280, 800)
    for page in (f"{address}/", f"{address}/files", first_claim(found, address)):
        found.open(page)
        tree = found.accessible()
        used = {"link", "button", "textbox", "combobox", "checkbox", "heading", "columnheader"}
        assert [entry for entry in tree if entry[0] in used and not entry[1].strip()] == []
        roles = [role for role, *_ in tree]
        assert [roles.count(role) for role in ("banner", "main")] == [1, 1]
        levels = [level for role, _, level in tree if role == "heading"]
        assert levels[0] == 1
        assert all(level <= 3 for level in levels)


def test_the_keyboard_is_enough(browser: tuple[Browser, str], spool: Spool) -> None:
    """Tab reaches everything in its order, with an outline; a claim is taken in work without a mouse."""
    found, address = browser
    found.show(1280, 800)
    found.open(first_claim(found, address))
    found.evaluate(
        f"window.all = [...document.querySelectorAll('{_FOCUSABLE}')]"
        ".filter(one => one.checkVisibility() && one.type !== 'hidden' && !one.disabled)"
    )
    for number in range(found.evaluate("all.length")):
        found.press("Tab", 9)
        assert found.evaluate("all.indexOf(document.activeElement)") == number
        assert found.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
        if found.evaluate("document.activeElement.textContent") == "Take in work":
            break
    found.leave(lambda: found.press("Enter", 13))
    assert found.evaluate("document.querySelector('.done').textContent") == "The claim has its owner."
    assert states(spool)[0] == "in_work"


def test_everything_works_without_a_script(browser: tuple[Browser, str], spool: Spool) -> None:
    """Two claims are ticked with the space bar, and closed with Enter."""
    found, address = browser
    found.show(1280, 800)
    found.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        found.open(f"{address}/?order=claim")
        assert found.evaluate("document.querySelector('.copy').hidden") is True
        for box in (0, 1):
            found.evaluate(f"document.querySelectorAll('[name=claim]')[{box}].focus()")
            found.press(" ", 32)
        found.evaluate("document.querySelector('[value=close]').focus()")
        found.leave(lambda: found.press("Enter", 13))
        assert found.evaluate("document.querySelector('.done').textContent") == "Closed 2 claims."
    finally:
        found.call("Emulation.setScriptExecutionDisabled", value=False)
    with worklist(spool) as work:
        closed = sorted(item.record.number for item in work.items(("closed",)) if item.record)
    assert closed == ["INJ-0058", "INJ-0059"]


def test_enter_in_a_field_of_the_list_presses_nothing(browser: tuple[Browser, str]) -> None:
    """There are several buttons, and none is the one that is meant."""
    found, address = browser
    found.open(f"{address}/")
    found.evaluate("document.querySelector('[name=note]').focus()")
    found.press("Enter", 13)
    found.evaluate(_DRAWN)
    assert found.evaluate("document.querySelectorAll('.done, .refused').length") == 0


def test_a_value_is_corrected_on_a_phone_by_keyboard_without_a_script(tmp_path: Path) -> None:
    """From the field on: type, Enter, Tab to the button, Enter; nothing sticks out on the way."""
    assert PROGRAM
    spool = held_spool(tmp_path)
    with worklist(spool) as work:
        id_ = work.find("INJ-0002").row.id
    with serve(spool) as (address, link), Browser(PROGRAM) as found:
        found.show(320, 700)
        found.open(link)
        found.call("Emulation.setScriptExecutionDisabled", value=True)
        found.open(f"{address}/claims/{id_}")
        widths = [found.evaluate("document.documentElement.scrollWidth")]
        used = ("textbox", "button")
        assert [entry for entry in found.accessible() if entry[0] in used and not entry[1].strip()] == []
        found.evaluate("document.querySelector('#correct input[type=text]').focus()")
        found.call("Input.insertText", text="E538")
        found.leave(lambda: found.press("Enter", 13))
        widths.append(found.evaluate("document.documentElement.scrollWidth"))
        # The page begins at the card, and so does the keyboard.
        assert found.evaluate("document.querySelector('#correct').getBoundingClientRect().top") < 50
        found.press("Tab", 9)
        assert found.evaluate("document.activeElement.textContent") == "Apply"
        found.leave(lambda: found.press("Enter", 13))
        widths.append(found.evaluate("document.documentElement.scrollWidth"))
        told = found.evaluate("document.querySelector('.done').textContent")
    (path,) = [path for path in spool.inbox.iterdir() if path.suffix == ".837"]
    assert told == f"Corrected: {path.name} was dropped into in/, to be scrubbed again."
    assert widths == [320, 320, 320]
