"""What the sections of the spool's page are made of."""

from __future__ import annotations

from datetime import date

from scrubber.html.tags import Child, Element, add, bar, row, scrolling, table, tag
from scrubber.spool.ledger.summary import SummaryRow
from scrubber.text import counted, dollars, in_dollars, percent

PART_HEADS = ("Rate", "Held", "Held, in dollars")
"""Over the numbers of a `part_row`."""


def section(place: str, title: str, *content: Child) -> Element:
    """A section under its heading; where all content is ``None`` it says that there is nothing yet."""
    known = [child for child in content if child is not None]
    return tag("section", tag("h2", title), *(known or [tag("p", "Nothing yet.")]), id=place)


def card(
    caption: str, heads: tuple[str, ...], rows: list[Element], *, shown: int, told: str = "", texts: int = 0
) -> Element:
    """A table of the first rows, and one of the others in an element that opens; each scrolls by itself.

    ``told`` stands below the caption. All columns but the first and the ``texts`` last ones are numbers.
    """
    numbers = tuple(range(1, len(heads) - texts))
    first, body = table(caption, heads, numbers)
    add(first[0], *((tag("br"), tag("small", told)) if told else ()))
    add(body, *rows[:shown])
    found = tag("div", scrolling(first, caption), cls="rank wide")
    if len(rows) > shown:
        name = f"{caption}: the others"
        rest, body = table(name, heads, numbers)
        add(body, *rows[shown:])
        summary = tag("summary", f"{len(rows) - shown} more")
        found.append(tag("details", summary, scrolling(rest, name)))
    return found


def part_row(name: str, part: SummaryRow) -> Element:
    """The numbers of a day or a payer, with a picture of the share that is held."""
    share = bar(part.held, part.claims, f"{part.held:,} of {counted(part.claims, 'claim')} held")
    cells = (percent(part.rate), f"{part.held:,} of {part.claims:,}", dollars(in_dollars(part.held_cents)))
    return row(tag("div", name, share), *cells, numbers=(1, 2, 3))


def day_name(day: str) -> str:
    """A day, YYYY-MM-DD, with its weekday before it."""
    return f"{_WEEK[date.fromisoformat(day).weekday()]} {day}"


_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
