"""What the watch says of its work: totals, status, the day's summary, sums of any period."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.cli.watch.spool_figures import (
    status_json,
    status_text,
    summary_csv,
    summary_json,
    summary_text,
)
from scrubber.spool.jobs.job_files import JobVerdict
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.ledger.summary import OfDay, Summary, SummaryRow, TopEdit, summarise
from scrubber.spool.lock import owned
from scrubber.spool.status import status_of
from scrubber.text import cell, percent
from tests.support.spool import (
    CLEAN_CENTS,
    batch,
    drop,
    make_spool,
    messages,
    real,
    run_once,
    today,
)

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)")


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return make_spool(tmp_path)


@pytest.fixture
def ledger(spool: Spool) -> Iterator[Ledger]:
    run_once(spool)
    opened = Ledger.reading(spool.ledger)
    yield opened
    opened.close()


def period(ledger: Ledger) -> Summary:
    return summarise(ledger, date(2000, 1, 1), date(2100, 1, 1))


def test_the_numbers_of_a_run_add_up(spool: Spool) -> None:
    """Files by outcome, claims, charges to the cent."""
    for number in range(1, 4):
        drop(spool, f"{number}.837", batch(number, held=number == 3))
    drop(spool, "no.837", b"no X12 at all")
    totals = run_once(spool, real())
    assert (totals.clean, totals.held, totals.unreadable, totals.failed) == (2, 1, 1, 0)
    assert (totals.files, totals.claims, totals.accepted) == (4, 3, 2)
    assert (totals.cents, totals.held_cents) == (3 * CLEAN_CENTS, CLEAN_CENTS)
    assert totals.needs_a_person


def test_sums_of_a_period_add_up_by_day_and_by_payer(spool: Spool, ledger: Ledger) -> None:
    """The whole is the sum of its days and of its payers, in every number."""
    for number, payer in enumerate((b"LHP01", b"LHP02", b"LHP02"), start=1):
        raw = batch(number, held=number == 2)
        assert raw.count(b"*PI*") == 1
        drop(spool, f"{number}.837", raw.replace(raw.split(b"*PI*")[1].split(b"~")[0], payer))
    run_once(spool, real())
    found = period(ledger)
    assert (found.whole.files, found.whole.claims, found.whole.held) == (3, 3, 1)
    assert (found.whole.cents, found.whole.held_cents) == (3 * CLEAN_CENTS, CLEAN_CENTS)
    for parts in (found.days, found.payers):
        for name in ("claims", "accepted", "cents", "held_cents", "held"):
            assert sum(getattr(part, name) for part in parts) == getattr(found.whole, name)
    assert {part.name: (part.claims, part.held) for part in found.payers} == {
        "LHP01": (1, 0),
        "LHP02": (2, 1),
    }
    assert {(day, part.name): (part.files, part.claims, part.held) for day, part in found.day_payers} == {
        (today().isoformat(), "LHP01"): (1, 1, 0),
        (today().isoformat(), "LHP02"): (2, 2, 1),
    }
    rejecting = {edit for edit, severity, _ in messages(spool, "2") if severity == "reject"}
    assert {edit.edit: (edit.claims, edit.cents) for edit in found.edits} == dict.fromkeys(
        rejecting, (1, CLEAN_CENTS)
    )


def test_a_summary_holds_only_its_days(spool: Spool, ledger: Ledger) -> None:
    """First and last day included."""
    drop(spool, "a.837", batch(1))
    run_once(spool)
    day = timedelta(days=1)
    for since, until, files in (
        (today(), today(), 1),
        (today() - day, today() - day, 0),
        (today() + day, today() + day, 0),
        (today() - day, today() + day, 1),
    ):
        assert summarise(ledger, since, until).whole.files == files


def test_every_row_of_the_csv_has_every_column() -> None:
    """The day stands in a column of its own, too, so that a row can be found by day and payer."""
    summary = replace(
        SUMMARY,
        days=(SummaryRow("2026-06-30", 1, 1, 1, 0, 0),),
        day_payers=(OfDay("2026-06-30", SummaryRow("LHP01", 1, 1, 1, 0, 0)),),
        edits=(TopEdit("NDC-03", 2, 1, 10005),),
    )
    heads, *rows = csv.reader(io.StringIO(summary_csv(summary)))
    assert {len(row) for row in rows} == {len(heads)}
    assert {row[0]: row[-1] for row in rows} == {
        "all": "", "day": "2026-06-30", "payer": "", "day-payer": "2026-06-30", "edit": "",
    }  # fmt: skip


def test_the_day_has_a_summary_beside_its_reports(spool: Spool) -> None:
    """One line a file in the order of decision; no cell is a formula, whatever files are called."""
    for arrival, (name, number) in enumerate((("=1+1.837", 1), ("@b.837", 2), ("-c.837", 3)), start=1000):
        os.utime(drop(spool, name, batch(number, held=number == 2)), (arrival, arrival))
    run_once(spool)
    (path,) = spool.reports.glob("*/summary.csv")
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    assert [row["file"] for row in rows] == ["1_1", "b", "c"]
    assert [row["verdict"] for row in rows] == ["clean", "held", "clean"]
    assert [row["charges"] for row in rows] == ["100.05"] * 3
    assert [row["held_charges"] for row in rows] == ["0.00", "100.05", "0.00"]
    assert [row["held"] for row in rows] == ["0", "1", "0"]
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())


SUMMARY = Summary(
    date(2026, 6, 1), date(2026, 6, 30), SummaryRow("", 2, 3, 2, 30015, 10005), 0, 1, (),
    tuple(SummaryRow(name, 1, 1, 1, 10005, 0) for name in FORMULAS), (),
    tuple(OfDay("2026-06-30", SummaryRow(name, 1, 1, 1, 10005, 0)) for name in FORMULAS),
)  # fmt: skip


def test_no_cell_of_the_csv_is_a_formula() -> None:
    """A payer's id comes from the claim, and a spreadsheet would run it."""
    rows = list(csv.reader(io.StringIO(summary_csv(SUMMARY), newline="")))
    for what in ("payer", "day-payer"):
        assert [row[1] for row in rows if row[0] == what] == [f"'{name}" for name in FORMULAS]
    assert [cell(text) for text in ("", "LHP01", "a=b")] == ["", "LHP01", "a=b"]


