"""The frame of a page: a head that allows only the page's own style, and landmarks for navigation."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources

from scrubber.html.tags import Element, render, tag


def opening(title: str) -> str:
    """Return the page from the doctype to the beginning of the body."""
    style = shared_style()
    policy = f"default-src 'none'; style-src 'sha256-{digest_of(style)}'; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"{render(tag('title', title))}\n<style>{style}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#claims">Skip to the claims</a>\n'
    )


def banner(title: str, summary: str, tiles: Element, omitted: Element | None = None) -> str:
    """Return the top of the page; ``omitted`` states what the page leaves out."""
    return render(tag("header", tag("h1", title), tag("p", summary, cls="told"), tiles, omitted)) + "\n"


def navigation(sections: dict[str, str]) -> str:
    """Return links to the sections, given as ID and link text."""
    items = (tag("li", tag("a", text, href=f"#{id_}")) for id_, text in sections.items())
    return render(tag("nav", tag("ul", *items), aria_label="Contents")) + "\n"


@cache
def shared_style() -> str:
    """Return the style of all pages."""
    return resources.files(__package__).joinpath("style.css").read_text(encoding="utf-8")


def digest_of(text: str) -> str:
    """Return the hash of a style or script as a content security policy names it."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
