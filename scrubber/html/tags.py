"""Elements of a page that cannot be written wrongly: text goes in as text, and the serializer escapes it.

Text from a claim is only ever a text node. Attributes take numbers and words of our own, which is enforced,
so that no value of a claim can become an address, a style or a handler.
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
"""End tags that HTML does without wherever we write them: another one begins or ends in that place."""
_ATTRIBUTE = re.compile(r"[A-Za-z0-9 #%.,:;()=/+'_-]*", re.ASCII)
_SHORT_VALUE = 11
LONGEST = 2000
"""No text of a report is longer: a claim may have a megabyte where a name belongs."""


def tag(name: str, *children: Child, **attributes: str | int) -> Element:
    """An element. ``cls`` is its class, ``aria_label`` becomes ``aria-label``; ``None`` is no child.

    Raises ValueError for an attribute that is no plain word, which would be a fault of ours.
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
    """Append elements and texts; what is no printable character is replaced."""
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
    """The element as HTML; text can hold no end tag, since it is escaped."""
    return _IMPLIED.sub("", etree.tostring(element, encoding="unicode", method="html", with_tail=False))


def clipped(text: str, longest: int = LONGEST) -> str:
    """The text, or its beginning where it is longer."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def listed(names: Sequence[str], most: int, between: str = ", ") -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return between.join(names[:most]) + more


def link(target: str, *children: Child) -> Element:
    """A link to a place of the page itself."""
    return tag("a", *children, href=f"#{target}")


def table(caption: str, heads: tuple[str, ...], numbers: tuple[int, ...] = ()) -> tuple[Element, Element]:
    """A table and its body. ``numbers`` are the columns (from 0) that are set to the right."""
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
    """Write a table whose rows wait on disk; ``cls`` is its class."""
    found, _ = table(caption, heads, numbers)
    if cls:
        found.set("class", cls)
    before, begin, after = render(scrolling(found, caption)).partition("<tbody>")
    out.write(f"{before}{begin}\n")
    pour(rows, out)
    out.write(f"{after}\n")


def row(first: Child, *cells: Child, numbers: tuple[int, ...] = ()) -> Element:
    """A row whose first cell heads it; ``numbers`` as for `table`."""
    found = tag("tr", tag("th", first, scope="row"))
    for at, cell in enumerate(cells, start=1):
        found.append(tag("td", cell, cls="n") if at in numbers else tag("td", cell))
    return found


def scrolling(inner: Element, label: str) -> Element:
    """Something wide in a frame of its own, which the keyboard can scroll, too."""
    return tag("div", inner, cls="scroll", tabindex=0, role="region", aria_label=label)


def bar(part: int, whole: int, text: str) -> Element:
    """A small picture of a share; the numbers stand beside it as text."""
    width = max(1, round(100 * part / whole)) if part and whole else 0
    picture = tag("svg", viewBox="0 0 100 10", preserveAspectRatio="none", role="img", cls="bar")
    add(picture, tag("title", text), tag("rect", cls="whole", width=100, height=10))
    picture.append(tag("rect", cls="part", width=width, height=10))
    return picture


def add_tile(tiles: Element, name: str, value: str, note: str, colour: str = "") -> None:
    """Add a number that matters to a list of such (``dl``): its name, its value, a word on it."""
    strong = tag("strong", clipped(value, 60))
    if len(value) > _SHORT_VALUE:
        strong.set("class", "long")
    number = tag("dd", strong, " ", tag("small", clipped(note, 60)))
    tiles.append(tag("div", tag("dt", name), number, cls=f"tile {colour}".strip()))


@cache
def _attribute(key: str) -> str:
    return "class" if key == "cls" else key.rstrip("_").replace("_", "-")
