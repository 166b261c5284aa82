"""Enter on the work list what payers and clearinghouses answered, as the feedback store has joined it.

Each event names the answer that decides: the file by its hash, and the segment. By that name an answer is
known again, so importing it twice enters it once. What fits two claims enters nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct, field

from scrubber.answers import ClaimAcknowledgment, ClaimPayment, PayerAnswer, Receipt
from scrubber.answers.money import amount
from scrubber.feedback.joining import Joined, outcomes
from scrubber.feedback.outcome import ClaimOutcome, Decision, Denial
from scrubber.feedback.sent import SentClaim
from scrubber.feedback.store import Store
from scrubber.spool.ledger.ledger import JobRow
from scrubber.spool.ledger.work_rows import WorkRow
from scrubber.spool.worklist.claims import CLAIMS, ClaimRecord, record_finder
from scrubber.spool.worklist.event_files import NewEvent
from scrubber.spool.worklist.states import REFUSALS, Event, is_allowed
from scrubber.spool.worklist.worklist import Worklist, WorkSession

_MOST_DENIALS = 5
"""The most denials that an event names."""
_HASH = 12


class AnswersEntered(Struct):
    """What came of the answers: how many events of each kind, and why others are none.

    ``known`` were entered before, ``unlisted`` are about claims that are not on the list and need no one,
    ``superseded`` about claims that a later file has again. ``contradicted`` are claims of a set that one
    receipt rejects and another one accepts. ``ambiguous`` answers fit several claims.
    """

    events: Counter[str] = field(default_factory=Counter)
    known: int = 0
    unlisted: int = 0
    superseded: int = 0
    contradicted: int = 0
    ambiguous: int = 0


class _Verdict(NamedTuple):
    """What an answer makes of a claim. ``source`` names the answer, ``words`` tell why."""

    file: str
    ordinal: int
    event: Event
    source: str
    words: str


def enter_answers(worklist: Worklist, store: Store, user: str) -> AnswersEntered:
    """Enter what is answered in a store. Raise SpoolError, FeedbackError, OSError."""
    entered = AnswersEntered()
    by_file: defaultdict[str, list[_Verdict]] = defaultdict(list)
    with store.reading():
        for verdict in _verdicts(store, entered):
            by_file[verdict.file].append(verdict)
    with worklist.entering() as session:
        _Entering(session, entered).enter(by_file, user)
    return entered


def _verdicts(store: Store, entered: AnswersEntered) -> Iterator[_Verdict]:
    """Yield what the answers make of claims that were sent from the spool."""
    joined = Joined()
    answered = set()
    for outcome in outcomes(store, joined):
        decision = outcome.decision
        if decision and outcome.decided_by and outcome.claim.ordinal:
            answered.add(outcome.claim.key)
            yield _verdict(outcome.claim, decision, _words(outcome, decision), *outcome.decided_by)
    entered.ambiguous = sum(count for (_, why), count in joined.unmatched.items() if why == "ambiguous")
    accepted = {
        _received(stored.answer)
        for stored in store.answers("receipt")
        if isinstance(stored.answer, Receipt) and not stored.answer.is_rejected
    }
    for claim, stored in store.rejected():
        receipt = stored.answer
        if not isinstance(receipt, Receipt) or claim.key in answered or not claim.ordinal:
            continue
        if _received(receipt) in accepted:
            entered.contradicted += 1
        else:
            words = f"{_thing(receipt)} with it is rejected (code {receipt.code or 'none'})"
            yield _verdict(claim, "rejected", words, stored.file, receipt)


def _verdict(claim: SentClaim, event: Event, words: str, file: str, answer: PayerAnswer) -> _Verdict:
    if isinstance(answer, Receipt):
        kind: str = answer.kind
    else:
        kind = "835" if isinstance(answer, ClaimPayment) else "277CA"
    assert isinstance(answer, ClaimPayment | ClaimAcknowledgment | Receipt)
    source = f"{kind} {file[:_HASH]} segment {answer.segment}"
    return _Verdict(claim.file, claim.ordinal, event, source, words)


def _words(outcome: ClaimOutcome, decision: Decision) -> str:
    """Return why a claim is what it is, in codes and amounts."""
    if outcome.rejection:
        statuses = ", ".join(dict.fromkeys(outcome.rejection.statuses))
        return f"rejected before adjudication, {statuses or 'no status'}"
    if outcome.denials:
        return f"${amount(outcome.denied)} denied: {_denials(outcome.denials)}"
    if decision == "denied":
        return "the payment was taken back"
    if decision == "written_off":
        return "nothing is paid, nothing is denied, and the patient owes nothing"
    owed = f", ${amount(outcome.patient)} is the patient's" if outcome.patient else ""
    return f"${amount(outcome.paid)} paid{owed}"


def _denials(denials: Sequence[Denial]) -> str:
    """Return the codes of denials: ``CO-16 M76 (line 2)``."""
    told = []
    for denial in denials[:_MOST_DENIALS]:
        codes = " ".join((f"{denial.group}-{denial.carc}", *denial.remarks))
        told.append(f"{codes} (line {denial.line})" if denial.line else codes)
    more = len(denials) - _MOST_DENIALS
    return ", ".join(dict.fromkeys(told)) + (f" and {more} more" if more > 0 else "")


def _received(answer: PayerAnswer) -> tuple[str, str, str]:
    assert isinstance(answer, Receipt)
    return answer.kind, answer.number, answer.group


def _thing(receipt: Receipt) -> str:
    """Return what a receipt is about."""
    if receipt.kind == "TA1":
        return "the interchange"
    if receipt.kind == "277CA":
        return "the batch"
    return f"transaction set {receipt.number}" if receipt.number else "the functional group"


class _Entering:
    """Verdicts by the hash of their file, on their way to the events of jobs."""

    def __init__(self, session: WorkSession, entered: AnswersEntered) -> None:
        self._session = session
        self._ledger = session.worklist.ledger
        self._entered = entered
        self._events: defaultdict[str, list[NewEvent]] = defaultdict(list)
        self._texts: dict[str, dict[int, str]] = {}

    def enter(self, by_file: dict[str, list[_Verdict]], user: str) -> None:
        """Enter the verdicts that are new and about a claim as it is now."""
        jobs: defaultdict[str, list[JobRow]] = defaultdict(list)
        for job in self._ledger.jobs():
            if job.sha256 in by_file and not job.pruned:
                jobs[job.sha256].append(job)
        for file, verdicts in by_file.items():
            # Of bytes that came twice, the last job that brought claims onto the list.
            having = [job for job in jobs[file] if (self._session.worklist.folder(job.job) / CLAIMS).exists()]
            if having:
                self._of_job(having[-1], verdicts)
            else:
                self._entered.unlisted += len(verdicts)
        if self._events:
            self._session.enter_of_jobs(self._events, user)

    def _of_job(self, job: JobRow, verdicts: Sequence[_Verdict]) -> None:
        find = record_finder(self._session.worklist.folder(job.job))
        for verdict in verdicts:
            found = find(verdict.ordinal)
            if found is None:
                self._entered.unlisted += 1
            else:
                self._of_claim(job, found[0], verdict)

    def _of_claim(self, job: JobRow, record: ClaimRecord, verdict: _Verdict) -> None:
        entered = self._entered
        row = self._ledger.work_row(job.job, record)
        if row is None:
            if verdict.event not in REFUSALS:
                entered.unlisted += 1
                return
            place = job.job, record.ordinal
        elif self._ledger.last_seen(row.claim) > job.sequence:
            entered.superseded += 1
            return
        elif self._is_entered(row, verdict) or not is_allowed(row.state, verdict.event):  # type: ignore[arg-type] # the ledger has no others
            entered.known += 1
            return
        else:
            place = row.job, row.ordinal
        entered.events[verdict.event] += 1
        text = f"{verdict.source}: {verdict.words}"
        self._events[place[0]].append(NewEvent(place[1], verdict.event, text))

    def _is_entered(self, row: WorkRow, verdict: _Verdict) -> bool:
        """Return True if this answer was entered for a claim before."""
        return any(
            self._text(*happening.place).startswith(f"{verdict.source}: ")
            for happening in self._ledger.happenings(row.claim)
            if happening.is_event
        )

    def _text(self, job: str, number: int) -> str:
        if job not in self._texts:
            events = self._session.worklist.events(job)
            self._texts[job] = {event.line.number: event.line.text for event in events}
        return self._texts[job].get(number, "")
