"""The work list as commands and importers use it: list claims, show one, enter events.

An event is durable in the archive before the ledger has it, and no command is done before both have it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar, NamedTuple

from scrubber.errors import SpoolBusyError, SpoolError
from scrubber.spool.jobs.failing import archived
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import JobRow, Ledger
from scrubber.spool.ledger.work_rows import WorkRow
from scrubber.spool.worklist.claims import (
    CLAIMS,
    ClaimDetail,
    ClaimRecord,
    read_claim,
    read_detail,
    record_finder,
)
from scrubber.spool.worklist.event_files import (
    EventLine,
    NewEvent,
    Pending,
    Recorded,
    append,
    locked,
    read_events,
)
from scrubber.spool.worklist.states import REFUSALS, Event, is_allowed
from scrubber.text import plain, spoken

AUTOMATIC = "scrubber"
"""The user of events that no person enters."""


class ClaimChoiceError(SpoolError):
    """A claim is not known, or several have this number: then ``choices`` are they, without the patient."""

    def __init__(self, message: str, choices: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.choices = choices


class ClaimChangedError(SpoolError):
    """Something happened to claims since they were looked at: ``claims`` are their IDs."""

    def __init__(self, claims: Sequence[str]) -> None:
        super().__init__(f"changed in the meantime: claim {', '.join(claims)}")
        self.claims = claims


class WorkItem(NamedTuple):
    """A claim of the list, with what its file says of it and its last note.

    ``record`` is ``None`` if the archive no longer has it. ``refusal`` is why a payer or clearinghouse
    refused it, if that is its state.
    """

    row: WorkRow
    record: ClaimRecord | None
    note: str
    refusal: str = ""

    def age(self, today: date) -> int:
        """Return for how many days the claim has been waiting for a person."""
        return max(0, (today - _local_day(self.row.since)).days)


class Entry(NamedTuple):
    """What is to be entered: on which claim, and the text of a note or the owner who is assigned.

    With ``stamp``, that of the row when it was looked at, nothing may have happened to the claim since then.
    """

    row: WorkRow
    event: Event
    text: str = ""
    stamp: str = ""


class Moment(NamedTuple):
    """A step of a claim's history: a file (``held``, ``clean``), which has no user, or an event."""

    at: str
    what: str
    job: str
    user: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class ReadBefore:
    """What was read from the archive and never changes there: claims by job and offset, notes by number."""

    records: dict[tuple[str, int], ClaimRecord] = field(default_factory=dict)
    notes: dict[tuple[str, int], str] = field(default_factory=dict)
    _MOST: ClassVar[int] = 100_000

    def trim(self) -> None:
        """Forget all if it is too much."""
        for known in (self.records, self.notes):
            if len(known) > self._MOST:
                known.clear()


