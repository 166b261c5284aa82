"""The tables on the spool's page: what has to be got first, with file and command; then what is in force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from scrubber.spool.watch import Watch
from scrubber.tables.status import TableStatus, status_of
from tests.support.ledgers import TODAY, Made, making, rows_of, tiles_of
from tests.support.running import shipped
from tests.support.spool import light, make_spool, settings, unflushed

ENDED, SOON = date(2026, 3, 31), date(2026, 7, 4)


def status(table: str, state: str, last: date | None = None, *, complete: bool = True) -> TableStatus:
    """The state of a table, with a file to get unless it is in force."""
    to_get = state != "in force"
    return TableStatus(
        table,
        f"the {table} list",
        state,  # type: ignore[arg-type] # one of the states
        release="2026-01" if last else "",
        last=last,
        complete=complete,
        page="CMS: a page" if to_get else "",
        file=f"{table}.zip" if to_get else "",
        command=f"scrubber tables import {table} FILE" if to_get else "",
    )


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    with making(tmp_path) as found:
        yield found


def test_what_to_get_has_file_page_and_command(made: Made) -> None:
    """Expired, ending and missing tables have a row each, in the order that they are given in."""
    root = made.page(
        tables=(
            status("asp", "expired", ENDED),
            status("mue", "ends soon", SOON, complete=False),
            status("ptp", "missing"),
            status("icd10cm", "in force", date(2026, 9, 30)),
            status("states", "in force"),
            status("noc", "not imported"),
        )
    )
    heads, *rows = rows_of(root, "Tables to get")
    assert heads == ["Table", "State", "File to get", "Command"]
    assert rows == [
        [
            "the asp list2026-01, to 2026-03-31",
            "Expired",
            "asp.zipCMS: a page",
            "scrubber tables import asp FILE",
        ],
        [
            "the mue list2026-01, part, to 2026-07-04",
            "Ends within 30 days",
            "mue.zipCMS: a page",
            "scrubber tables import mue FILE",
        ],
        ["the ptp listnot imported", "Missing", "ptp.zipCMS: a page", "scrubber tables import ptp FILE"],
    ]
    lines = ["".join(line.itertext()) for line in root.findall(".//section[@id='tables']/div/p")]
    assert lines == [
        "In force: the icd10cm list (2026-01, to 2026-09-30), the states list.",
        "Not imported; few claims need it: the noc list.",
    ]
    assert tiles_of(root)[-1] == "Tables1 expired see Tables for what to get"


@pytest.mark.parametrize(
    ("states", "tile"),
    [
        (("in force", "missing", "not imported", "carried over"), None),
        (("ends soon", "ends soon", "in force"), "Tables2 end soon see Tables"),
        (("ends soon",), "Tables1 ends soon see Tables"),
        (("expired", "expired", "ends soon"), "Tables2 expired see Tables for what to get"),
    ],
)
def test_only_what_ends_is_on_top(made: Made, states: tuple[str, ...], tile: str | None) -> None:
    found = tiles_of(made.page(tables=[status(f"t{at}", state, SOON) for at, state in enumerate(states)]))
    assert [text for text in found if text.startswith("Tables")] == ([tile] if tile else [])


def test_all_shipped_tables_take_little_space(made: Made) -> None:
    """The real states fit on the page; without tables the section says that there is nothing."""
    assert "Nothing yet." in made.page().find(".//section[@id='tables']").text_content()
    before = len(made.text)
    root = made.page(tables=status_of(shipped().tables.vintages, TODAY))
    assert len(made.text) - before < 15_000
    assert [
        row[0].removesuffix("not imported") for row in rows_of(root, "Tables to get") if "PTP" in row[0]
    ] == ["Medicare NCCI PTP edits"] or "Medicare NCCI PTP edits" in root.text_content()


def test_new_tables_rewrite_the_page(tmp_path: Path) -> None:
    """Without any claim file, the page follows what is imported; else it is left as it is."""
    spool = make_spool(tmp_path)
    page = spool.reports / "index.html"
    expired, new = [status("asp", "expired", ENDED)], [status("asp", "in force", SOON)]
    current, has_changed = expired, False
    watch = Watch(spool, light, settings(), renew=lambda: has_changed, tables=lambda: current)
    with unflushed():
        watch.once()
        assert not page.exists()
        has_changed = True
        watch.once()
        assert "1 expired" in page.read_text()
        current, has_changed = new, False
        before = page.stat().st_ino
        watch.once()
        assert page.stat().st_ino == before
        has_changed = True
        watch.once()
    assert "1 expired" not in page.read_text()
    assert "In force: </b>the asp list" in page.read_text()


def test_a_new_day_rewrites_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables expire by themselves, so a watch without work looks again on each day."""

    class Calendar(date):
        now = date(2026, 3, 31)

        @classmethod
        def today(cls) -> date:  # type: ignore[override] # a plain date will do
            return cls.now

    monkeypatch.setattr("scrubber.spool.watch.date", Calendar)
    spool = make_spool(tmp_path)
    states = {date(2026, 3, 31): "ends soon", date(2026, 4, 1): "expired"}
    watch = Watch(
        spool, light, settings(), renew=lambda: Calendar.now == ENDED,
        tables=lambda: [status("asp", states[Calendar.now], ENDED)],
    )  # fmt: skip
    with unflushed():
        watch.once()
        assert "1 ends soon" in (spool.reports / "index.html").read_text()
        Calendar.now = date(2026, 4, 1)
        watch.once()
    assert "1 expired" in (spool.reports / "index.html").read_text()
