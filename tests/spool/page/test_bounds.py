"""What senders write stays text on the spool's page, and the page stays small and quick."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import html

from scrubber.spool.jobs.job_files import Failure, PayerCount
from scrubber.spool.ledger.summary import summarise
from tests.support.ledgers import TODAY, Made, ago, count, edit, making, rows_of
from tests.support.spool import batch, drop, make_spool, run_once

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    with making(tmp_path) as found:
        yield found


def test_nothing_of_a_claim_becomes_markup(made: Made) -> None:
    """A payer's id comes from claims; the page shows it as text and allows no script at all."""
    odd = (HOSTILE, "", "x" * 5000, "\x00\x1b[2J\u202e\r\n", "' OR 1=1 --", "1 other payer")
    made.record(0, *(count(payer, 90, 1) for payer in odd))
    made.record(0, *(count(f"P{number:02}", 10) for number in range(30)))
    root = made.page()
    text = made.text
    assert not {"script", "img", "style"} & {element.tag for element in root.find("body").iter()}
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    assert text.replace("\n", "").isprintable()
    assert "default-src 'none'" in text
    names = [row[0] for row in rows_of(root, "Clean-claim rate by payer")[1:]]
    shown = [HOSTILE, "unknown", "x" * 59 + "…", "??[2J???", "' OR 1=1 --", "1 other payer"]
    assert sorted(names[:6]) == sorted(shown)
    assert names[20] == "16 other payers"
    assert set(rows_of(root, "Clean-claim rate by day and payer")[0][1:7]) == {
        name[:23] + "…" if len(name) > 24 else name for name in shown
    }
    assert len(text) < 50_000


NAMES = (
    "a&b.837", '"><script>alert(1)<.837', "a...837", "%2e%2e%2f.837", "javascript:alert(1).837",
    "\u202egnp.837", "-rf *.837", "new\nline\t.837", "\udcff.837", "a b#c?d.837",
)  # fmt: skip


def test_no_name_of_a_file_becomes_markup_or_an_address(tmp_path: Path) -> None:
    """Whatever senders call their files, links lead to the reports of their jobs and nowhere else."""
    spool = make_spool(tmp_path)
    for number, name in enumerate(NAMES, start=1):
        drop(spool, name, batch(number, held=number % 2 == 0))
    run_once(spool)
    text = (spool.reports / "index.html").read_text(encoding="utf-8")
    root = html.fromstring(text)
    links = [str(link.get("href")) for link in root.findall(".//tbody//a")]
    assert len(links) == len(NAMES) + len(NAMES) // 2
    assert {(spool.reports / link).resolve() for link in links} == set(spool.reports.glob("*/*/*.json"))
    places = [str(code.text) for code in root.iter("code")]
    assert {spool.root / place for place in places} == set(spool.held.iterdir())
    assert text.replace("\n", "").isprintable()
    assert root.findall(".//body//script") == []


def test_absurd_charges_do_not_stop_the_watch(made: Made) -> None:
    """Sums that no integer can hold are shown as far as they go; the page and the summary are written."""
    absurd = Decimal(10) ** 30
    for number in range(3):
        many = (PayerCount(f"{number}-{at}", "p", 1, 0, absurd, absurd) for at in range(10))
        made.record(0, *many)
    for table in ("payers", "jobs"):
        made.ledger.connection.execute(f"UPDATE {table} SET cents = ?1, held_cents = ?1", (2**62,))
    root = made.page()
    assert rows_of(root, "Clean-claim rate by payer")[-1][:3] == ["10 other payers", "0.0%", "10 of 10"]
    assert summarise(made.ledger, ago(9), TODAY).whole.claims == 30


def test_the_page_stays_small(made: Made) -> None:
    """However many files and payers there are: at most 200 jobs, 21 payers, 9 columns."""
    for number in range(320):
        payers = (count(f"{number:03}-{at}".ljust(80, "X"), 2, 1) for at in range(4))
        made.hold(number % 80, *payers, stem="x" * 60, edits=[edit(f"EDIT-{number:03}", 1)])
    root = made.page()
    jobs = rows_of(root, "Files in held/")[1:] + rows_of(root, "Files in held/: more rows")[1:]
    assert len(jobs) == 50
    assert "the first 50 of 320" in root.text_content()
    recent = (
        rows_of(root, "Recently processed files")[1:]
        + rows_of(root, "Recently processed files: more rows")[1:]
    )
    assert len(recent) == 150
    assert recent[0][0].endswith("-00000140")
    assert len(rows_of(root, "Clean-claim rate by payer")) == 1 + 21
    assert {len(row) for row in rows_of(root, "Clean-claim rate by day and payer: more rows")} == {1 + 9}
    assert len(made.text) < 250_000


def test_the_ledger_s_age_costs_nothing(made: Made) -> None:
    """What lies before the ninety days is not looked at: SQLite takes the same steps, whatever there is."""

    def steps() -> int:
        taken: list[None] = []
        made.ledger.connection.set_progress_handler(lambda: taken.append(None), 1)
        made.page()
        made.ledger.connection.set_progress_handler(None, 1)
        return len(taken)

    def fill(days: range) -> None:
        for day in days:
            made.record(day, count("LHP01", 3, 1), count("TMB02", 3), edits=[edit("NDC-03", 1)])
            made.ledger.record_failure(Failure(f"{ago(day):%Y%m%d}-081500-00000000", "", "why"))

    fill(range(1000, 800, -1))
    fill(range(80, 0, -2))
    few = steps()
    assert few > 1000
    fill(range(2000, 1000, -1))
    assert abs(steps() - few) < few / 20