@dataclass(frozen=True, slots=True)
class Worklist:
    """The work list of a spool whose ledger is open for writing. Raises OSError and SpoolError.

    ``known`` may be shared by all lists of a spool that a process opens.
    """

    spool: Spool
    ledger: Ledger
    known: ReadBefore = field(default_factory=ReadBefore)

    def items(self, states: Iterable[str] = ()) -> list[WorkItem]:
        """Return the claims in these states, or all, those with the highest charges first."""
        self._catch_up()
        return self._items(self.ledger.work(states))

    def find(self, name: str) -> WorkItem:
        """Return the claim with this number (CLM01) or ID. Raise ClaimChoiceError unless there is one."""
        self._catch_up()
        found = self._items(self.ledger.work_named(name))
        if not found:
            raise ClaimChoiceError("no claim of the work list has this number or ID")
        if len(found) > 1:
            text = f"{len(found)} claims have this number; name one by its ID"
            raise ClaimChoiceError(text, list(map(_choice, found)))
        return found[0]

    def with_id(self, id_: str) -> WorkItem | None:
        """Return the claim with this ID, whatever numbers (CLM01) others have; ``None`` if there is none."""
        self._catch_up()
        return next(iter(self._items(self.ledger.work_with_id(id_))), None)

    def detail(self, item: WorkItem) -> ClaimDetail | None:
        """Return what the page of a claim shows; ``None`` if the archive no longer has the claim."""
        try:
            with (archived(self.spool, self._job(item.row.job)) / CLAIMS).open("rb") as stream:
                return read_detail(stream, item.row.position)
        except FileNotFoundError:
            return None
        except ValueError:
            raise _damaged_claims(item.row.job) from None

    def enter(self, entries: Sequence[Entry], user: str) -> None:
        """Enter events. Raise SpoolError, and enter none, if the state of a claim does not allow one.

        Raise ClaimChangedError if something happened to a claim since its entry's stamp.
        """
        with self.entering() as session:
            session.enter(entries, user)

    @contextmanager
    def entering(self) -> Iterator[WorkSession]:
        """Be the only one who enters events within the context: what is read in it is the state they meet."""
        with self._locked() as pending:
            self._settle(pending)
            yield WorkSession(self, pending)

    def history(self, item: WorkItem) -> list[Moment]:
        """Return what happened to a claim: the files that had it, and its events."""
        texts: dict[tuple[str, int], EventLine] = {}
        happenings = self.ledger.happenings(item.row.claim)
        for job in {happening.place[0] for happening in happenings if happening.is_event}:
            texts |= {(job, event.line.number): event.line for event in self.events(job)}
        return [
            Moment(
                happening.at, happening.what, happening.place[0], *_user_and_text(texts.get(happening.place))
            )
            for happening in happenings
        ]

    def note_sent(self) -> int:
        """Enter as sent what is corrected and has left ``out/``; return the number of claims."""
        rows = {row.claim: row for row in self.ledger.work(("corrected",))}
        if not rows:
            return 0
        jobs = self.ledger.last_clean_jobs()
        gone = {job: self._has_left(job) for job in set(jobs.values())}
        entries = [Entry(row, "sent") for claim, row in rows.items() if gone.get(jobs.get(claim, ""), False)]
        if not entries:
            return 0
        with self._locked() as pending:
            self._settle(pending)
            still = {row.claim for row in self.ledger.work(("corrected",))}
            entries = [entry for entry in entries if entry.row.claim in still]
            self._write(entries, AUTOMATIC, pending)
        return len(entries)

    def folder(self, job: str) -> Path:
        """Return the folder of a job in the archive."""
        return archived(self.spool, self._job(job))

    def events(self, job: str) -> list[Recorded]:
        """Return the events of a job's claims."""
        return _events_of(self.spool, self._job(job))

    @contextmanager
    def _locked(self) -> Iterator[Pending]:
        with locked(self.spool) as pending:
            if not self.ledger.is_in_place:
                raise SpoolBusyError(f"{self.ledger.path}: the ledger was rebuilt just now; run this again")
            yield pending

    def _has_left(self, job: str) -> bool:
        """Return True if a job is published and its clean file is no longer in ``out/``."""
        row = self.ledger.job(job)
        if row is None or (self.spool.work / job).exists():
            return False
        return not (self.spool.out / f"{row.label}.clean.837").exists()

    def _again(self, row: WorkRow) -> WorkRow:
        found = [one for one in self.ledger.work_named(row.id) if one.claim == row.claim]
        if not found:
            raise SpoolError(f"claim {row.id} is no longer on the work list")
        return found[0]

    def _write(self, entries: Iterable[Entry], user: str, pending: Pending) -> None:
        by_job: defaultdict[str, list[NewEvent]] = defaultdict(list)
        for entry in entries:
            by_job[entry.row.job].append(NewEvent(entry.row.ordinal, entry.event, entry.text))
        self._append(by_job, user, pending)

    def _append(self, by_job: Mapping[str, Sequence[NewEvent]], user: str, pending: Pending) -> None:
        after = self.ledger.last_job()
        for job, events in by_job.items():
            row = self._job(job)
            pending.add(job)
            try:
                folder = archived(self.spool, row)
                added = append(folder, row.manifest, after, user, events)
            except ValueError:
                raise _damaged(job) from None
            self.ledger.record_events(job, added, record_finder(folder))
        pending.clear()

    def _catch_up(self) -> None:
        """Record the events of a command that died before the ledger had them, and note what was sent."""
        with self._locked() as pending:
            self._settle(pending)
        self.note_sent()

    def _settle(self, pending: Pending) -> None:
        for job in pending.jobs:
            if row := self.ledger.job(job):
                finder = record_finder(archived(self.spool, row))
                self.ledger.record_events(job, _events_of(self.spool, row), finder)
        pending.clear()

    def _job(self, job: str) -> JobRow:
        row = self.ledger.job(job)
        if row is None:
            raise SpoolError(f"{job}: the ledger does not have this job; `scrubber spool rebuild` adds it")
        return row

    def _items(self, rows: Sequence[WorkRow]) -> list[WorkItem]:
        records, notes = self.known.records, self.known.notes
        self.known.trim()
        by_job: defaultdict[str, list[WorkRow]] = defaultdict(list)
        for row in rows:
            if (row.job, row.position) not in records:
                by_job[row.job].append(row)
        for job, together in by_job.items():
            self._read_records(job, together)
        for job in {row.note_job for row in rows if row.notes and (row.note_job, row.note) not in notes}:
            for event in self.events(job):
                if event.line.event == "noted":
                    notes[job, event.line.number] = event.line.text
        refusals = self._refusals(rows)
        return [
            WorkItem(
                row,
                records.get((row.job, row.position)),
                notes.get((row.note_job, row.note), ""),
                refusals.get(row.claim, ""),
            )
            for row in rows
        ]

    def _refusals(self, rows: Iterable[WorkRow]) -> dict[int, str]:
        """Return why those that are refused are."""
        refused = {row.claim for row in rows if row.state in REFUSALS}
        if not refused:
            return {}
        places = {claim: place for claim, place in self.ledger.last_refusals().items() if claim in refused}
        texts = {
            (job, event.line.number): event.line.text
            for job in {job for job, _ in places.values()}
            for event in self.events(job)
        }
        return {claim: texts.get(place, "") for claim, place in places.items()}

    def _read_records(self, job: str, rows: Iterable[WorkRow]) -> None:
        try:
            stream = (self.folder(job) / CLAIMS).open("rb")
        except FileNotFoundError:
            return
        with stream:
            for row in rows:
                try:
                    self.known.records[job, row.position] = read_claim(stream, row.position)
                except ValueError:
                    raise _damaged_claims(job) from None


