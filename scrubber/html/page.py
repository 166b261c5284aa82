"""The frame of the page: a head that forbids everything but its own style, and landmarks to move by."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources

from scrubber.html.tags import Element, render, tag


def opening(title: str) -> str:
    """From the doctype to the beginning of the body."""
    style = _style()
    policy = f"default-src 'none'; style-src 'sha256-{_hash(style)}'; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"{render(tag('title', title))}\n<style>{style}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#claims">Skip to the claims</a>\n'
    )


def banner(title: str, told: str, tiles: Element, left: Element | None = None) -> str:
    """The top of the page; ``left`` says what the page leaves out."""
    return render(tag("header", tag("h1", title), tag("p", told, cls="told"), tiles, left)) + "\n"


def navigation(places: dict[str, str]) -> str:
    """Links to the sections: text by place."""
    items = (tag("li", tag("a", text, href=f"#{place}")) for place, text in places.items())
    return render(tag("nav", tag("ul", *items), aria_label="Contents")) + "\n"


@cache
def _style() -> str:
    return resources.files(__package__).joinpath("style.css").read_text(encoding="utf-8")


def _hash(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
