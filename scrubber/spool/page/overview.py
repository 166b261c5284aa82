"""The data of the spool's page, from the ledger and the folders.

The page is written after every round: each query is limited to some days or jobs, whatever the age of the
ledger, and answered by an index.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from scrubber.spool.jobs.failing import failure_of
from scrubber.spool.jobs.job_files import Failure
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.ledger.summary import SummaryRow, TopEdit, added, days_of, edits_of, sent_on

DAYS = 90
_WAITING = 50
_RECENT = 150
_FAILED = 20
_PAYERS = 20
_COLUMNS = 8
_RISING = 10
_HELD = ".held.837"
_JOB_LINE = "SELECT job, day, stem, decided, verdict, claims, claims - accepted, held_cents FROM jobs"


class JobLine(NamedTuple):
    """A decided job; held charges in cents, ``decided`` in UTC."""

    job: str
    day: str
    stem: str
    decided: str
    verdict: str
    claims: int
    held: int
    held_cents: int

    @property
    def label(self) -> str:
        """The name of its files and folders."""
        return f"{self.job}_{self.stem}"

    @property
    def held_file(self) -> str:
        """The name of its file in ``held/``, if it has one."""
        return f"{self.label}{_HELD}"


class EditTrend(NamedTuple):
    """An edit and how many claims it held in the last seven days and in the seven days before."""

    edit: str
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is still in ``held/``: the totals, the first day (YYYY-MM-DD or empty), the file names.

    ``jobs`` are the first ones: unreadable files, then those with the highest held charges.
    """

    files: int
    claims: int
    cents: int
    since: str
    jobs: tuple[JobLine, ...] = ()
    names: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class PayerByDay:
    """Numbers by day (YYYY-MM-DD) and column: the payers with the most claims, then ``others`` as one."""

    columns: tuple[str, ...] = ()
    others: int = 0
    cells: Mapping[tuple[str, int], SummaryRow] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Overview:
    """All data of the page. ``days`` are the days of the period that had files, in order.

    ``payers`` are those with the highest held charges; ``other_payers`` is the number of others, which form
    one last entry. ``sent_on`` are claims, and their cents, that report-only runs did not hold.
    """

    today: date
    waiting: Waiting
    failed: int
    failures: tuple[Failure, ...]
    days: tuple[SummaryRow, ...]
    payers: tuple[SummaryRow, ...]
    other_payers: int
    cross: PayerByDay
    edits: tuple[TopEdit, ...]
    rises: tuple[EditTrend, ...]
    recent: tuple[JobLine, ...]
    sent_on: tuple[int, int] = (0, 0)

    @property
    def since(self) -> date:
        """The first day of the period."""
        return first_day(self.today, DAYS)

    def last_days(self, count: int, *, skipped: int = 0) -> SummaryRow:
        """Return the total of the last ``count`` days, or of as many before the last ``skipped`` ones."""
        until = self.today - timedelta(days=skipped)
        since = first_day(until, count)
        return added(part for part in self.days if since.isoformat() <= part.name <= until.isoformat())


def first_day(until: date, days: int) -> date:
    """Return the first of ``days`` days of which ``until`` is the last."""
    return until - timedelta(days=days - 1)


def overview(spool: Spool, ledger: Ledger, today: date) -> Overview:
    """Collect all data once. Raise OSError, SpoolError."""
    since = first_day(today, DAYS)
    payers, others = _payers(ledger, since, today)
    failed = sorted(spool.failed.iterdir(), reverse=True)
    return Overview(
        today=today,
        waiting=_waiting(spool, ledger),
        failed=len(failed),
        failures=tuple(failure_of(folder) for folder in failed[:_FAILED]),
        days=days_of(ledger, since, today),
        payers=payers,
        other_payers=others,
        cross=_cross(ledger, since, today),
        edits=edits_of(ledger, since, today),
        rises=_rises(ledger, today),
        recent=recent_jobs(ledger, _RECENT),
        sent_on=sent_on(ledger, since, today),
    )


