"""Apply new values: write the corrected claims of a held file as a file of its own, and drop it into ``in/``.

What is entered is durable before the file is dropped, and the file appears whole or not at all. So whatever
is interrupted can be run again: what was entered is known by the events, and what was dropped by its name.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from scrubber.claim.walk import Leaf
from scrubber.files.corrected import ChangedClaim, Correct
from scrubber.files.read_back import read_back
from scrubber.spool.corrections.held_file import HeldFile, MovedError, corrected_claim, form_fault
from scrubber.spool.corrections.values import (
    Change,
    ClaimCorrection,
    NewValue,
    NewValueError,
    Outcome,
    UnderWay,
)
from scrubber.spool.jobs.failing import put_into_inbox
from scrubber.spool.jobs.recover import read_taken
from scrubber.spool.layout import is_job_id, retry_part
from scrubber.spool.worklist.claims import HeldFor
from scrubber.spool.worklist.places import ValuePlace
from scrubber.spool.worklist.states import is_allowed
from scrubber.spool.worklist.worklist import ClaimChangedError, Entry, WorkItem, Worklist, WorkSession
from scrubber.text import spoken

_FIRST_NUMBER, _NUMBERS = 900_000_000, 99_000_000
"""From which range corrected files take their control numbers: few systems have sent so many files."""
_IN = "; in "
"""Between a change and its file, in the text of an event."""
_SCRUBBED = "scrubbed"


def places_of(item: WorkItem) -> dict[str, ValuePlace]:
    """Return the places of a claim that take a new value, by their names, in the order of the claim."""
    findings = item.record.findings if item.record else ()
    found = {place.name: place for finding in findings for place in finding.places}
    return dict(sorted(found.items(), key=lambda entry: (entry[1].segment, entry[1].element)))


def findings_at(item: WorkItem, place: ValuePlace) -> list[HeldFor]:
    """Return the findings of a claim that a new value at this place can answer."""
    findings = item.record.findings if item.record else ()
    return [one for one in findings if place.name in {other.name for other in one.places}]


def under_way(worklist: Worklist, item: WorkItem) -> UnderWay | None:
    """Return the correction of a claim that is yet to be scrubbed, if any. Raise SpoolError, OSError."""
    with worklist.entering() as session:
        return _Run(session, ()).under_way(item)


def preview(worklist: Worklist, values: Sequence[NewValue]) -> list[ClaimCorrection]:
    """Return what `apply` would do; nothing is written. It raises what that raises."""
    with worklist.entering() as session:
        return _Run(session, values).planned()


def apply(worklist: Worklist, values: Sequence[NewValue], user: str) -> list[ClaimCorrection]:
    """Correct claims: enter who changed what, and drop the corrected files into ``in/``.

    A claim that has moved on is refused, with the reason, and the others are corrected. Running it again
    changes nothing. Raise NewValueError if a value cannot be written as it is, and ClaimChangedError if
    something happened to a claim since its stamp; then nothing was. Raise SpoolError, OSError.
    """
    with worklist.entering() as session:
        return _Run(session, values).applied(user)


@dataclass(slots=True)
class _Claim:
    """A claim to be corrected. ``why`` is why it is not, ``known_in`` the file that has it already."""

    item: WorkItem
    changes: list[Change] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    why: str = ""
    known_in: str = ""
    file: str = ""

    @property
    def ordinal(self) -> int:
        return self.item.row.ordinal

    @property
    def number(self) -> str:
        return self.item.record.number if self.item.record else ""

    def texts(self) -> list[str]:
        """Return what its history will have, without the file."""
        return [str(change) for change in self.changes]

    def outcome(self) -> ClaimCorrection:
        """Return what became of it."""
        outcome: Outcome = "refused" if self.why else "known" if self.known_in else "changed"
        file = f"{self.known_in or self.file}.837" if self.known_in or self.file else ""
        return ClaimCorrection(self.item.row.id, self.number, outcome, tuple(self.changes), self.why, file)


class _Run:
    """One run: the new values by claim, and what is wrong with their form."""

    def __init__(self, session: WorkSession, values: Sequence[NewValue]) -> None:
        self._session = session
        self._spool = session.worklist.spool
        self._ledger = session.worklist.ledger
        self._faults: list[str] = []
        self._of_jobs: dict[str, Mapping[int, dict[str, str]]] = {}
        self._unknown: list[ClaimCorrection] = []
        self._claims: list[_Claim] = []
        by_claim: defaultdict[str, list[NewValue]] = defaultdict(list)
        for value in values:
            by_claim[value.claim].append(value)
        items = session.items(by_claim)
        _check_stamps(items, values)
        for id_, together in by_claim.items():
            item = items.get(id_)
            if item:
                self._claims.append(self._claim(item, together))
            else:
                why = "no claim of the work list has this ID"
                self._unknown.append(ClaimCorrection(id_, "", "refused", why=why))

    def planned(self) -> list[ClaimCorrection]:
        """Return what would become of each claim."""
        for job, claims in self._by_job().items():
            self._examine(job, claims)
        if self._faults:
            raise NewValueError(self._faults)
        return self._outcomes()

    def applied(self, user: str) -> list[ClaimCorrection]:
        """Enter and drop what can be corrected."""
        self.planned()
        for job, claims in self._by_job().items():
            self._drop(job, claims, user)
        return self._outcomes()

    def _outcomes(self) -> list[ClaimCorrection]:
        return [*(claim.outcome() for claim in self._claims), *self._unknown]

    def _by_job(self) -> Mapping[str, list[_Claim]]:
        """Return the claims that can still be corrected, by the job that holds them."""
        found: defaultdict[str, list[_Claim]] = defaultdict(list)
        for claim in self._claims:
            if not (claim.why or claim.known_in):
                found[claim.item.row.job].append(claim)
        return {job: sorted(claims, key=lambda claim: claim.ordinal) for job, claims in found.items()}

    def _claim(self, item: WorkItem, values: Sequence[NewValue]) -> _Claim:
        """Return a claim with its new values, and why it cannot be corrected, if so."""
        claim, places = _Claim(item), places_of(item)
        if item.record is None:
            claim.why = "the archive no longer has it"
        elif {value.job for value in values} - {"", item.row.job}:
            claim.why = "it was held again by a later file: list it anew"
        else:
            for value in values:
                place = places.get(value.place)
                if place is None:
                    text = f"{value.place}: claim {item.row.id} has no finding with this place"
                    self._fault(value.source, text)
                elif value.value != place.value:
                    self._add(claim, Change(place, value.value), value)
            claim.why = "" if claim.changes else "it has this value already"
        if not claim.why:
            self._compare(claim)
        return claim

    def _add(self, claim: _Claim, change: Change, value: NewValue) -> None:
        for known in claim.changes:
            if known.place.name == change.place.name:
                if known.after != change.after:
                    self._fault(value.source, f"{change.place}: another new value is entered for it as well")
                return
        if value.is_number and not change.place.is_numeric:
            text = "the cell is a number, which has lost its leading zeros: format it as text and retype it"
            self._fault(value.source, f"{change.place}: {text}")
        claim.changes.append(change)
        claim.sources.append(value.source)

    def _fault(self, source: str, text: str) -> None:
        self._faults.append(f"{source}: {text}" if source else text)

    def _compare(self, claim: _Claim) -> None:
        """Take note if the same was entered before, if another correction is under way, or of its state."""
        row = claim.item.row
        entered, file, where = self._last_of(claim)
        if where and entered.keys() >= set(claim.texts()):
            claim.known_in = file
        elif where and where != _SCRUBBED:
            claim.why = f"another correction of it, {file}.837, is {where}"
        elif not is_allowed(row.state, "changed"):  # type: ignore[arg-type] # the ledger has no others
            claim.why = f"it is {spoken(row.state)}"

    def under_way(self, item: WorkItem) -> UnderWay | None:
        """Return the last correction of a claim, if it is yet to be scrubbed."""
        entered, file, where = self._last_of(_Claim(item))
        if not where or where == _SCRUBBED:
            return None
        changes = tuple(text for text, its_file in entered.items() if its_file == file)
        return UnderWay(f"{file}.837", where, changes)

    def _last_of(self, claim: _Claim) -> tuple[dict[str, str], str, str]:
        """Return what was entered since a claim was held, the file of the last change, and where that is."""
        entered = self._entered(claim)
        file = next(reversed(entered.values()), "")
        return entered, file, self._whereabouts(file)

    def _entered(self, claim: _Claim) -> dict[str, str]:
        """Return what was entered for a claim since it was held, each with the file that has it."""
        job = claim.item.row.job
        if job not in self._of_jobs:
            found: defaultdict[int, dict[str, str]] = defaultdict(dict)
            for event in self._session.worklist.events(job):
                if event.line.event == "changed":
                    text, _, file = event.line.text.rpartition(_IN)
                    of_claim = found[event.line.ordinal]
                    of_claim.pop(text, None)  # the last one is to be last
                    of_claim[text] = file
            self._of_jobs[job] = found
        return self._of_jobs[job].get(claim.ordinal, {})

    def _whereabouts(self, file: str) -> str:
        """Return where a corrected file is; empty if it was never dropped, or was taken out of ``in/``.

        It is looked for along its way, so that it cannot pass by.
        """
        if not file:
            return ""
        name = f"{file}.837"
        if any(path.name.endswith(name) for path in self._spool.inbox.iterdir()):
            return "in in/"
        if self._is_job_in(self._spool.work, name):
            return "being scrubbed"
        if self._ledger.stems(file):
            return _SCRUBBED
        return "in failed/" if self._is_job_in(self._spool.failed, name) else ""

    def _is_job_in(self, parent: Path, name: str) -> bool:
        return any(
            read_taken(folder).name == name
            for folder in parent.iterdir()
            if is_job_id(folder.name) and folder.is_dir()
        )

    def _examine(self, job: str, claims: Sequence[_Claim]) -> None:
        """Check the claims of a held file, and the form of their new values."""
        found: set[int] = set()

        def look(claim: _Claim, leaf: Leaf) -> None:
            found.add(claim.ordinal)
            try:
                corrected_claim(leaf, claim.changes, claim.number)
            except MovedError as error:
                claim.why = str(error)
                return
            for change, source in zip(claim.changes, claim.sources, strict=True):
                if fault := form_fault(leaf, claim.changes, change):
                    self._fault(source, f"{change.place}: {fault}")

        try:
            held = HeldFile(self._spool, self._session.worklist.folder(job))
            held.read(_each(held, claims, look))
        except MovedError as error:
            for claim in claims:
                claim.why = str(error)

    def _drop(self, job: str, claims: Sequence[_Claim], user: str) -> None:
        """Write the corrected file of a held one, enter the changes, and put the file into ``in/``."""
        claims = self._unmoved(claims)
        if not claims:
            return
        held = HeldFile(self._spool, self._session.worklist.folder(job))
        file = _name_of(held, claims)
        part = self._spool.work / retry_part(job)
        try:
            _write(part, held, claims, self._control_number(held, file))
            entries = [
                Entry(claim.item.row, "changed", f"{text}{_IN}{file}")
                for claim in claims
                for text in claim.texts()
                if self._entered(claim).get(text) != file
            ]
            self._session.enter(entries, user)
            with suppress(FileExistsError):  # dropped before a crash
                put_into_inbox(self._spool, part, f"{file}.837")
        finally:
            part.unlink(missing_ok=True)
        for claim in claims:
            claim.file = file

    def _unmoved(self, claims: Sequence[_Claim]) -> list[_Claim]:
        """Return the claims that are where they were: the watch may have decided on one in the meantime."""
        rows = {row.id: row for row in self._ledger.work()}
        for claim in claims:
            row = rows.get(claim.item.row.id)
            if row is None or (row.job, row.state) != (claim.item.row.job, claim.item.row.state):
                claim.why = "it has moved on just now: list it anew"
        return [claim for claim in claims if not claim.why]

    def _control_number(self, held: HeldFile, file: str) -> int:
        """Return a control number that no file of this sender has had; the same again for the same file."""
        start = int(file.rpartition("-")[2], 16)
        numbers = (_FIRST_NUMBER + (start + step) % _NUMBERS for step in range(_NUMBERS))
        return next(number for number in numbers if not self._is_used(held, number))

    def _is_used(self, held: HeldFile, number: int) -> bool:
        identity = held.identity(number)
        return identity is not None and self._ledger.earlier(identity, "") is not None


def _check_stamps(items: Mapping[str, WorkItem], values: Sequence[NewValue]) -> None:
    """Raise ClaimChangedError for claims to which something happened since they were listed."""
    stamps = {id_: item.row.stamp for id_, item in items.items()}
    changed = {one.claim for one in values if one.stamp and one.stamp != stamps.get(one.claim)}
    if changed:
        raise ClaimChangedError(sorted(changed))


def _each(held: HeldFile, claims: Sequence[_Claim], look: Callable[[_Claim, Leaf], object]) -> Correct:
    """Return what passes each of these claims to a function, and writes none."""
    wanted = {held.number_of(claim.ordinal): claim for claim in claims}

    def correct(number: int, leaf: Leaf) -> None:
        if claim := wanted.get(number):
            look(claim, leaf)

    return correct


def _write(part: Path, held: HeldFile, claims: Sequence[_Claim], control_number: int) -> None:
    """Write the corrected claims to a new file, durably."""
    wanted = {held.number_of(claim.ordinal): claim for claim in claims}

    def correct(number: int, leaf: Leaf) -> ChangedClaim | None:
        claim = wanted.get(number)
        return corrected_claim(leaf, claim.changes, claim.number) if claim else None

    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w+b") as stream:
        held.write(stream, correct, control_number)
        read_back(stream, len(claims))
        stream.flush()
        os.fsync(stream.fileno())


def _name_of(held: HeldFile, claims: Sequence[_Claim]) -> str:
    """Return the name of a corrected file, which follows from what is in it."""
    digest = hashlib.sha256(held.sha256.encode("ascii"))
    for claim in claims:
        for text in (str(claim.ordinal), *claim.texts()):
            digest.update(b"\0" + text.encode())
    return f"corrected-{digest.hexdigest()[:16]}"
