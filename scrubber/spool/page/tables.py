"""The tables on the spool's page: what has expired, ends soon or is missing, and what is in force."""

from __future__ import annotations

from collections.abc import Sequence

from scrubber.html.tags import Element, add_tile, row, tag
from scrubber.spool.page.parts import card
from scrubber.tables.status import STATES, TableStatus

_SHOWN = 8
_TO_GET = ("expired", "ends soon", "missing")
_HEADS = ("Table", "State", "File to get", "Command")


def to_get(tables: Sequence[TableStatus]) -> Element | None:
    """Return the tables that need a file, the most urgent first: which file, its page, and the command."""
    wanted = [found for found in tables if found.state in _TO_GET]
    if not wanted:
        return None
    note = "Download the file and drop it into tables-in/, or run the command."
    return card("Tables to get", _HEADS, [_row(found) for found in wanted], shown=_SHOWN, note=note, texts=3)


def others(tables: Sequence[TableStatus]) -> Element | None:
    """Return the other tables with their releases and last days, a line for each state."""
    lines = []
    for state, heading in STATES.items():
        names = [_named(found) for found in tables if found.state == state and state not in _TO_GET]
        if names:
            lines.append(tag("p", tag("b", f"{heading}: "), f"{', '.join(names)}."))
    return tag("div", *lines) if lines else None


def add_tables_tile(tiles: Element, tables: Sequence[TableStatus]) -> None:
    """Add how many tables have expired or end soon, if any of them does."""
    expired, ending = (sum(found.state == state for found in tables) for state in ("expired", "ends soon"))
    if expired:
        add_tile(tiles, "Tables", f"{expired} expired", "see Tables for what to get", "red")
    elif ending:
        add_tile(tiles, "Tables", f"{ending} {'ends' if ending == 1 else 'end'} soon", "see Tables", "amber")


def _row(found: TableStatus) -> Element:
    name = tag("div", found.title, tag("br"), tag("small", _release(found) or "not imported"))
    file = tag("div", found.file, tag("br"), tag("small", found.page))
    return row(name, STATES[found.state], file, tag("code", found.command))


def _named(found: TableStatus) -> str:
    release = _release(found)
    return f"{found.title} ({release})" if release else found.title


def _release(found: TableStatus) -> str:
    """Return the release and its last day; empty if there is none."""
    if not found.release:
        return ""
    part = "" if found.complete else ", part"
    return f"{found.release}{part}" + (f", to {found.last}" if found.last else "")
