"""Numbers out of the ledger: claims, charges, the clean-claim rate, the edits and payers that matter most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scrubber.spool.ledger import Ledger

_TOP = 10


@dataclass(frozen=True, slots=True)
class Part:
    """Numbers of some claims: of a day, of a payer. Charges in cents."""

    name: str
    files: int
    claims: int
    accepted: int
    cents: int
    held_cents: int

    @property
    def held(self) -> int:
        """Claims that are held."""
        return self.claims - self.accepted

    @property
    def rate(self) -> float | None:
        """The clean-claim rate: accepted of all claims, from 0 to 1; ``None`` without claims."""
        return self.accepted / self.claims if self.claims else None


@dataclass(frozen=True, slots=True)
class TopEdit:
    """How often an edit held claims; claims and their charges in cents count once for each edit."""

    edit: str
    findings: int
    claims: int
    cents: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A period, its last day included. Files that came more than once count each time."""

    since: date
    until: date
    whole: Part
    unreadable: int
    failed: int
    days: tuple[Part, ...]
    payers: tuple[Part, ...]
    edits: tuple[TopEdit, ...]


def summarise(ledger: Ledger, since: date, until: date) -> Summary:
    """Add up the jobs of these days. Raises OSError, SpoolError."""
    period = (since.isoformat(), until.isoformat())
    whole = ledger.rows(
        "SELECT '', count(*), coalesce(sum(claims), 0), coalesce(sum(accepted), 0), coalesce(sum(cents), 0),"
        " coalesce(sum(held_cents), 0) FROM jobs WHERE day BETWEEN ? AND ?",
        period,
    )
    days = ledger.rows(
        "SELECT day, count(*), sum(claims), sum(accepted), sum(cents), sum(held_cents) FROM jobs"
        " WHERE day BETWEEN ? AND ? GROUP BY day ORDER BY day",
        period,
    )
    payers = ledger.rows(
        "SELECT payer, count(DISTINCT job), sum(payers.claims), sum(payers.accepted), sum(payers.cents),"
        " sum(payers.held_cents) FROM payers JOIN jobs USING (job) WHERE day BETWEEN ? AND ?"
        " GROUP BY payer ORDER BY sum(payers.held_cents) DESC, payer",
        period,
    )
    edits = ledger.rows(
        "SELECT edit, sum(findings), sum(edits.claims), sum(edits.cents) FROM edits JOIN jobs USING (job)"
        " WHERE severity = 'reject' AND day BETWEEN ? AND ?"
        " GROUP BY edit ORDER BY sum(edits.claims) DESC, edit LIMIT ?",
        (*period, _TOP),
    )
    unreadable = ledger.rows(
        "SELECT count(*) FROM jobs WHERE verdict = 'unreadable' AND day BETWEEN ? AND ?", period
    )
    failed = ledger.rows("SELECT count(*) FROM failures WHERE substr(at, 1, 10) BETWEEN ? AND ?", period)
    return Summary(
        since, until, Part(*whole[0]), unreadable[0][0], failed[0][0],
        tuple(Part(*row) for row in days),
        tuple(Part(*row) for row in payers),
        tuple(TopEdit(*row) for row in edits),
    )  # fmt: skip
