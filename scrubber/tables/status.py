"""Which tables are in force on a day, which end soon, which have expired or are missing, and what to get."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from scrubber.tables.catalogue import SOURCES, OfficialSource
from scrubber.tables.table import TITLES
from scrubber.tables.vintage import Vintage, VintageInfo

SOON = timedelta(days=30)
"""How long before its end a table is reported."""
State = Literal["in force", "ends soon", "expired", "missing", "carried over", "not imported"]
STATES: dict[State, str] = {
    "expired": "Expired",
    "ends soon": f"Ends within {SOON.days} days",
    "missing": "Missing",
    "in force": "In force",
    "carried over": "Past their end, carried over (they come with the program)",
    "not imported": "Not imported; few claims need it",
}
"""All states with their headings, in the order in which they are reported."""


class TableStatus(Struct, frozen=True):
    """The state of one table on a day.

    ``release`` is the one in force, or the last one that was; empty if there is none. ``last`` is its last
    day, ``None`` if it has no end. ``page``, ``file`` and ``command`` say how to get what comes next, and are
    empty if nothing has to be done.
    """

    table: str
    title: str
    state: State
    release: str = ""
    last: date | None = None
    complete: bool = False
    imported: bool = False
    page: str = ""
    file: str = ""
    command: str = ""


def status_of(vintages: Iterable[Vintage], day: date) -> list[TableStatus]:
    """Return the state of every table on a day, the most urgent first."""
    by_table: dict[str, list[Vintage]] = {table: [] for table in SOURCES}
    for vintage in vintages:
        by_table.setdefault(vintage.about.table, []).append(vintage)
    found = [_status(table, among, day) for table, among in by_table.items()]
    return sorted(found, key=lambda status: list(STATES).index(status.state))


def has_expired(found: Iterable[TableStatus]) -> bool:
    """Return True if a table that is in use has expired."""
    return any(status.state == "expired" for status in found)


def _status(table: str, vintages: Sequence[Vintage], day: date) -> TableStatus:
    source = SOURCES.get(table)
    title = TITLES.get(table, table)
    current = [vintage for vintage in vintages if day in vintage.about.covers]
    past = [vintage for vintage in vintages if vintage.about.covers.last < day]
    # A shipped part of a quarter does not replace the whole that was imported for the last one.
    is_example = not any(vintage.imported or vintage.about.complete for vintage in current)
    if current and not (is_example and any(vintage.imported for vintage in past)):
        # Of several that cover the day, the latest that was already published.
        now = max(current, key=lambda v: (v.about.published <= day, v.about.published, *_worth(v)))
        last = max(vintage.about.covers.last for vintage in current)
        following = last + timedelta(1) if last < date.max else last
        ends = last - day <= SOON and not any(following in vintage.about.covers for vintage in vintages)
        if ends and source:
            return _described(table, title, "ends soon", now, source, following)
        return _described(table, title, "in force", now)
    shown = max(past, key=lambda vintage: (vintage.about.covers.last, *_worth(vintage)), default=None)
    if shown and not source:
        # What only comes with the program ends with a newer program; its edits say what they carry over.
        return _described(table, title, "carried over", shown)
    # A shipped part is an example of a table, which the user need not use.
    used = any(vintage.imported or vintage.about.complete for vintage in past)
    needed = source and source.needed
    state: State = "expired" if used else "missing" if needed else "not imported"
    return _described(table, title, state, shown, source, day)


def _worth(vintage: Vintage) -> tuple[bool, bool]:
    """Return a sort key among copies of one release: the whole, and of two the one that was imported."""
    return vintage.about.complete, vintage.imported


def _described(
    table: str,
    title: str,
    state: State,
    vintage: Vintage | None,
    source: OfficialSource | None = None,
    day: date = date.min,
) -> TableStatus:
    about: VintageInfo | None = vintage.about if vintage else None
    return TableStatus(
        table,
        title,
        state,
        release=about.label if about else "",
        last=about.covers.last if about and about.covers.last < date.max else None,
        complete=about.complete if about else False,
        imported=vintage.imported if vintage else False,
        page=source.page if source else "",
        file=source.file_for(day) if source else "",
        command=source.command if source else "",
    )
