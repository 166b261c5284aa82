"""Totals from the ledger: claims, charges, the clean-claim rate, the top edits and payers.

Every query is answered by an index and limited to its days, however old the ledger is. Cents are added up by
total(), which never overflows, however absurd the charges, and is exact below 2**53.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from scrubber.spool.ledger.ledger import Ledger

_TOP = 10


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """Totals of some claims: of a day, of a payer. Charges in cents."""

    name: str
    files: int
    claims: int
    accepted: int
    cents: int
    held_cents: int

    @property
    def held(self) -> int:
        """The number of claims that are not accepted: held, or sent on by a report-only watch."""
        return self.claims - self.accepted

    @property
    def rate(self) -> float | None:
        """The clean-claim rate: accepted claims by all claims, from 0 to 1; ``None`` without claims."""
        return self.accepted / self.claims if self.claims else None


class OfDay(NamedTuple):
    """Totals of a day, YYYY-MM-DD; the name in ``part`` is the payer."""

    day: str
    part: SummaryRow


@dataclass(frozen=True, slots=True)
class TopEdit:
    """How often an edit held claims; claims and their charges in cents count once for each edit."""

    edit: str
    findings: int
    claims: int
    cents: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A period, including its last day. Files received more than once count each time.

    ``sent_on`` counts the claims that are counted as held and went out, since the watch was report-only.
    """

    since: date
    until: date
    whole: SummaryRow
    unreadable: int
    failed: int
    days: tuple[SummaryRow, ...]
    payers: tuple[SummaryRow, ...]
    edits: tuple[TopEdit, ...]
    day_payers: tuple[OfDay, ...] = ()
    sent_on: int = 0
    sent_on_cents: int = 0


def summarise(ledger: Ledger, since: date, until: date) -> Summary:
    """Add up the jobs of these days. Raise OSError, SpoolError."""
    days = days_of(ledger, since, until)
    payers = ledger.rows(
        "SELECT payer, sum(files), sum(claims), sum(accepted), CAST(total(cents) AS INTEGER),"
        " CAST(total(held_cents) AS INTEGER) FROM payers WHERE day BETWEEN ? AND ?"
        " GROUP BY payer ORDER BY total(held_cents) DESC, payer",
        _period(since, until),
    )
    day_payers = ledger.rows(
        "SELECT day, payer, files, claims, accepted, cents, held_cents FROM payers"
        " WHERE day BETWEEN ? AND ? ORDER BY day, payer",
        _period(since, until),
    )
    return Summary(
        since, until, added(days), _unreadable(ledger, since, until), _failed(ledger, since, until),
        days,
        tuple(SummaryRow(*row) for row in payers),
        edits_of(ledger, since, until),
        tuple(OfDay(day, SummaryRow(*row)) for day, *row in day_payers),
        *sent_on(ledger, since, until),
    )  # fmt: skip


def sent_on(ledger: Ledger, since: date, until: date) -> tuple[int, int]:
    """Return how many claims would have been held but for report-only runs, and their charges in cents.

    Where something else in their file was held, they are counted as held.
    """
    ((claims, cents),) = ledger.rows(
        "SELECT coalesce(sum(claims - accepted), 0), CAST(total(held_cents) AS INTEGER) FROM jobs"
        " WHERE day BETWEEN ? AND ? AND verdict = 'would_be_held'",
        _period(since, until),
    )
    return claims, cents


def days_of(ledger: Ledger, since: date, until: date) -> tuple[SummaryRow, ...]:
    """Return the days that had files, in order."""
    rows = ledger.rows(
        "SELECT day, count(*), sum(claims), sum(accepted), CAST(total(cents) AS INTEGER),"
        " CAST(total(held_cents) AS INTEGER) FROM jobs WHERE day BETWEEN ? AND ? GROUP BY day ORDER BY day",
        _period(since, until),
    )
    return tuple(SummaryRow(*row) for row in rows)


def edits_of(ledger: Ledger, since: date, until: date) -> tuple[TopEdit, ...]:
    """Return the edits that hold the most claims."""
    rows = ledger.rows(
        "SELECT edit, sum(findings), sum(claims), CAST(total(cents) AS INTEGER) FROM edits"
        " WHERE severity = 'reject' AND day BETWEEN ? AND ?"
        " GROUP BY edit ORDER BY sum(claims) DESC, edit LIMIT ?",
        (*_period(since, until), _TOP),
    )
    return tuple(TopEdit(*row) for row in rows)


def added(parts: Iterable[SummaryRow]) -> SummaryRow:
    """Return the total of parts that share no file."""
    files = claims = accepted = cents = held_cents = 0
    for part in parts:
        files += part.files
        claims += part.claims
        accepted += part.accepted
        cents += part.cents
        held_cents += part.held_cents
    return SummaryRow("", files, claims, accepted, cents, held_cents)


def _unreadable(ledger: Ledger, since: date, until: date) -> int:
    rows = ledger.rows(
        "SELECT count(*) FROM jobs WHERE day BETWEEN ? AND ? AND verdict = 'unreadable'",
        _period(since, until),
    )
    count: int = rows[0][0]
    return count


def _failed(ledger: Ledger, since: date, until: date) -> int:
    """Return the number of failed jobs; their IDs begin with the day and a dash, and a dot follows a dash."""
    rows = ledger.rows(
        "SELECT count(*) FROM failures WHERE job >= ? AND job < ?",
        tuple(day.isoformat().replace("-", "") + end for day, end in ((since, "-"), (until, "."))),
    )
    count: int = rows[0][0]
    return count


def _period(since: date, until: date) -> tuple[str, str]:
    return since.isoformat(), until.isoformat()