def test_no_cell_of_the_csv_breaks_its_row() -> None:
    """Controls in a payer's id: a carriage return alone ends a row for some readers."""
    part = SummaryRow("\t\r\n=1", 1, 1, 1, 0, 0)
    text = summary_csv(replace(SUMMARY, payers=(part,), day_payers=(OfDay("2026-06-30", part),)))
    assert "\r" not in text
    assert "\t" not in text
    assert len(text.splitlines()) == 4


def test_the_json_says_its_schema(spool: Spool, ledger: Ledger) -> None:
    """Amounts are texts in dollars, a rate is a number from 0 to 1, or null without claims."""
    found = json.loads(summary_json(SUMMARY))
    assert found["schema"] == "scrubber.summary/1"
    assert (found["charges"], found["held_charges"], found["failed"]) == ("300.15", "100.05", 1)
    assert found["clean_claim_rate"] == 0.666666  # rounded down, as everywhere
    status = json.loads(status_json(status_of(spool, ledger, today())))
    assert status["schema"] == "scrubber.status/1"
    assert status["today"]["clean_claim_rate"] is None


def test_the_text_shows_no_control_characters() -> None:
    """A payer's id must not move the cursor of a terminal."""
    odd = replace(SUMMARY, payers=(SummaryRow("\x1b[2J\t\r\n", 1, 1, 1, 0, 0),))
    text = summary_text(odd)
    assert "\x1b" not in text
    assert "\t" not in text
    assert "\r" not in text


@given(st.integers(1, 10**6).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_a_percentage_never_promises_more_than_there_is(share: tuple[int, int]) -> None:
    """Rounded down: only all is 100, and what is shown is within a tenth of the truth."""
    part, whole = share
    shown = float(percent(part / whole).removesuffix("%"))
    assert (shown == 100) == (part == whole)
    assert shown <= 100 * part / whole + 1e-9
    assert 100 * part / whole - shown < 0.1 + 1e-9


@pytest.mark.parametrize(
    ("rate", "text"), [(None, "-"), (0.0, "0.0%"), (0.99999, "99.9%"), (1.0, "100.0%"), (0.29, "29.0%")]
)
def test_a_percentage_reads_well(rate: float | None, text: str) -> None:
    """One decimal; a dash where there are no claims."""
    assert percent(rate) == text


def test_a_round_percentage_is_shown_as_it_is() -> None:
    """Binary fractions must not make 56.9 of 57.0."""
    for thousandth in range(1001):
        assert percent(thousandth / 1000) == f"{thousandth // 10}.{thousandth % 10}%"


def test_the_status_counts_every_folder(spool: Spool, ledger: Ledger) -> None:
    """What waits and since when, what is left alone and why, what is to be sent, held, failed."""
    drop(spool, "a.837", batch(1))
    drop(spool, "b.837", batch(2, held=True))
    run_once(spool)

    def fails(*_: object) -> JobVerdict:
        raise ValueError

    drop(spool, "c.837", batch(3))
    run_once(spool, fails)
    os.utime(drop(spool, "d.837", batch(4)), (0, 0))
    (spool.inbox / "e.part").write_bytes(b"")
    found = status_of(spool, ledger, today())
    assert (found.waiting, found.oldest, found.working) == (1, "1970-01-01T00:00:00Z", 0)
    assert (found.out, found.held, len(found.failed)) == (1, 1, 1)
    assert found.skipped == {"unfinished file name": 1}
    assert (found.today.files, found.today.held) == (2, 1)
    text = status_text(found)
    assert "no watch is running" in text
    assert f"failed {found.failed[0].job}: tried 3 times" in text
    with owned(spool):
        assert status_of(spool, ledger, today()).is_owned
