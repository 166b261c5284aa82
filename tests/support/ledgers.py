"""Ledgers in tests: decisions of any day, recorded without a run, and the page that tells of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import html

from scrubber.engine.result import FileVerdict
from scrubber.spool.jobs.job_files import (
    DECISION_SCHEMA,
    EditCount,
    JobDecision,
    JobVerdict,
    PayerCount,
    Taken,
)
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.page.page import write_page
from scrubber.tables.status import TableStatus
from tests.support.spool import make_spool, unflushed

CHARGE = 100
"""What every claim charges, in dollars."""
TODAY = date(2026, 6, 30)
"""The day on which the page is written."""


def count(payer: str, claims: int, held: int = 0, *, pack: str = "commercial") -> PayerCount:
    """Claims of a payer, so many of them held."""
    charges, held_charges = Decimal(claims * CHARGE), Decimal(held * CHARGE)
    return PayerCount(payer, pack, claims, claims - held, charges, held_charges)


def edit(name: str, claims: int, severity: str = "reject") -> EditCount:
    """An edit that spoke of so many claims."""
    return EditCount(name, severity, "LHP01", claims, claims, Decimal(claims * CHARGE))


def decision(
    number: int, day: date, payers: Sequence[PayerCount], edits: Sequence[EditCount] = (), stem: str = "batch"
) -> JobDecision:
    """The decision on a file with these claims; one without any is unreadable."""
    claims, accepted = sum(entry.claims for entry in payers), sum(entry.accepted for entry in payers)
    verdict: FileVerdict = (
        "unreadable"
        if not claims
        else "clean"
        if accepted == claims
        else "partly_held"
        if accepted
        else "held"
    )
    sha256 = f"{number:064x}"
    said = JobVerdict(verdict, 1, sha256, claims, accepted, claims, tuple(payers), tuple(edits), (), (), ())
    job = f"{day:%Y%m%d}-071500-{number:08x}"
    taken = Taken(job, f"{stem}.837", 0, day)
    return JobDecision(DECISION_SCHEMA, number, "", f"{day.isoformat()}T07:15:00Z", stem, taken, said)


def record(
    ledger: Ledger,
    day: date,
    *payers: PayerCount,
    edits: Sequence[EditCount] = (),
    stem: str = "batch",
) -> JobDecision:
    """Record the next decision, and give it."""
    found = decision(ledger.last()[0] + 1, day, payers, edits, stem)
    ledger.record(found, found.verdict.sha256)
    return found


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@dataclass
class Made:
    """A spool whose ledger a test fills, and its page."""

    spool: Spool
    ledger: Ledger

    def record(self, days: int, *payers: PayerCount, **others: Any) -> JobDecision:
        return record(self.ledger, ago(days), *payers, **others)

    def hold(self, days: int, *payers: PayerCount, **others: Any) -> Path:
        """A decided file of which something waits in ``held/``."""
        path = self.spool.held / f"{self.record(days, *payers, **others).label}.held.837"
        path.write_bytes(b"")
        return path

    def page(self, titles: Mapping[str, str] | None = None, tables: Sequence[TableStatus] = ()) -> Any:
        """The page as lxml reads it, whose type has more than its stubs know."""
        write_page(self.spool, self.ledger, TODAY, titles or {}, tables)
        return html.fromstring(self.text)

    @property
    def text(self) -> str:
        return (self.spool.reports / "index.html").read_text(encoding="utf-8")


def rows_of(root: Any, caption: str) -> list[list[str]]:
    """The texts of the rows of the table with this caption, the heads first."""
    tables = [table for table in root.findall(".//table") if table.find("caption").text == caption]
    assert len(tables) <= 1
    return [
        [" ".join("".join(cell.xpath(".//text()[not(ancestor::title)]")).split()) for cell in line]
        for table in tables
        for line in table.iter("tr")
    ]


def tiles_of(root: Any) -> list[str]:
    return [tile.text_content() for tile in root.find_class("tile")]


@contextmanager
def making(folder: Path) -> Iterator[Made]:
    """A spool below a folder, with a ledger that is still empty."""
    spool = make_spool(folder)
    with unflushed():
        ledger = Ledger.making(spool.ledger)
        yield Made(spool, ledger)
        ledger.close()
