"""Which claims a list shows, and in which order: from an address to the claims, and back.

What is searched for may be a patient, so it is not part of an address.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from scrubber.spool.layout import is_job_id
from scrubber.spool.worklist.claims import HeldFor
from scrubber.spool.worklist.states import STATES, TO_DO
from scrubber.spool.worklist.wanted import Wanted
from scrubber.spool.worklist.worklist import WorkItem

PAGE = 50
_LONGEST = 100
_REMEDY = 8
"""Digits of the hash by which an address names a remedy, which may hold values of a claim."""


def _text_of_record(name: str) -> Callable[[WorkItem], Any]:
    return lambda item: getattr(item.record, name).upper() if item.record else ""


SORTS: dict[str, Callable[[WorkItem], Any]] = {
    "charges": lambda item: item.row.cents,
    "waiting": lambda item: item.row.since,
    "state": lambda item: STATES.index(item.row.state),
    "owner": lambda item: item.row.owner.upper(),
    "payer": lambda item: item.row.payer.upper(),
    "edits": lambda item: item.row.edits,
    "service": _text_of_record("service"),
    "claim": _text_of_record("number"),
    "patient": _text_of_record("patient"),
}
OF_PATIENTS = frozenset({"claim", "patient"})
"""Orders that tell something of a patient."""


@dataclass(frozen=True, slots=True)
class Query:
    """What a list shows. All values are as in the address; what is not understood there counts as not given.

    ``state`` is a state, ``all``, or empty for what waits for a person. ``reason`` is an edit with, perhaps,
    one of its remedies. ``order`` is a key of `SORTS`; ``down`` is ``1`` for the highest first, else ``0``.
    """

    state: str = ""
    owner: str = ""
    payer: str = ""
    edit: str = ""
    reason: str = ""
    days: str = ""
    dollars: str = ""
    job: str = ""
    order: str = "charges"
    down: str = "1"

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Query:
        """Read an address."""
        values = {one.name: given[one.name].strip()[:_LONGEST] for one in fields(cls) if one.name in given}
        query = replace(cls(), **values)
        return replace(
            query,
            state=query.state if query.state in (*STATES, "all") else "",
            days=query.days if _is_number(query.days) else "",
            dollars=query.dollars if _is_number(query.dollars) else "",
            job=query.job if is_job_id(query.job) else "",
            order=query.order if query.order in SORTS else "charges",
            down=query.down if query.down in ("0", "1") else "1",
        )

    @property
    def address(self) -> dict[str, str]:
        """What an address must have, apart from what is usual."""
        usual = Query()
        names = [one.name for one in fields(self)]
        return {name: getattr(self, name) for name in names if getattr(self, name) != getattr(usual, name)}

    @property
    def is_filtered(self) -> bool:
        """Return True if it does not show all claims that wait for a person."""
        return bool(set(self.address) - {"order", "down"})

    @property
    def states(self) -> tuple[str, ...]:
        """The states of the ledger that it shows; empty for all."""
        if self.state == "all" or (self.job and not self.state):
            return ()
        return (self.state,) if self.state else TO_DO

    @property
    def wanted(self) -> Wanted:
        """What is asked for."""
        return Wanted(
            owner=self.owner or None,
            edit=self.edit or None,
            payer=self.payer or None,
            days=int(self.days) if self.days else None,
            cents=int(self.dollars) * 100 if self.dollars else None,
        )


def claims_of(listed: Iterable[WorkItem], query: Query, search: str, today: date) -> list[WorkItem]:
    """Return which of the claims in the states of a list are in it, in its order."""
    wanted, words = query.wanted, search.upper().split()
    found = [
        item
        for item in listed
        if wanted.takes(item, today)
        and (not query.job or item.row.job == query.job)
        and (not query.reason or has_reason(item, query.reason))
        and (not words or _has_all(item, words))
    ]
    # The list comes with the highest charges first, which decides where two are equal.
    found.sort(key=SORTS[query.order], reverse=query.down == "1")
    return found


def reason_of(edit: str, to_do: str) -> str:
    """Return how an address names a reason: an edit and one of its remedies."""
    return f"{edit}.{hashlib.sha256(to_do.encode('utf-8', 'replace')).hexdigest()[:_REMEDY]}"


def reasons_of(item: WorkItem) -> dict[str, HeldFor]:
    """Return the reasons that hold a claim, each with the first finding of it."""
    found: dict[str, HeldFor] = {}
    for finding in item.record.findings if item.record else ():
        found.setdefault(reason_of(finding.edit, finding.to_do), finding)
    return found


def has_reason(item: WorkItem, reason: str) -> bool:
    """Return True if a claim is held for a reason, or by the edit if no remedy is named."""
    return reason in item.row.edits.split() if "." not in reason else reason in reasons_of(item)


def digest_of(items: Iterable[WorkItem]) -> str:
    """Return what differs if a list has other claims, or if something happened to one of them."""
    seen = [(row.id, *row.history) for row in (item.row for item in items)]
    return hashlib.sha256(repr(seen).encode("utf-8", "replace")).hexdigest()[:16]


def page_of(items: Sequence[WorkItem], number: int) -> tuple[Sequence[WorkItem], int, int]:
    """Return the claims of a page (from 1), its number within what there is, and the number of pages."""
    pages = max(1, -(-len(items) // PAGE))
    number = max(1, min(number, pages))
    return items[(number - 1) * PAGE : number * PAGE], number, pages


def _has_all(item: WorkItem, words: Sequence[str]) -> bool:
    row, record = item.row, item.record
    texts = [row.id, row.owner, row.payer, row.edits, item.note, item.refusal]
    if record:
        texts += [record.number, record.patient, record.member_id, record.provider, record.npi]
        texts += [record.payer_name, record.service, *(finding.message for finding in record.findings)]
    text = "\n".join(texts).upper()
    return all(word in text for word in words)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 7
