"""The ledger's part of the work list: which claims of which files are the same, their events, their states.

A claim's row follows from where it occurred and its events alone, and is computed anew when one is added; so
it does not matter in which order they are recorded. Names and numbers of patients are here as hashes only.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from scrubber.spool.worklist.states import REFUSALS, Happening, Standing, standing_of

if TYPE_CHECKING:
    from scrubber.spool.worklist.claims import ClaimRecord
    from scrubber.spool.worklist.event_files import Recorded

RecordAt = Callable[[int], "tuple[ClaimRecord, int] | None"]
"""Returns a claim of a job by its ordinal, with its offset in the job's file of claims."""
_ID_LENGTH = 10
_SET_HELD = (
    "UPDATE work SET (job, ordinal, position, cents, payer, edits, number, npi, tax_id, member, name,"
    " first_name, service, doubts) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE claim = ?"
)
_IDENTITY = "claim, npi, tax_id, member, name, first_name, service, doubts"


class WorkRow(NamedTuple):
    """A claim of the work list. ``job``, ``ordinal`` and ``position`` are where it was held last.

    ``since`` is when it began to wait for a person, ``note_job`` and ``note`` where its last note is.
    """

    claim: int
    id: str
    state: str
    owner: str
    since: str
    note_job: str
    note: int
    notes: int
    changes: int
    job: str
    ordinal: int
    position: int
    cents: int
    payer: str
    edits: str

    @property
    def history(self) -> tuple[str | int, ...]:
        """What differs as soon as anything happened to the claim."""
        return (
            self.state, self.owner, self.since, self.notes, self.changes, self.note_job, self.note, self.job
        )  # fmt: skip

    @property
    def stamp(self) -> str:
        """Return the history as a short text, for a form."""
        return hashlib.sha256(repr(self.history).encode("utf-8", "replace")).hexdigest()[:_ID_LENGTH]


WORK_COLUMNS = ", ".join(WorkRow._fields)


class _Identity(NamedTuple):
    """By what a claim is known again, apart from its number. Numbers and names of people are hashes."""

    npi: str
    tax_id: str
    member: bytes
    name: bytes
    first_name: bytes
    service: str


def hashed(text: str) -> bytes:
    """Return the hash of a number or name; empty if there is none. Case and punctuation do not count."""
    kept = "".join(letter for letter in text.upper() if letter.isalnum())
    return hashlib.sha256(kept.encode("utf-8", "replace")).digest()[:16] if kept else b""


def hashed_number(number: str) -> bytes:
    """Return the hash of a claim's number (CLM01)."""
    return hashlib.sha256(number.strip().encode("utf-8", "replace")).digest()[:16]


def record_claims(run: sqlite3.Connection, job: str, claims: Iterable[tuple[ClaimRecord, int]]) -> None:
    """Record the claims of a decided job: those that are held, and others that are on the list already.

    Where a file has a claim twice, once held, it is held.
    """
    held, changed = [], set()
    for record, position in claims:
        if record.held:
            held.append((record, position))
        elif claim := _known(run, record):
            run.execute("INSERT OR IGNORE INTO occurrences VALUES (?, ?, ?, 0)", (job, record.ordinal, claim))
            changed.add(claim)
    for record, position in held:
        changed.add(_add_held(run, job, record, position))
    for claim in changed:
        _recompute(run, claim)


def record_events(
    run: sqlite3.Connection, job: str, events: Iterable[Recorded], record_at: RecordAt
) -> list[Recorded]:
    """Record events of a job's claims; return those that were not known.

    A claim that was never held comes onto the list when a payer or clearinghouse refuses it; ``record_at``
    has what the job's file says of it.
    """
    added, changed = [], set()
    for event in events:
        line = event.line
        found = run.execute(
            "SELECT claim FROM occurrences WHERE job = ? AND ordinal = ?", (job, line.ordinal)
        ).fetchone()
        if not found and line.event in REFUSALS and (record := record_at(line.ordinal)):
            found = (_add_refused(run, job, *record),)
        if not found:
            continue
        owner = line.text if line.event == "assigned" else ""
        done = run.execute(
            "INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (job, line.number, found[0], line.at, line.after, line.user, line.event, owner, event.hash),
        )
        if done.rowcount:
            added.append(event)
            changed.add(found[0])
    for claim in changed:
        _recompute(run, claim)
    return added


def row_of(run: sqlite3.Connection, job: str, record: ClaimRecord) -> WorkRow | None:
    """Return the row of a claim of a job; ``None`` if it is not on the list."""
    found = run.execute(
        "SELECT claim FROM occurrences WHERE job = ? AND ordinal = ?", (job, record.ordinal)
    ).fetchone()
    claim = found[0] if found else _known(run, record)
    row = run.execute(f"SELECT {WORK_COLUMNS} FROM work WHERE claim = ?", (claim,)).fetchone()  # noqa: S608 - of fixed names
    return WorkRow(*row) if row else None


