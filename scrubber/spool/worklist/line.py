"""A claim of the work list as it is shown, masked on request."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from scrubber.report.masking import HIDDEN
from scrubber.spool.worklist.worklist import Moment, WorkItem
from scrubber.text import in_dollars, plain, spoken

NOT_KEPT = "not in the archive"
WITH_ENVELOPE = "held with its envelope"


class WorkLine(NamedTuple):
    """A claim of the list; all texts are safe for terminals. ``days`` is its age, ``service_date`` is ISO.

    ``what_is_wrong`` and ``to_do`` are of the first finding that holds it; of a claim that was refused, the
    former is the reason. With a mask, it has only values that a masked report has: the title in place of the
    message, and no texts of people.
    """

    id: str
    claim: str
    state: str
    owner: str
    days: int
    charges: Decimal
    payer_id: str
    payer: str
    edits: str
    patient: str
    service_date: str
    provider: str
    what_is_wrong: str
    to_do: str
    note: str
    notes: int
    job: str


def line_of(item: WorkItem, today: date, *, masked: bool) -> WorkLine:
    """Return a claim as it is listed."""
    row, record = item.row, item.record
    first = record.findings[0] if record and record.findings else None
    if item.refusal:
        wrong, to_do = refusal_of(item), ""
    elif first is None:
        wrong, to_do = "" if row.edits else WITH_ENVELOPE, ""
    else:
        wrong, to_do = (first.title, "") if masked else (first.message, first.to_do)
    return WorkLine(
        id=row.id,
        claim=HIDDEN if masked else plain(record.number) if record else NOT_KEPT,
        state=spoken(row.state),
        owner=plain(row.owner),
        days=item.age(today),
        charges=in_dollars(row.cents),
        payer_id=plain(row.payer),
        payer=plain(record.payer_name) if record else "",
        edits=row.edits,
        patient="" if record is None else HIDDEN if masked else plain(record.patient),
        service_date=record.service if record else "",
        provider=plain(record.provider) if record else "",
        what_is_wrong=plain(wrong),
        to_do=plain(to_do),
        note=HIDDEN if masked and item.note else plain(item.note),
        notes=row.notes,
        job=row.job,
    )


def refusal_of(item: WorkItem) -> str:
    """Return why a claim was refused, without the answer that says so; it has codes and amounts only."""
    return item.refusal.partition(": ")[2]


def text_of(moment: Moment, *, masked: bool) -> str:
    """Return the text of an event; a note, and a value of a claim, may tell of the patient."""
    return HIDDEN if masked and moment.text and moment.what in _OF_PATIENTS else plain(moment.text)


_OF_PATIENTS = ("noted", "changed")
