"""The building blocks of the sections of the spool's page."""

from __future__ import annotations

from datetime import date

from scrubber.html.tags import Child, Element, add, bar, row, scrolling, table, tag
from scrubber.spool.ledger.summary import SummaryRow
from scrubber.text import counted, dollars, in_dollars, percent

PART_HEADS = ("Rate", "Held", "Held charges ($)")
"""The headings of the numbers of a `part_row`."""


def section(place: str, title: str, *content: Child) -> Element:
    """Return a section with its heading; if all content is ``None``, it says that there is nothing yet."""
    known = [child for child in content if child is not None]
    return tag("section", tag("h2", title), *(known or [tag("p", "Nothing yet.")]), id=place)


def card(
    caption: str, heads: tuple[str, ...], rows: list[Element], *, shown: int, note: str = "", texts: int = 0
) -> Element:
    """Return a table of the first rows, and one of the others in an element that expands; each scrolls.

    ``note`` appears below the caption. All columns except the first and the last ``texts`` ones are numbers.
    """
    numbers = tuple(range(1, len(heads) - texts))
    first, body = table(caption, heads, numbers)
    add(first[0], *((tag("br"), tag("small", note)) if note else ()))
    add(body, *rows[:shown])
    found = tag("div", scrolling(first, caption), cls="rank wide")
    if len(rows) > shown:
        name = f"{caption}: more rows"
        rest, body = table(name, heads, numbers)
        add(body, *rows[shown:])
        summary = tag("summary", f"{len(rows) - shown} more")
        found.append(tag("details", summary, scrolling(rest, name)))
    return found


def part_row(name: str, part: SummaryRow) -> Element:
    """Return the numbers of a day or a payer, with a bar for the held share."""
    share = bar(part.held, part.claims, f"{part.held:,} of {counted(part.claims, 'claim')} held")
    cells = (percent(part.rate), f"{part.held:,} of {part.claims:,}", dollars(in_dollars(part.held_cents)))
    return row(tag("div", name, share), *cells, numbers=(1, 2, 3))


def day_name(day: str) -> str:
    """Return a day, YYYY-MM-DD, preceded by its weekday."""
    return f"{_WEEK[date.fromisoformat(day).weekday()]} {day}"


_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
