"""The frame of every page: its head, the bar on top, and the policy that lets it load nothing else."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.responses import HTMLResponse

from scrubber.html.page import digest_of, shared_style
from scrubber.html.tags import Child, Element, add, render, tag
from scrubber.serve.sessions import Right, Session
from scrubber.text import plain

_PLACES = {"/": "Work list", "/reasons": "Reasons", "/files": "Files"}
_PATH = re.compile(r"/(?!/)[A-Za-z0-9/._-]*", re.ASCII)


class Shown(NamedTuple):
    """A page: its title, its content, the path of its tab, and the seconds after which it is read again."""

    title: str
    body: Element
    tab: str = ""
    again: int = 0


def page(shown: Shown, session: Session, status: int = 200, told: str = "") -> HTMLResponse:
    """Return a page for a person, with what is to be told once; ``told`` says why something was refused."""
    done = session.take_told()
    notice = tag("p", told, cls="refused", role="alert") if told else None
    notice = tag("p", done, cls="done", role="status") if done and not told else notice
    main = tag("main", notice, shown.body, id="main")
    text = f"{_head(shown.title, shown.again)}{render(_bar(session, shown.tab))}\n{render(main)}\n"
    return HTMLResponse(f"{text}<script>{script()}</script>\n</body>\n</html>\n", status)


def plain_page(title: str, text: str, status: int) -> HTMLResponse:
    """Return a page for those who are not signed in, or when something went wrong."""
    main = tag("main", tag("h1", title), tag("p", text), _link_home(), id="main", cls="lone")
    return HTMLResponse(f"{_head(title, 0)}{render(main)}\n</body>\n</html>\n", status)


@cache
def content_policy() -> str:
    """Return what a page may load: its own style and script, its icon, and nothing else."""
    return (
        f"default-src 'none'; style-src 'sha256-{digest_of(style())}';"
        f" script-src 'sha256-{digest_of(script())}'; img-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


@cache
def style() -> str:
    """Return the style of these pages: that of the reports, and their own."""
    return shared_style() + _own("style.css")


@cache
def script() -> str:
    """Return the script, without which everything works."""
    return _own("page.js")


def icon() -> str:
    """Return the icon."""
    return _own("icon.svg")


def to(path: str, **query: str | int) -> str:
    """Return an address of this page. Raise ValueError if the path is not one, which would be a bug.

    An address never holds anything of a patient: browsers remember them.
    """
    if not _PATH.fullmatch(path):
        raise ValueError("not a path of this page")
    known = {name: value for name, value in query.items() if value not in ("", 0)}
    return f"{path}?{urlencode(known)}" if known else path


def anchor(address: str, *children: Child, **attributes: str | int) -> Element:
    """Return a link to another page; the address is one of `to`."""
    found = tag("a", *children, **attributes)
    found.set("href", address)
    return found


def form(address: str, session: Session, *children: Child, **attributes: str | int) -> Element:
    """Return a form that is posted, with the token of the session."""
    found = tag("form", method="post", **attributes)
    found.set("action", address)
    add(found, hidden("token", session.token), *children)
    return found


def hidden(name: str, value: str) -> Element:
    """Return a value of a form that is not shown."""
    return valued(tag("input", type="hidden", name=name), value)


def valued(element: Element, value: str) -> Element:
    """Give an element of a form a value, which may be any text: it is escaped, and nothing is done by it."""
    element.set("value", plain(value))
    return element


def _head(title: str, again: int) -> str:
    refresh = f'<meta http-equiv="refresh" content="{again}">\n' if again else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f'{refresh}<link rel="icon" href="/icon.svg">\n'
        f"{render(tag('title', f'{title} - Scrubber'))}\n<style>{style()}</style>\n"
        '</head>\n<body class="app">\n'
        '<a class="skip" href="#main">Skip to the content</a>\n'
    )


def _bar(session: Session, tab: str) -> Element:
    items = []
    for path, name in _PLACES.items():
        link = anchor(path, name)
        if path == tab:
            link.set("aria-current", "page")
        items.append(tag("li", link))
    person = session.person
    can = "" if session.may(Right.CHANGE) else ", looks only"
    who = tag("span", tag("b", person.name), " ", tag("small", f"{person.role}{can}"), cls="who")
    out = form("/sign-out", session, tag("button", "Sign out", type="submit", cls="quiet"))
    return tag(
        "header",
        anchor("/", "Scrubber", cls="brand"),
        tag("nav", tag("ul", *items), aria_label="Pages"),
        tag("div", who, out, cls="me"),
        cls="top",
    )


def _link_home() -> Element:
    return tag("p", anchor("/", "To the work list"))


def _own(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
