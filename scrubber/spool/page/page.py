"""The spool's HTML page, ``reports/index.html``: the files that need work, and the clean-claim rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from scrubber.spool.page.tables import add_tables_tile, others, to_get
from scrubber.tables.status import TableStatus
from scrubber.text import counted, dollars, in_dollars, percent

NAME = "index.html"
_LONGEST = 60
_SHOWN = 10
_PLACES = {
    "claims": "To do", "trend": "Trend", "edits": "Edits", "payers": "Payers", "files": "Files",
    "tables": "Tables",
}  # fmt: skip


def write_page(
    spool: Spool,
    ledger: Ledger,
    today: date,
    titles: Mapping[str, str],
    tables: Sequence[TableStatus] = (),
) -> None:
    """Rewrite the page, whole or not at all.

    ``titles`` are the titles of the edits by ID, ``tables`` the state of all tables. Raise OSError,
    SpoolError.
    """
    found = page(spool, overview(spool, ledger, today), titles, tables)
    write_whole(spool.reports / NAME, found.encode("utf-8"), spool.access.billers)


def page(spool: Spool, view: Overview, titles: Mapping[str, str], tables: Sequence[TableStatus] = ()) -> str:
    """Return the page as HTML; it has no patient data except what senders put in file names."""
    body = tag(
        "main",
        section("claims", "To do", waiting(spool, view), failed(view)),
        section("trend", "Trend", trend(view), by_day(view)),
        section("edits", "Edits that hold claims", _rises(view, titles), _edits(view, titles)),
        section("payers", "Payers", _payers(view), by_day_and_payer(view)),
        section("files", "Files", recent(spool, view)),
        section("tables", "Tables", to_get(tables), others(tables)),
    )
    return "".join(
        (
            opening("Held claims and clean-claim rate"),
            banner(_headline(view), _period(view), _tiles(view, tables)),
            navigation(_PLACES),
            render(body),
            "\n</body>\n</html>\n",
        )
    )


def _headline(view: Overview) -> str:
    """Return the main message: what needs to be done."""
    held = view.waiting
    parts = []
    if held.files:
        charges = f"{counted(held.claims, 'claim')}, ${dollars(in_dollars(held.cents))}"
        parts.append(f"{counted(held.files, 'held file')} ({charges})")
    if view.failed:
        parts.append(counted(view.failed, "failed file"))
    if not parts:
        return "Nothing needs attention"
    return f"{' and '.join(parts)} {'needs' if held.files + view.failed == 1 else 'need'} attention"


def _period(view: Overview) -> str:
    whole = view.last_days(DAYS)
    done = f"{counted(whole.files, 'file')}, {counted(whole.claims, 'claim')}"
    last = f" Last file processed {_readable(view.recent[0].decided)}." if view.recent else ""
    claims, cents = view.sent_on
    if claims:
        charges = f"${dollars(in_dollars(cents))}"
        last += f" Of the claims counted as held, {claims:,} ({charges}) went out: the watch was report-only."
    return f"Last {DAYS} days through {day_name(view.today.isoformat())}: {done}.{last}"


def _readable(time: str) -> str:
    return time.replace("T", " ").replace("Z", " UTC")


def _tiles(view: Overview, tables: Sequence[TableStatus]) -> Element:
    found, held = tag("dl", cls="tiles"), view.waiting
    days = (view.today - date.fromisoformat(held.since)).days if held.since else 0
    note = f"since {day_name(held.since)}" if held.since else "nothing in held/"
    add_tile(found, "Oldest held file", counted(days, "day"), note, "red" if held.files else "green")
    last = view.days[-1] if view.days else SummaryRow(view.today.isoformat(), 0, 0, 0, 0, 0)
    add_tile(found, day_name(last.name), percent(last.rate), f"clean of {counted(last.claims, 'claim')}")
    week, before = view.last_days(7), view.last_days(7, skipped=7)
    add_tile(found, "Last 7 days", percent(week.rate), f"clean of {counted(week.claims, 'claim')}")
    add_tile(found, "Prior 7 days", percent(before.rate), f"clean of {counted(before.claims, 'claim')}")
    whole = view.last_days(DAYS)
    add_tile(found, f"Last {DAYS} days", percent(whole.rate), f"clean of {counted(whole.claims, 'claim')}")
    add_tables_tile(found, tables)
    return found


def _rises(view: Overview, titles: Mapping[str, str]) -> Element | None:
    """Return the edits that hold more claims than in the prior week."""
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
    note = (
        f"Claims held by each edit: of {now:,} claims in the last 7 days, of {before:,} in the prior 7 days."
    )
    heads = ("Edit", "Increase", "Last 7 days", "Prior 7 days")
    return card("Up from the prior week", heads, rows, shown=_SHOWN, note=note)


def _edits(view: Overview, titles: Mapping[str, str]) -> Element | None:
    if not view.edits:
        return None
    rows = [
        row(_edit(edit.edit, titles), f"{edit.claims:,}", dollars(in_dollars(edit.cents)), numbers=(1, 2))
        for edit in view.edits
    ]
    heads = ("Edit", "Claims held", "Charges ($)")
    return card(f"Most claims held in the last {DAYS} days", heads, rows, shown=_SHOWN)


def _edit(edit: str, titles: Mapping[str, str]) -> Element:
    title = titles.get(edit, "")
    return tag("div", edit, *((" ", tag("small", title)) if title else ()))


def _payers(view: Overview) -> Element | None:
    names = [clipped(part.name, _LONGEST) or "unknown" for part in view.payers]
    if view.other_payers:
        names[-1] = counted(view.other_payers, "other payer")
    rows = [part_row(name, part) for name, part in zip(names, view.payers, strict=True)]
    note = f"Last {DAYS} days; highest held charges first."
    heads = ("Payer", *PART_HEADS)
    return card("Clean-claim rate by payer", heads, rows, shown=len(rows), note=note) if rows else None