def _waiting(spool: Spool, ledger: Ledger) -> Waiting:
    names = frozenset(path.name for path in spool.held.iterdir() if path.name.endswith(_HELD))
    jobs = json.dumps([name.partition("_")[0] for name in names])
    ((files, claims, cents, since),) = ledger.rows(
        "SELECT count(*), coalesce(sum(claims - accepted), 0), CAST(total(held_cents) AS INTEGER),"
        " coalesce(min(day), '') FROM json_each(?) AS name CROSS JOIN jobs ON job = name.value",
        (jobs,),
    )
    rows = ledger.rows(
        "SELECT job, day, stem, decided, verdict, claims, claims - accepted, held_cents"
        " FROM json_each(?) AS name CROSS JOIN jobs ON job = name.value"
        " ORDER BY jobs.verdict = 'unreadable' DESC, held_cents DESC, sequence LIMIT ?",
        (jobs, _WAITING),
    )
    return Waiting(files, claims, cents, since, tuple(JobLine(*row) for row in rows), names)


def recent_jobs(ledger: Ledger, most: int) -> tuple[JobLine, ...]:
    """Return the jobs decided last, the latest first."""
    return tuple(JobLine(*row) for row in ledger.rows(f"{_JOB_LINE} ORDER BY sequence DESC LIMIT ?", (most,)))


def job_line(ledger: Ledger, job: str) -> JobLine | None:
    """Return a decided job."""
    rows = ledger.rows(f"{_JOB_LINE} WHERE job = ?", (job,))
    return JobLine(*rows[0]) if rows else None


def _payers(ledger: Ledger, since: date, until: date) -> tuple[tuple[SummaryRow, ...], int]:
    """Return the top payers, followed by the total of all others if any; and the number of those."""
    rows = ledger.rows(
        "WITH ranked AS (SELECT payer, sum(files) AS files, sum(claims) AS claims, sum(accepted) AS accepted,"
        " total(cents) AS cents, total(held_cents) AS held_cents, row_number() OVER"
        " (ORDER BY total(held_cents) DESC, sum(claims) DESC, payer) AS place"
        " FROM payers WHERE day BETWEEN ? AND ? GROUP BY payer)"
        " SELECT count(*), min(payer), sum(files), sum(claims), sum(accepted), CAST(total(cents) AS INTEGER),"
        " CAST(total(held_cents) AS INTEGER) FROM ranked GROUP BY min(place, ?) ORDER BY min(place)",
        (since.isoformat(), until.isoformat(), _PAYERS + 1),
    )
    others = rows[_PAYERS][0] if len(rows) > _PAYERS else 0
    return tuple(SummaryRow(*sums) for _, *sums in rows), others


def _cross(ledger: Ledger, since: date, until: date) -> PayerByDay:
    period = (since.isoformat(), until.isoformat())
    ranked = ledger.rows(
        "SELECT payer, count(*) OVER () FROM payers WHERE day BETWEEN ? AND ?"
        " GROUP BY payer ORDER BY sum(claims) DESC, payer LIMIT ?",
        (*period, _COLUMNS),
    )
    cells = ledger.rows(
        "WITH ranked AS (SELECT payer, row_number() OVER (ORDER BY sum(claims) DESC, payer) AS place"
        " FROM payers WHERE day BETWEEN ?1 AND ?2 GROUP BY payer)"
        " SELECT day, min(place, ?3) - 1 AS at, '', sum(files), sum(claims), sum(accepted),"
        " CAST(total(cents) AS INTEGER), CAST(total(held_cents) AS INTEGER)"
        " FROM payers JOIN ranked USING (payer) WHERE day BETWEEN ?1 AND ?2 GROUP BY day, at",
        (*period, _COLUMNS + 1),
    )
    others = ranked[0][1] - len(ranked) if ranked else 0
    columns = tuple(row[0] for row in ranked)
    return PayerByDay(columns, others, {(day, at): SummaryRow(*sums) for day, at, *sums in cells})


def _rises(ledger: Ledger, today: date) -> tuple[EditTrend, ...]:
    week = first_day(today, 7).isoformat()
    rows = ledger.rows(
        "SELECT edit, total(CASE WHEN day >= ?1 THEN claims END) AS late,"
        " total(CASE WHEN day < ?1 THEN claims END) AS early FROM edits"
        " WHERE severity = 'reject' AND day BETWEEN ?2 AND ?3"
        " GROUP BY edit HAVING late > early ORDER BY late - early DESC, edit LIMIT ?4",
        (week, first_day(today, 14).isoformat(), today.isoformat(), _RISING),
    )
    return tuple(EditTrend(edit, int(now), int(before)) for edit, now, before in rows)