def forget_claims(run: sqlite3.Connection, job: str) -> None:
    """Remove what a pruned job has on the list; a claim that no other file held goes with it."""
    rows = run.execute("SELECT DISTINCT claim FROM occurrences WHERE job = ?", (job,)).fetchall()
    run.execute("DELETE FROM occurrences WHERE job = ?", (job,))
    run.execute("DELETE FROM events WHERE job = ?", (job,))
    for (claim,) in rows:
        row = run.execute("SELECT job FROM work WHERE claim = ?", (claim,)).fetchone()
        if row and row[0] == job:  # older ones are pruned before it
            for table in ("work", "occurrences", "events"):
                run.execute(f"DELETE FROM {table} WHERE claim = ?", (claim,))  # noqa: S608 - of these names
        else:
            _recompute(run, claim)


def _add_held(run: sqlite3.Connection, job: str, record: ClaimRecord, position: int) -> int:
    return _add(run, job, record, position, _known(run, record), held=1)


def _add_refused(run: sqlite3.Connection, job: str, record: ClaimRecord, position: int) -> int:
    """Add a claim that was refused; what is known of one that is on the list stays."""
    known = _known(run, record)
    if known is None:
        return _add(run, job, record, position, None, held=0)
    run.execute("INSERT OR IGNORE INTO occurrences VALUES (?, ?, ?, 0)", (job, record.ordinal, known))
    return known


def _add(
    run: sqlite3.Connection, job: str, record: ClaimRecord, position: int, known: int | None, *, held: int
) -> int:
    """Add a claim of a job to a row, or to a new one, which then has what the job's file says of it."""
    identity = _identity(record)
    row = (
        job, record.ordinal, position, record.cents, record.payer, " ".join(record.edits),
        hashed_number(record.number), *identity, " ".join(record.doubts),
    )  # fmt: skip
    if known is None:
        digest = hashlib.sha256(f"{job} {record.ordinal}".encode("ascii")).hexdigest()
        known = run.execute("INSERT INTO work (id) VALUES (?)", (digest[:_ID_LENGTH],)).lastrowid
    run.execute(_SET_HELD, (*row, known))
    run.execute("INSERT OR IGNORE INTO occurrences VALUES (?, ?, ?, ?)", (job, record.ordinal, known, held))
    assert known is not None  # SQLite numbers each row
    return known


def _known(run: sqlite3.Connection, record: ClaimRecord) -> int | None:
    """Return the row of the same claim, the first one if there are several; ``None`` if it is not known."""
    found = run.execute(
        f"SELECT {_IDENTITY} FROM work WHERE number = ? ORDER BY claim",  # noqa: S608 - of fixed names
        (hashed_number(record.number),),
    ).fetchall()
    if not found:
        return None
    mine = _identity(record)
    for claim, *parts, doubts in found:
        if _is_same(_Identity(*parts), mine, {*doubts.split(), *record.doubts}):
            known: int = claim
            return known
    return None


def _identity(record: ClaimRecord) -> _Identity:
    return _Identity(
        record.npi,
        record.tax_id,
        hashed(record.member_id),
        hashed(record.name),
        hashed(record.first_name),
        record.service,
    )


def _is_same(one: _Identity, other: _Identity, doubts: set[str]) -> bool:
    """Return True if two claims with the same number (CLM01) are one.

    Provider, patient and first day of service must agree, except in what a finding is about.
    """
    is_provider = one.npi == other.npi if one.npi or other.npi else one.tax_id == other.tax_id
    if not is_provider and "provider" in doubts:
        is_provider = bool(one.tax_id) and one.tax_id == other.tax_id
    has_member = bool(one.member) and one.member == other.member
    has_name = bool(one.name) and one.name == other.name
    if "patient" in doubts:
        is_patient = has_member or has_name
    else:
        is_patient = (has_member or has_name) and one.first_name == other.first_name
    return is_provider and is_patient and (one.service == other.service or "service" in doubts)


def _recompute(run: sqlite3.Connection, claim: int) -> None:
    standing = _standing(run, claim)
    note = standing.note or ("", 0)
    run.execute(
        "UPDATE work SET (state, owner, since, note_job, note, notes, changes) = (?, ?, ?, ?, ?, ?, ?)"
        " WHERE claim = ?",
        (standing.state, standing.owner, standing.since, *note, standing.notes, standing.changes, claim),
    )


def _standing(run: sqlite3.Connection, claim: int) -> Standing:
    return standing_of(happenings_of(run, claim))


def happenings_of(run: sqlite3.Connection, claim: int) -> Sequence[Happening]:
    """Return what happened to a claim, in any order."""
    files = run.execute(
        "SELECT jobs.sequence, jobs.decided, jobs.job, max(held) FROM occurrences JOIN jobs USING (job)"
        " WHERE claim = ? GROUP BY job",
        (claim,),
    )
    found = [
        Happening(sequence, is_event=False, at=decided, place=(job, 0), what="held" if held else "clean")
        for sequence, decided, job, held in files
    ]
    # What the ledger no longer knows cannot be after the file that the event is filed with.
    events = run.execute(
        "SELECT coalesce(latest.sequence, own.sequence), events.at, events.job, events.number, events.event,"
        " events.owner FROM events JOIN jobs AS own ON own.job = events.job"
        " LEFT JOIN jobs AS latest ON latest.job = events.after WHERE claim = ?",
        (claim,),
    )
    found += [
        Happening(sequence, is_event=True, at=at, place=(job, number), what=event, value=owner)
        for sequence, at, job, number, event, owner in events
    ]
    return found
