"""Elements of a page that are safe by construction: text goes in as text, and the serializer escapes it.

Text from a claim only ever becomes a text node. Attributes take numbers and literal words, which is enforced,
so no value of a claim can become an address, a style or a handler.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import IO

from lxml import etree

from scrubber.text import plain, pour

Element = etree._Element  # noqa: SLF001 - lxml exports no other name of the type
Child = Element | str | int | None

_IMPLIED = re.compile("</(?:li|dt|dd|td|th|tr|thead|tbody)>")
"""End tags that are optional in HTML wherever these pages have them: another tag begins or ends there."""
_ATTRIBUTE = re.compile(r"[A-Za-z0-9 #%.,:;()=/+'_-]*", re.ASCII)
_SHORT_VALUE = 11
LONGEST = 2000
"""The longest text of a report: a claim may have a megabyte in a name."""


def tag(name: str, /, *children: Child, **attributes: str | int) -> Element:
    """Return an element. ``cls`` is its class, ``aria_label`` becomes ``aria-label``; ``None`` children are
    skipped.

    Raise ValueError for an attribute with other than plain words, which would be a bug.
    """
    element = etree.Element(name)
    for key, value in attributes.items():
        text = str(value)
        if not _ATTRIBUTE.fullmatch(text):
            raise ValueError(f"{name}: {key} must not hold {text!r}")
        element.set(_attribute(key), text)
    add(element, *children)
    return element


def add(element: Element, *children: Child) -> None:
    """Append elements and texts; unprintable characters are replaced."""
    for child in children:
        if child is None:
            continue
        if isinstance(child, (str, int)):
            text = plain(clipped(str(child)))
            last = element[-1] if len(element) else None
            if last is None:
                element.text = (element.text or "") + text
            else:
                last.tail = (last.tail or "") + text
        else:
            element.append(child)


def render(element: Element) -> str:
    """Return the element as HTML; text cannot contain an end tag, since it is escaped."""
    return _IMPLIED.sub("", etree.tostring(element, encoding="unicode", method="html", with_tail=False))


def clipped(text: str, longest: int = LONGEST) -> str:
    """Return the text, truncated if it is too long."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def listed(names: Sequence[str], most: int, between: str = ", ") -> str:
    """Return the first names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return between.join(names[:most]) + more


def link(target: str, *children: Child) -> Element:
    """Return a link to an element of the same page."""
    return tag("a", *children, href=f"#{target}")


def table(caption: str, heads: tuple[str, ...], numbers: tuple[int, ...] = ()) -> tuple[Element, Element]:
    """Return a table and its body. ``numbers`` are the columns (from 0) that are right-aligned."""
    row = tag("tr")
    for at, head in enumerate(heads):
        cell = tag("th", head, scope="col")
        if at in numbers:
            cell.set("class", "n")
        row.append(cell)
    body = tag("tbody")
    return tag("table", tag("caption", caption), tag("thead", row), body), body


def pour_table(
    caption: str, heads: tuple[str, ...], numbers: tuple[int, ...], rows: IO[str], out: IO[str], cls: str = ""
) -> None:
    """Write a table whose rows are buffered on disk; ``cls`` is its class."""
    found, _ = table(caption, heads, numbers)
    if cls:
        found.set("class", cls)
    before, begin, after = render(scrolling(found, caption)).partition("<tbody>")
    out.write(f"{before}{begin}\n")
    pour(rows, out)
    out.write(f"{after}\n")


def row(first: Child, *cells: Child, numbers: tuple[int, ...] = ()) -> Element:
    """Return a row whose first cell is its header; ``numbers`` as for `table`."""
    found = tag("tr", tag("th", first, scope="row"))
    for at, cell in enumerate(cells, start=1):
        found.append(tag("td", cell, cls="n") if at in numbers else tag("td", cell))
    return found


def scrolling(inner: Element, label: str) -> Element:
    """Return a wide element in a frame that can be scrolled, including by keyboard."""
    return tag("div", inner, cls="scroll", tabindex=0, role="region", aria_label=label)


def bar(part: int, whole: int, text: str) -> Element:
    """Return a small bar for a share; the numbers are next to it as text."""
    width = max(1, round(100 * part / whole)) if part and whole else 0
    picture = tag("svg", viewBox="0 0 100 10", preserveAspectRatio="none", role="img", cls="bar")
    add(picture, tag("title", text), tag("rect", cls="whole", width=100, height=10))
    picture.append(tag("rect", cls="part", width=width, height=10))
    return picture


def add_tile(tiles: Element, name: str, value: str, note: str, color: str = "") -> None:
    """Add a key figure to a list of them (``dl``): its name, its value, a short note."""
    strong = tag("strong", clipped(value, 60))
    if len(value) > _SHORT_VALUE:
        strong.set("class", "long")
    number = tag("dd", strong, " ", tag("small", clipped(note, 60)))
    tiles.append(tag("div", tag("dt", name), number, cls=f"tile {color}".strip()))


@cache
def _attribute(key: str) -> str:
    return "class" if key == "cls" else key.rstrip("_").replace("_", "-")
