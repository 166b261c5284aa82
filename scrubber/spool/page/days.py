"""The days on the spool's page: a chart of the clean-claim rate, and the same data as tables."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from scrubber.html.tags import Element, add, clipped, row, tag
from scrubber.spool.ledger.summary import SummaryRow
from scrubber.spool.page.overview import DAYS, Overview, PayerByDay
from scrubber.spool.page.parts import PART_HEADS, card, day_name, part_row
from scrubber.text import counted, percent

_SHOWN = 14
_LONGEST = 24
_HIGHEST_FLOOR = 90
"""The chart's lowest rate in percent is at most this: a good week must not look volatile."""


def trend(view: Overview) -> Element | None:
    """Return a chart of the daily clean-claim rate; days without claims are gaps. ``None`` without claims."""
    rates = [(part, part.rate) for part in view.days if part.rate is not None]
    if not rates:
        return None
    low = min(_HIGHEST_FLOOR, int(min(rate for _, rate in rates) * 10) * 10)
    heights = tag("div", *(tag("span", f"{value}%") for value in (100, (100 + low) // 2, low)), cls="y")
    across = tag("div", *(tag("span", day.isoformat()) for day in (view.since, view.today)), cls="x")
    text = "Clean-claim rate by day. Days without claims are omitted; the numbers are in the table below."
    return tag(
        "figure", tag("figcaption", text), heights, _picture(view, rates, low / 100), across, cls="trend"
    )


def by_day(view: Overview) -> Element | None:
    """Return a table of the days, the latest first."""
    rows = [part_row(day_name(part.name), part) for part in view.days[::-1]]
    return card("Clean-claim rate by day", ("Day", *PART_HEADS), rows, shown=_SHOWN) if rows else None


def by_day_and_payer(view: Overview) -> Element | None:
    """Return a table of days by payer: the payers with the most claims, then all others in one column."""
    cross = view.cross
    heads = [clipped(payer, _LONGEST) or "unknown" for payer in cross.columns]
    if cross.others:
        heads.append(counted(cross.others, "other payer"))
    days = sorted({day for day, _ in cross.cells}, reverse=True)
    if not days:
        return None
    rows = [_cross_row(cross, day, len(heads)) for day in days]
    return card("Clean-claim rate by day and payer", ("Day", *heads), rows, shown=_SHOWN)


def _picture(view: Overview, rates: list[tuple[SummaryRow, float]], low: float) -> Element:
    """Return the chart. Positions are in percent, so that it fits any window and its points stay round."""
    picture = tag("svg", tag("title", _described(rates)), role="img")
    for height in ("0%", "50%", "100%"):
        picture.append(tag("line", cls="grid", x1="0%", y1=height, x2="100%", y2=height))
    places = [(part, *_place(view.since, part.name, rate, low)) for part, rate in rates]
    for (one, x1, y1), (two, x2, y2) in pairwise(places):
        if date.fromisoformat(two.name) - date.fromisoformat(one.name) == timedelta(days=1):
            picture.append(tag("line", x1=x1, y1=y1, x2=x2, y2=y2))
    for part, x, y in places:
        tooltip = tag(
            "title", f"{day_name(part.name)}: {percent(part.rate)} of {counted(part.claims, 'claim')}"
        )
        picture.append(tag("circle", tooltip, cx=x, cy=y, r=3))
    return picture


def _place(since: date, day: str, rate: float, low: float) -> tuple[str, str]:
    x = ((date.fromisoformat(day) - since).days + 0.5) / DAYS
    return f"{100 * x:.2f}%", f"{100 * (1 - rate) / (1 - low):.2f}%"


def _described(rates: list[tuple[SummaryRow, float]]) -> str:
    """Return the chart as text."""
    lowest, highest = min(rates, key=_rate), max(rates, key=_rate)
    extremes = ", ".join(
        f"{word} {percent(rate)} on {day_name(part.name)}"
        for word, (part, rate) in (("lowest", lowest), ("highest", highest), ("last", rates[-1]))
    )
    return f"Clean-claim rate by day: {extremes}"


def _rate(entry: tuple[SummaryRow, float]) -> float:
    return entry[1]


def _cross_row(cross: PayerByDay, day: str, columns: int) -> Element:
    found = row(day_name(day))
    for at in range(columns):
        part = cross.cells.get((day, at))
        cell = tag("td", percent(part.rate if part else None), cls="n")
        if part:
            add(cell, " ", tag("small", f"of {part.claims:,}"))
        found.append(cell)
    return found
