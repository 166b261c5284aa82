"""Import answers into the feedback store of a spool: first the claims of its archive, then the answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scrubber.engine.policy import Policy
from scrubber.feedback.importing import AnswersImported, ClaimsImported, import_answers, import_claims
from scrubber.feedback.store import Store
from scrubber.spool.jobs.failing import archived
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.worklist.claims import read_claims
from scrubber.x12.source import Source


def import_archive(
    spool: Spool,
    ledger: Ledger,
    store: Store,
    policy: Policy,
    as_of: date | None = None,
    *,
    again: bool = False,
) -> Iterator[ClaimsImported]:
    """Evaluate and keep the claims of the archive, file by file, as of the days on which they were scrubbed.

    Files that were imported before are left out, unless ``again`` is true.
    """
    for row in list(ledger.jobs()):
        folder = archived(spool, row)
        path = folder / "original.837"
        if row.pruned or not path.exists() or (not again and store.knows_claims(row.sha256)):
            continue
        held = {record.ordinal for record, _ in read_claims(folder) if record.held}
        source = Source(row.job, row.job, path)
        yield import_claims(source, store, policy, as_of or row.day, not_sent=held)


def import_file(source: Source, store: Store, ledger: Ledger) -> AnswersImported:
    """Import a file of answers, and note in the audit log that it was."""
    done = import_answers(source, store)
    if not done.is_known and done.has_answers:
        ledger.note(
            "answers imported",
            sha256=done.sha256,
            payments=done.payments,
            claims=done.claims,
            statuses=done.statuses,
            receipts=done.receipts,
        )
    return done
