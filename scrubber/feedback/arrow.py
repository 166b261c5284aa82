"""The outcomes as Parquet: a row for each answered claim, and one for each denial. No number of a claim."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import BinaryIO

from scrubber.answers import ClaimPayment
from scrubber.feedback.columns import SCHEMA, TABLES
from scrubber.feedback.joining import Joined, outcomes
from scrubber.feedback.outcome import ClaimOutcome, Denial, Rejection
from scrubber.feedback.store import Store
from scrubber.report.arrow.batches import Gathered, ParquetFile
from scrubber.report.arrow.rows import Row
from scrubber.report.arrow.schema import schema_with


def write_outcomes(store: Store, create: Callable[[str], BinaryIO]) -> None:
    """Write both tables to the streams that ``create`` opens by the table's name, in flat memory."""
    tables = {name: _Table(name, create(name)) for name in TABLES}
    with store.reading():
        for outcome in outcomes(store, Joined()):
            if outcome.decision:
                tables["outcomes"].add([_outcome_row(outcome)])
                tables["denials"].add(_refusal_row(outcome, each) for each in outcome.refusals())
    for table in tables.values():
        table.end()


class _Table:
    """A table on its way into a file."""

    def __init__(self, name: str, stream: BinaryIO) -> None:
        schema = schema_with(TABLES[name], SCHEMA, name)
        self._rows = Gathered(schema)
        self._file = ParquetFile(schema, stream)

    def add(self, rows: Iterable[Row]) -> None:
        for batch in self._rows.add(rows):
            self._file.add(batch)

    def end(self) -> None:
        for batch in self._rows.rest():
            self._file.add(batch)
        self._file.end()


def _outcome_row(outcome: ClaimOutcome) -> Row:
    claim = outcome.claim
    days = [day for payment in outcome.payments if (day := payment.payment.paid_on)]
    answer = outcome.decided_by[1] if outcome.decided_by else None
    if not days and isinstance(answer, ClaimPayment) and answer.payment.paid_on:
        days.append(answer.payment.paid_on)
    return (
        claim.file, claim.ordinal or None, outcome.decision, claim.payer, claim.pack, claim.sent_on,
        max(days, default=None), claim.first, _dollars(claim.charge), _dollars(outcome.paid),
        _dollars(outcome.patient), _dollars(outcome.denied),
        list(dict.fromkeys(mark.edit for mark in claim.marks if mark.state == "rejects")),
    )  # fmt: skip


def _refusal_row(outcome: ClaimOutcome, refusal: Denial | Rejection) -> Row:
    claim = outcome.claim
    edits = [mark.edit for mark in refusal.marks]
    state = refusal.marks[0].state if refusal.marks else None
    if isinstance(refusal, Rejection):
        told: tuple[object, ...] = (None, None, None, list(refusal.statuses), _dollars(claim.charge))
    else:
        told = (refusal.line, refusal.group, refusal.carc, list(refusal.remarks), _dollars(refusal.cents))
    return (claim.file, claim.ordinal or None, *told, refusal.verdict, state, edits)


def _dollars(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents).scaleb(-2)
