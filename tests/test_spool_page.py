"""The spool's page: numbers of the ledger, links to reports, and nothing that could run."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from lxml import html

from scrubber.spool.layout import Spool
from scrubber.spool.ledger import JobRow
from scrubber.spool.page import page
from scrubber.spool.summary import Part, Summary, TopEdit
from tests.support.spool import batch, drop, real, run_once

TODAY = date(2026, 6, 30)
HOSTILE = '"><script>alert(1)</script>'


def parsed(text: str) -> Any:
    """The page as lxml reads it, whose type has more than its stubs know."""
    return html.fromstring(text)


def summary_of(*days: Part, payer: str = "LHP01") -> Summary:
    whole = Part(
        "", sum(part.files for part in days), sum(part.claims for part in days),
        sum(part.accepted for part in days), sum(part.cents for part in days),
        sum(part.held_cents for part in days),
    )  # fmt: skip
    payers = (Part(payer, whole.files, whole.claims, whole.accepted, whole.cents, whole.held_cents),)
    return Summary(TODAY, TODAY, whole, 1, 2, days, payers, (TopEdit("PAIR-01", 3, 2, 6400),))


def test_the_numbers_are_those_of_the_ledger(tmp_path: Path) -> None:
    """Today, seven days and all days have their own rate; only the week's days count for the week."""
    old = (TODAY - timedelta(days=7)).isoformat()
    days = (Part(old, 1, 90, 90, 0, 0), Part(TODAY.isoformat(), 2, 10, 5, 200_00, 100_00))
    text = page(Spool(tmp_path), summary_of(*days), [], TODAY)
    tiles = [tile.text_content() for tile in parsed(text).find_class("tile")]
    assert tiles == [
        "Today50.0 % 10 claims",
        "Seven days50.0 % 10 claims",
        "90 days95.0 % 100 claims",
        "Held5 worth $100.00",
        "Unreadable or failed3 files",
    ]


def test_nothing_of_a_claim_becomes_markup(tmp_path: Path) -> None:
    """A payer's id comes from claims; the page shows it as text and allows no script at all."""
    text = page(Spool(tmp_path), summary_of(Part("2026-06-30", 1, 1, 1, 0, 0), payer=HOSTILE), [], TODAY)
    root = parsed(text)
    assert root.findall(".//script") == []
    assert HOSTILE in root.text_content()
    assert "default-src 'none'" in text


def test_without_jobs_it_says_so(tmp_path: Path) -> None:
    """An empty spool has a page, too."""
    nothing = Summary(TODAY, TODAY, Part("", 0, 0, 0, 0, 0), 0, 0, (), (), ())
    text = page(Spool(tmp_path), nothing, [], TODAY)
    assert text.count("Nothing yet.") == 4
    assert "Clean-claim rate -" in text


def test_jobs_without_a_report_are_no_links(tmp_path: Path) -> None:
    """After a pruning the job is still named."""
    job = JobRow("20260630-070000-00c0ffee", 1, TODAY, "batch", "clean", "0" * 64, True, "1" * 64, "")
    root = parsed(page(Spool(tmp_path), summary_of(), [job], TODAY))
    assert "20260630-070000-00c0ffee" in root.text_content()
    assert root.findall(".//tbody//a") == []


def test_a_run_writes_the_page(tmp_path: Path) -> None:
    """After a run the page links to the report of the job, and the link leads there."""
    spool = Spool(tmp_path / "spool")
    spool.create()
    drop(spool, "morning.837", batch(1))
    run_once(spool, real())
    root = parsed((spool.reports / "index.html").read_text(encoding="utf-8"))
    (link,) = root.findall(".//tbody//a")
    assert (spool.reports / str(link.get("href"))).is_file()
