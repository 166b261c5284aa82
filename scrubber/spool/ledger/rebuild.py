"""Recreating the ledger from the archive and ``failed/``.

An archive may have manifests of several spools, each with a chain of its own: decisions are linked by hash,
and the ledger numbers them all in the order in which they were made.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush
from pathlib import Path

from scrubber.errors import SpoolError
from scrubber.spool.durable import sync_folder
from scrubber.spool.jobs.failing import failure_of
from scrubber.spool.jobs.job_files import MANIFEST, PRUNED, WHY, Failure, JobDecision
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.audit import VIEWED, AuditRow
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.worklist.claims import read_claims
from scrubber.spool.worklist.event_files import EVENTS_FILE, locked, read_events

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
        for decision, digest in decisions:
            last = max(last + 1, decision.sequence)
            _record(ledger, spool, decision, digest, last)
        for decision, _ in decisions:  # an event may be after a later decision than its own
            _record_events(ledger, spool, decision)
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
    folder = spool.archive / decision.taken.day.isoformat() / decision.label
    try:
        ledger.record(decision, digest, sequence, read_claims(folder))
    except ValueError as error:  # a text that no database takes
        raise _damaged(folder / MANIFEST) from error
    marker = folder / PRUNED
    if marker.exists():
        ledger.mark_pruned(decision.job, marker.read_text(encoding="ascii"))


def _record_events(ledger: Ledger, spool: Spool, decision: JobDecision) -> None:
    folder = spool.archive / decision.taken.day.isoformat() / decision.label
    try:
        events = read_events(folder)
    except ValueError as error:
        raise SpoolError(
            f"{_place(folder / EVENTS_FILE)}: {EVENTS_FILE} is damaged; restore it from a backup"
        ) from error
    if events:
        ledger.record_events(decision.job, events)


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
