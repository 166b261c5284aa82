"""Sums by day: what decisions add up to, whichever way they came into the ledger."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from scrubber.cli.watch.spool_figures import summary_csv, summary_json
from scrubber.spool.jobs.job_files import Failure
from scrubber.spool.ledger.rebuild import rebuild
from scrubber.spool.ledger.summary import OfDay, SummaryRow, added, summarise
from tests.support.ledgers import Made, count, edit, making
from tests.support.spool import in_ledger


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    with making(tmp_path) as found:
        yield found


def test_a_ledger_made_anew_adds_up_all_days(made: Made) -> None:
    """Several files a day, of several days, payers and packs; a file counts once for each of its payers."""
    payers = (count("LHP01", 5, 1), count("LHP01", 3, 2, pack="medicaid"), count("TMB02", 2))
    for ago, edits in ((1, [edit("NDC-03", 2), edit("NDC-03", 4, "warn")]), (0, [edit("NDC-03", 1)])):
        for decided in (
            made.record(ago, *payers, edits=edits),
            made.record(ago, count("LHP01", 1, 1), edits=edits),
        ):
            folder = made.spool.archive / decided.taken.day.isoformat() / decided.label
            folder.mkdir(parents=True)
            (folder / "manifest.json").write_bytes(decided.to_json())
    queries = ("SELECT * FROM payers ORDER BY day, payer", "SELECT * FROM edits ORDER BY severity, day")
    before = [made.ledger.rows(query, ()) for query in queries]
    assert before == [
        [
            ("2026-06-29", "LHP01", 2, 9, 5, 900_00, 400_00),
            ("2026-06-29", "TMB02", 1, 2, 2, 200_00, 0),
            ("2026-06-30", "LHP01", 2, 9, 5, 900_00, 400_00),
            ("2026-06-30", "TMB02", 1, 2, 2, 200_00, 0),
        ],
        [
            ("reject", "2026-06-29", "NDC-03", 4, 4, 400_00),
            ("reject", "2026-06-30", "NDC-03", 2, 2, 200_00),
            ("warn", "2026-06-29", "NDC-03", 8, 8, 800_00),
        ],
    ]
    rebuild(made.spool)
    assert [in_ledger(made.spool, query) for query in queries] == before


def test_days_and_payers_cross(made: Made) -> None:
    """Each day's numbers of each payer, which add up to the days and to the payers."""
    for ago in (2, 1, 1, 0):
        made.record(ago, count("LHP01", 30 - ago, 3), count("TMB02", 2, 1))
    made.record(0, count("", 1))
    found = summarise(made.ledger, date(2026, 6, 29), date(2026, 6, 30))
    assert found.day_payers == (
        OfDay("2026-06-29", SummaryRow("LHP01", 2, 58, 52, 5800_00, 600_00)),
        OfDay("2026-06-29", SummaryRow("TMB02", 2, 4, 2, 400_00, 200_00)),
        OfDay("2026-06-30", SummaryRow("", 1, 1, 1, 100_00, 0)),
        OfDay("2026-06-30", SummaryRow("LHP01", 1, 30, 27, 3000_00, 300_00)),
        OfDay("2026-06-30", SummaryRow("TMB02", 1, 2, 1, 200_00, 100_00)),
    )
    for day in found.days:
        parts = [part for name, part in found.day_payers if name == day.name]
        # A file with claims of two payers is a file of each.
        assert replace(added(parts), name=day.name, files=day.files) == day
    for payer in found.payers:
        parts = [part for _, part in found.day_payers if part.name == payer.name]
        assert replace(added(parts), name=payer.name) == payer
    rows = [row for row in csv.DictReader(io.StringIO(summary_csv(found))) if row["what"] == "day-payer"]
    columns = ("day", "name", "files", "held", "held_charges", "rate")
    assert [[row[column] for column in columns] for row in rows] == [
        ["2026-06-29", "LHP01", "2", "6", "600.00", "0.8965"],
        ["2026-06-29", "TMB02", "2", "2", "200.00", "0.5000"],
        ["2026-06-30", "", "1", "0", "0.00", "1.0000"],
        ["2026-06-30", "LHP01", "1", "3", "300.00", "0.9000"],
        ["2026-06-30", "TMB02", "1", "1", "100.00", "0.5000"],
    ]
    assert json.loads(summary_json(found))["day_payers"][3] == {
        "day": "2026-06-30", "payer": "LHP01", "files": 1, "claims": 30, "accepted": 27, "held": 3,
        "charges": "3000.00", "held_charges": "300.00", "clean_claim_rate": 0.9,
    }  # fmt: skip


def test_failures_belong_to_the_day_of_their_job(made: Made) -> None:
    """As files do, whatever the time in UTC was when they were given up."""
    for job in ("20260628-235959-ffffffff", "20260629-000000-00000000", "20260629-235959-ffffffff"):
        made.ledger.record_failure(Failure(job, "2026-06-30T07:15:00Z", "why"))
    days = [date(2026, 6, day) for day in (27, 28, 29, 30)]
    assert [summarise(made.ledger, day, day).failed for day in days] == [0, 1, 2, 0]
    assert summarise(made.ledger, date(999, 1, 1), date(9999, 12, 31)).failed == 3