@dataclass(frozen=True, slots=True)
class WorkSession:
    """The work list while no one else can enter anything."""

    worklist: Worklist
    _pending: Pending

    def items(self, ids: Collection[str]) -> dict[str, WorkItem]:
        """Return the claims with these IDs."""
        rows = [row for row in self.worklist.ledger.work() if row.id in ids]
        return {item.row.id: item for item in self.worklist._items(rows)}  # noqa: SLF001 - one module

    def enter(self, entries: Sequence[Entry], user: str) -> None:
        """Enter events, as `Worklist.enter` does."""
        work = self.worklist
        now = {row.claim: row for row in work.ledger.work()} if len(entries) > 1 else {}
        rows = [now.get(entry.row.claim) or work._again(entry.row) for entry in entries]  # noqa: SLF001 - one module
        changed = [
            row.id
            for entry, row in zip(entries, rows, strict=True)
            if entry.stamp and entry.stamp != row.stamp
        ]
        if changed:
            raise ClaimChangedError(changed)
        for entry, row in zip(entries, rows, strict=True):
            if not is_allowed(row.state, entry.event):  # type: ignore[arg-type] # the ledger has no others
                raise SpoolError(f"claim {row.id} is {spoken(row.state)}: it cannot be {spoken(entry.event)}")
        work._write(entries, user, self._pending)  # noqa: SLF001 - one module

    def enter_of_jobs(self, by_job: Mapping[str, Sequence[NewEvent]], user: str) -> None:
        """Enter events of claims by their jobs; refusals bring those onto the list that were never held."""
        self.worklist._append(by_job, user, self._pending)  # noqa: SLF001 - one module


def _events_of(spool: Spool, row: JobRow) -> list[Recorded]:
    try:
        return read_events(archived(spool, row))
    except ValueError:
        raise _damaged(row.job) from None


def _damaged(job: str) -> SpoolError:
    return SpoolError(f"{job}: the events of its claims are damaged; restore them from a backup")


def _damaged_claims(job: str) -> SpoolError:
    return SpoolError(f"{job}: {CLAIMS} is damaged; restore it from a backup")


def _user_and_text(line: EventLine | None) -> tuple[str, str]:
    return (line.user, line.text) if line else ("", "")


def _choice(item: WorkItem) -> str:
    """Return a claim of several, without anything of the patient."""
    row, record = item.row, item.record
    provider = f"{record.provider} (NPI {record.npi})" if record else "unknown provider"
    day = record.service if record and record.service else "no date of service"
    return f"{row.id}  {plain(provider)}, {day}, payer {plain(row.payer) or 'unknown'}, {spoken(row.state)}"


def _local_day(at: str) -> date:
    return datetime.fromisoformat(at).astimezone().date()
