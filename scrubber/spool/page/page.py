"""The spool's own page, ``reports/index.html``: what waits for a person, how the clean-claim rate goes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from scrubber.html.page import banner, navigation, opening
from scrubber.html.tags import Element, add_tile, clipped, render, row, tag
from scrubber.spool.durable import write_whole
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.ledger.summary import SummaryRow
from scrubber.spool.page.days import by_day, by_day_and_payer, trend
from scrubber.spool.page.files import failed, recent, waiting
from scrubber.spool.page.overview import DAYS, Overview, overview
from scrubber.spool.page.parts import PART_HEADS, card, day_name, part_row, section
from scrubber.text import counted, dollars, in_dollars, percent

NAME = "index.html"
_LONGEST = 60
_SHOWN = 10
_PLACES = {"claims": "To do", "trend": "Trend", "edits": "Edits", "payers": "Payers", "files": "Files"}


def write_page(spool: Spool, ledger: Ledger, today: date, titles: Mapping[str, str]) -> None:
    """Write the page anew, whole or not at all; ``titles`` are what edits are called.

    Raises OSError, SpoolError.
    """
    found = page(spool, overview(spool, ledger, today), titles)
    write_whole(spool.reports / NAME, found.encode("utf-8"))


def page(spool: Spool, view: Overview, titles: Mapping[str, str]) -> str:
    """The page as HTML; nothing in it is of a patient, but what senders called their files."""
    body = tag(
        "main",
        section("claims", "To do", waiting(spool, view), failed(view)),
        section("trend", "Trend", trend(view), by_day(view)),
        section("edits", "Edits that hold claims", _rises(view, titles), _edits(view, titles)),
        section("payers", "Payers", _payers(view), by_day_and_payer(view)),
        section("files", "Files", recent(spool, view)),
    )
    return "".join(
        (
            opening("Held claims and clean-claim rate"),
            banner(_headline(view), _told(view), _tiles(view)),
            navigation(_PLACES),
            render(body),
            "\n</body>\n</html>\n",
        )
    )


def _headline(view: Overview) -> str:
    """The one thing to know: what must be done."""
    left = view.waiting
    parts = []
    if left.files:
        worth = f"{counted(left.claims, 'claim')} worth ${dollars(in_dollars(left.cents))}"
        parts.append(f"{counted(left.files, 'held file')} ({worth})")
    if view.failed:
        parts.append(counted(view.failed, "failed file"))
    if not parts:
        return "Nothing waits to be corrected"
    return f"{' and '.join(parts)} {'waits' if left.files + view.failed == 1 else 'wait'}"


def _told(view: Overview) -> str:
    whole = view.last_days(DAYS)
    done = f"{counted(whole.files, 'file')}, {counted(whole.claims, 'claim')}"
    last = f" The last one was decided at {_readable(view.recent[0].decided)}." if view.recent else ""
    return f"The last {DAYS} days up to {day_name(view.today.isoformat())}: {done}.{last}"


def _readable(time: str) -> str:
    return time.replace("T", " ").replace("Z", " UTC")


def _tiles(view: Overview) -> Element:
    found, left = tag("dl", cls="tiles"), view.waiting
    days = (view.today - date.fromisoformat(left.since)).days if left.since else 0
    note = f"since {day_name(left.since)}" if left.since else "nothing in held/"
    add_tile(found, "Waiting longest", counted(days, "day"), note, "red" if left.files else "green")
    last = view.days[-1] if view.days else SummaryRow(view.today.isoformat(), 0, 0, 0, 0, 0)
    add_tile(found, day_name(last.name), percent(last.rate), f"clean of {counted(last.claims, 'claim')}")
    week, before = view.last_days(7), view.last_days(7, skipped=7)
    add_tile(found, "7 days", percent(week.rate), f"clean of {counted(week.claims, 'claim')}")
    add_tile(found, "7 days before", percent(before.rate), f"clean of {counted(before.claims, 'claim')}")
    whole = view.last_days(DAYS)
    add_tile(found, f"{DAYS} days", percent(whole.rate), f"clean of {counted(whole.claims, 'claim')}")
    return found


def _rises(view: Overview, titles: Mapping[str, str]) -> Element | None:
    """The edits that hold more claims than in the week before."""
    if not view.rises:
        return None
    now, before = (view.last_days(7, skipped=skipped).claims for skipped in (0, 7))
    rows = [
        row(
            _edit(rise.edit, titles),
            f"+{rise.now - rise.before:,}", f"{rise.now:,}", f"{rise.before:,}", numbers=(1, 2, 3),
        )
        for rise in view.rises
    ]  # fmt: skip
    told = f"Claims that an edit held of {now:,} in the last 7 days, and of {before:,} in the 7 days before."
    heads = ("Edit", "More", "Last 7 days", "7 days before")
    return card("More than the week before", heads, rows, shown=_SHOWN, told=told)


def _edits(view: Overview, titles: Mapping[str, str]) -> Element | None:
    if not view.edits:
        return None
    rows = [
        row(_edit(edit.edit, titles), f"{edit.claims:,}", dollars(in_dollars(edit.cents)), numbers=(1, 2))
        for edit in view.edits
    ]
    heads = ("Edit", "Claims held", "Charges, in dollars")
    return card(f"Most claims held in {DAYS} days", heads, rows, shown=_SHOWN)


def _edit(edit: str, titles: Mapping[str, str]) -> Element:
    title = titles.get(edit, "")
    return tag("div", edit, *((" ", tag("small", title)) if title else ()))


def _payers(view: Overview) -> Element | None:
    names = [clipped(part.name, _LONGEST) or "unknown" for part in view.payers]
    if view.other_payers:
        names[-1] = counted(view.other_payers, "other payer")
    rows = [part_row(name, part) for name, part in zip(names, view.payers, strict=True)]
    told = f"In {DAYS} days; most dollars held first."
    heads = ("Payer", *PART_HEADS)
    return card("Clean-claim rate by payer", heads, rows, shown=len(rows), told=told) if rows else None
