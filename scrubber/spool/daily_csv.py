"""The daily summary next to the day's reports: one line per file."""

from __future__ import annotations

import csv
import io

from scrubber.spool.durable import write_whole
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger

NAME = "summary.csv"
_HEAD = (
    "decided", "job", "file", "verdict", "claims", "accepted", "held", "charges", "held_charges",
)  # fmt: skip


def write_day(spool: Spool, ledger: Ledger, day: str) -> None:
    """Rewrite the summary of one day from the ledger."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEAD)
    rows = ledger.each(
        "SELECT decided, job, stem, verdict, claims, accepted, (claims - accepted) * is_held, cents,"
        " held_cents * is_held FROM (SELECT *, verdict <> 'would_be_held' AS is_held FROM jobs)"
        " WHERE day = ? ORDER BY sequence",
        (day,),
    )
    for *texts, cents, held_cents in rows:
        # A stem begins with a letter or digit, so no cell can be a formula.
        writer.writerow([*texts, f"{cents / 100:.2f}", f"{held_cents / 100:.2f}"])
    folder = spool.reports / day
    if folder.is_dir():
        write_whole(folder / NAME, out.getvalue().encode("ascii"), spool.access.billers)
