"""Recreating the ledger from the archive and ``failed/``.

An archive may have manifests of several spools, each with a chain of its own: decisions are linked by hash,
and the ledger numbers them all in the order in which they were made.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from scrubber.errors import SpoolError
from scrubber.spool.durable import sync_folder
from scrubber.spool.jobs.failing import failure_of
from scrubber.spool.jobs.job_files import MANIFEST, PRUNED, WHY, Failure, JobDecision
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.audit import VIEWED, AuditRow
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.ledger.work_rows import RecordAt
from scrubber.spool.worklist.claims import read_claims, record_finder
from scrubber.spool.worklist.event_files import EVENTS_FILE, Recorded, locked, read_events

_ASIDE = ".damaged"
_PART = ".part"


def rebuild_if_missing(spool: Spool) -> None:
    """Recreate a missing ledger from the archive at the start of a watch."""
    if not spool.ledger.exists():
        rebuild(spool)


def rebuild(spool: Spool) -> int:
    """Recreate the ledger, as the spool's owner, and return the number of jobs in it.

    An existing ledger is kept as ``ledger.db.damaged``. What only the ledger had is lost: the audit log's
    entries on tries and retries, but not those on who was shown patients, if they can be read. Raise
    SpoolError for an unreadable manifest.
    """
    with locked(spool):  # an event that is written now would be in the old ledger
        return _rebuild(spool)


def _rebuild(spool: Spool) -> int:
    part = spool.ledger.with_name(spool.ledger.name + _PART)
    for path in (part, part.with_name(part.name + "-journal")):
        path.unlink(missing_ok=True)
    decisions = in_order(manifests(spool))
    ledger = Ledger.making(part)
    try:
        ledger.carry_over(_views(spool))
        last = 0
        finders: dict[str, RecordAt] = {}
        events = _events_by_decision(spool, [decision for decision, _ in decisions])
        for decision, digest in decisions:
            last = max(last + 1, decision.sequence)
            _record(ledger, spool, decision, digest, last)
            for earlier, together in groupby(events.get(decision.job, ()), itemgetter(0)):
                finder = finders.setdefault(earlier.job, record_finder(_archived(spool, earlier)))
                ledger.record_events(earlier.job, [event for _, event in together], finder)
        for failure in _failures(spool):
            ledger.record_failure(failure)
        ledger.note("rebuilt", jobs=len(decisions))
    finally:
        ledger.close()
    if spool.ledger.exists():
        spool.ledger.replace(spool.ledger.with_name(spool.ledger.name + _ASIDE))
    # A journal of the old file must not be mistaken for one of the new.
    spool.ledger.with_name(spool.ledger.name + "-journal").unlink(missing_ok=True)
    part.rename(spool.ledger)
    sync_folder(spool.state)
    return len(decisions)


def _views(spool: Spool) -> list[AuditRow]:
    """Return who was shown patients, as the ledger has it; what was changed there is not taken over."""
    try:
        ledger = Ledger.reading(spool.ledger)
    except (OSError, SpoolError):
        return []
    try:
        return [row for row in ledger.audit() if row.event == VIEWED and row.is_sound]
    except (OSError, SpoolError):
        return []
    finally:
        ledger.close()


def _record(ledger: Ledger, spool: Spool, decision: JobDecision, digest: str, sequence: int) -> None:
    folder = _archived(spool, decision)
    try:
        ledger.record(decision, digest, sequence, read_claims(folder))
    except ValueError as error:  # a text that no database takes
        raise _damaged(folder / MANIFEST) from error
    marker = folder / PRUNED
    if marker.exists():
        ledger.mark_pruned(decision.job, marker.read_text(encoding="ascii"))


def _events_by_decision(
    spool: Spool, decisions: Sequence[JobDecision]
) -> dict[str, list[tuple[JobDecision, Recorded]]]:
    """Return all events by the job of the last decision before them, in the order in which they were entered.

    An event may bring a claim onto the list, so it is recorded when it was: among the decisions.
    """
    order = {decision.job: at for at, decision in enumerate(decisions)}
    found: defaultdict[str, list[tuple[JobDecision, Recorded]]] = defaultdict(list)
    for decision in decisions:
        folder = _archived(spool, decision)
        try:
            events = read_events(folder)
        except ValueError as error:
            raise SpoolError(
                f"{_place(folder / EVENTS_FILE)}: {EVENTS_FILE} is damaged; restore it from a backup"
            ) from error
        for event in events:
            # What another archive decided cannot be before the file that the event is filed with.
            is_later = order.get(event.line.after, -1) > order[decision.job]
            found[event.line.after if is_later else decision.job].append((decision, event))
    for together in found.values():
        together.sort(key=lambda entry: (entry[1].line.at, order[entry[0].job], entry[1].line.number))
    return found


def _archived(spool: Spool, decision: JobDecision) -> Path:
    return spool.archive / decision.taken.day.isoformat() / decision.label


def manifests(spool: Spool) -> Iterator[tuple[JobDecision, str]]:
    """Yield every manifest of the archive with its hash, in any order."""
    for path in sorted(spool.archive.glob(f"*/*/{MANIFEST}")):
        raw = path.read_bytes()
        try:
            decision = JobDecision.from_json(raw)
        except ValueError as error:
            raise _damaged(path) from error
        if path.parts[-3:-1] != (decision.taken.day.isoformat(), decision.label):
            raise _damaged(path)
        yield decision, hashlib.sha256(raw).hexdigest()


def in_order(decisions: Iterable[tuple[JobDecision, str]]) -> list[tuple[JobDecision, str]]:
    """Sort decisions by their numbers; where several chains use the same ones, by time along each chain."""
    found = sorted(decisions, key=lambda entry: entry[0].sequence)
    if len({decision.sequence for decision, _ in found}) == len(found):
        return found
    known = {digest for _, digest in found}
    after = defaultdict(list)
    for decision, digest in found:
        entry = (decision.decided, decision.sequence, decision.job, decision, digest)
        after[decision.previous if decision.previous in known else ""].append(entry)
    ready, ordered = after[""], []
    heapify(ready)
    while ready:
        *_, decision, digest = heappop(ready)
        ordered.append((decision, digest))
        for entry in after[digest]:
            heappush(ready, entry)
    return ordered


def _damaged(path: Path) -> SpoolError:
    return SpoolError(
        f"{_place(path)}: this manifest is damaged;"
        " restore it from a backup, or move its folder out of archive/"
    )


def _failures(spool: Spool) -> Iterator[Failure]:
    for path in sorted(spool.failed.glob(f"*/{WHY}")):
        yield failure_of(path.parent)


def _place(path: Path) -> str:
    """Return a job's folder as day and job ID, without the sender's file name."""
    return f"{path.parent.parent.name}/{path.parent.name.partition('_')[0]}"
