"""What a watch folder knows about when a claim was filed.

Only what is on record is said: the archive with its chain of hashes, and the acknowledgments at hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

from scrubber.answers import ClaimAcknowledgment, Receipt
from scrubber.claim.model import Claim, build_claim
from scrubber.claim.walk import Leaf, walk
from scrubber.engine.facts import ClaimFacts, facts_of
from scrubber.engine.policy import Policy
from scrubber.envelopes.scan import Identity, is_examined
from scrubber.errors import SpoolError
from scrubber.feedback.store import comparable
from scrubber.spool.durable import hash_file
from scrubber.spool.jobs.failing import archived
from scrubber.spool.jobs.job_files import MANIFEST, JobDecision
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.audit import AuditRow
from scrubber.spool.ledger.ledger import JobRow, Ledger
from scrubber.spool.timely.answers import Acknowledgment
from scrubber.spool.worklist.claims import CLAIMS, read_claims
from scrubber.spool.worklist.worklist import ClaimChoiceError
from scrubber.text import plain
from scrubber.x12 import Segment, read_blocks
from scrubber.x12.envelope import Scope, envelope_events
from scrubber.x12.source import source_of_path

_ORIGINAL = "original.837"
_LATE = "CO-29"
"""An edit that prevents this denial knows the timely filing limits of payers."""
_SATURDAY = 5
_OF_FILE = {"clean": False, "held": True, "unreadable": True}


Outcome = Literal["out", "report_only", "held", "unknown"]


class _Found(NamedTuple):
    """A claim in a file as received, and the file's envelopes around it."""

    claim: Claim
    facts: ClaimFacts
    isa: Segment | None
    gs: Segment | None


@dataclass(frozen=True, slots=True)
class Filing:
    """A file that had the claim, as the archive has it. Times are in UTC.

    ``arrived`` is when the sender last wrote to the file, ``decided`` when its outputs were put into their
    folders. ``outcome`` is ``out``, ``report_only`` (it went out, and another run might have held it),
    ``held``, or ``unknown`` for a file of an early version of which some claims went out. ``is_in_out`` is
    true if the clean file is still there, ``is_intact`` if the archived file is, byte for byte, the one of
    the manifest. ``audit`` is the entry of the audit log on the decision, ``others`` are jobs that sent
    something under the same control numbers.
    """

    job: str
    name: str
    arrived: datetime
    decided: str
    outcome: Outcome
    clean_file: str
    is_in_out: bool
    sha256: str
    is_intact: bool
    manifest: str
    previous: str
    audit: AuditRow | None
    interchange: str
    group: str
    transaction: str
    batch: str
    others: tuple[str, ...]
    acknowledgments: tuple[Acknowledgment, ...] = ()

    @property
    def is_sent(self) -> bool:
        """Return True if the claim was put into ``out/``."""
        return self.outcome in ("out", "report_only")

    @property
    def accepted(self) -> tuple[Acknowledgment, ...]:
        """Return the acknowledgments that accept the claim, or what it was sent in."""
        return tuple(each for each in self.acknowledgments if not each.answer.is_rejected)


@dataclass(frozen=True, slots=True)
class Limit:
    """The timely filing limit of the payer's pack: its last day, and what it is."""

    last: date
    text: str
    pack: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A claim, the files that had it in order, and the limit of its payer if that is known.

    ``noted_sent`` is when the work list noticed that its clean file had left ``out/``; ``unsearched`` counts
    jobs whose files are no longer in the archive.
    """

    facts: ClaimFacts
    filings: tuple[Filing, ...]
    limit: Limit | None
    noted_sent: str
    unsearched: int

    @property
    def sent(self) -> tuple[Filing, ...]:
        """Return the filings in which the claim was put into ``out/``."""
        return tuple(filing for filing in self.filings if filing.is_sent)

    @property
    def filed_on(self) -> date | None:
        """Return the day of the first acceptance on record."""
        days = (each.day for filing in self.sent for each in filing.accepted)
        return min((day for day in days if day), default=None)

    @property
    def put_out_on(self) -> date | None:
        """Return the day on which the claim was first put into ``out/``."""
        days = [date.fromisoformat(filing.decided[:10]) for filing in self.sent]
        return min(days, default=None)


def proof_of(
    spool: Spool,
    ledger: Ledger,
    number: str,
    policy: Policy,
    answers: Iterable[Acknowledgment] = (),
    service: date | None = None,
    job: str = "",
) -> Proof:
    """Return the proof of a claim by its number (CLM01), and if several have it by its first day of service,
    or by a job that had it.

    Raise SpoolError if no claim is found, or several are.
    """
    found: dict[tuple[str, ...], list[tuple[JobRow, _Found, bool | None]]] = {}
    unsearched = 0
    for row in ledger.jobs():
        folder = archived(spool, row)
        if row.pruned or not (folder / _ORIGINAL).exists():
            unsearched += 1
            continue
        for claim, is_held in _claims_in(folder, number, row):
            if service is None or claim.facts.first_service == service:
                found.setdefault(_identity(claim), []).append((row, claim, is_held))
    if job:
        found = {key: entries for key, entries in found.items() if job in {row.job for row, _, _ in entries}}
    if not found:
        more = f" {unsearched} jobs are no longer in the archive." if unsearched else ""
        raise SpoolError(f"no claim in the archive has this number.{more}")
    if len(found) > 1:
        many = f"{len(found)} claims have this number; say which by --service-date or --job"
        raise ClaimChoiceError(many, _choices(found))
    (entries,) = found.values()
    kept = list(answers)
    audit = {row.job: row for row in ledger.audit() if row.event == "decided"}
    filings = tuple(
        _with_answers(_filing(spool, ledger, row, claim, audit.get(row.job), is_held=is_held), claim, kept)
        for row, claim, is_held in entries
    )
    last = entries[-1][1]
    return Proof(last.facts, filings, _limit(last, policy), _noted_sent(ledger, number), unsearched)


def _claims_in(folder: Path, number: str, row: JobRow) -> Iterator[tuple[_Found, bool | None]]:
    """Yield the claims of a job with this number, and whether each was held; ``None`` if that is not known.

    A file without a list of its claims is a second copy, or was scrubbed by an early version.
    """
    wanted = number.strip()
    held: dict[int, bool] | None = None
    if (folder / CLAIMS).exists():
        records = (record for record, _ in read_claims(folder))
        held = {one.ordinal: one.held for one in records if one.number.strip() == wanted}
        if not held:
            return
    ordinal = 0
    with source_of_path(folder / _ORIGINAL).open() as reader:
        for step in walk(envelope_events(read_blocks(reader)), lambda scope: not is_examined(scope)):
            if not (isinstance(step, Leaf) and step.is_claim):
                continue
            ordinal += 1
            if held is not None and ordinal not in held:
                continue
            claim = build_claim(step.levels(), step.segments)
            if str(claim.control_number).strip() != wanted:
                continue
            scopes = _headers(step.frame.scope if step.frame else None)
            facts = facts_of(claim, step.levels(), ())
            is_held = held[ordinal] if held is not None else _OF_FILE.get(row.verdict)
            yield _Found(claim, facts, scopes.get("interchange"), scopes.get("group")), is_held


def _headers(scope: Scope | None) -> dict[str, Segment]:
    found: dict[str, Segment] = {}
    while scope:
        if scope.header is not None:
            found[scope.kind] = scope.header
        scope = scope.parent
    return found


def _identity(found: _Found) -> tuple[str, ...]:
    """Return what a claim and its corrected copies have in common: the patient and the first day."""
    facts = found.facts
    patient = facts.levels.patient
    name = (patient.name, patient.first_name) if patient else ()
    return (*(part.strip().upper() for part in name), str(facts.first_service or ""))


def _choices(found: dict[tuple[str, ...], list[tuple[JobRow, _Found, bool | None]]]) -> list[str]:
    """Return what tells several claims with one number apart, without anything of the patient."""
    lines = []
    for entries in found.values():
        row, claim, _ = entries[0]
        day = claim.facts.first_service or "no date of service"
        lines.append(f"{day}, payer {plain(claim.facts.levels.payer_id) or 'unknown'}, job {row.job}")
    return sorted(lines)


def _filing(
    spool: Spool, ledger: Ledger, row: JobRow, found: _Found, audit: AuditRow | None, *, is_held: bool | None
) -> Filing:
    folder = archived(spool, row)
    try:
        decision = JobDecision.from_json((folder / MANIFEST).read_bytes())
    except ValueError as error:
        raise SpoolError(f"{row.job}: its manifest is damaged; see `scrubber spool verify`") from error
    verdict, taken = decision.verdict, decision.taken
    clean = next((file.name for file in verdict.files if file.place == "out"), "")
    outcome: Outcome = "unknown"
    if is_held is not None:
        outcome = "held" if is_held or not clean else "report_only" if verdict.report_only else "out"
    identities = [
        *([Identity.of_interchange(found.isa)] if found.isa else []),
        *([Identity.of_group(found.gs)] if found.gs else []),
    ]
    others = (ledger.earlier(identity, row.job) for identity in identities)
    return Filing(
        job=row.job,
        name=taken.name.encode("utf-8", "replace").decode(),
        arrived=datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=taken.arrived // 1000),
        decided=decision.decided,
        outcome=outcome,
        clean_file=clean,
        is_in_out=bool(clean) and (spool.out / clean).exists(),
        sha256=verdict.sha256,
        is_intact=hash_file(folder / _ORIGINAL) == verdict.sha256,
        manifest=row.manifest,
        previous=decision.previous,
        audit=audit,
        interchange=found.isa.get(13) if found.isa else "",
        group=found.gs.get(6) if found.gs else "",
        transaction=found.facts.levels.header.transaction,
        batch=found.facts.levels.header.batch,
        others=tuple(dict.fromkeys(other.job for other in others if other and other.sent)),
    )


def _with_answers(filing: Filing, found: _Found, answers: Sequence[Acknowledgment]) -> Filing:
    """Return a filing with what answers it: on or after its day, under its control numbers."""
    if not filing.is_sent:
        return filing
    earliest = date.fromisoformat(filing.decided[:10]) - timedelta(1)  # other time zones
    own = [
        each
        for each in answers
        if (each.day is None or each.day >= earliest) and _answers(each.answer, filing, found)
    ]
    return replace(
        filing, acknowledgments=tuple(sorted(own, key=lambda each: (str(each.day or ""), each.file)))
    )


def _answers(answer: Receipt | ClaimAcknowledgment, filing: Filing, found: _Found) -> bool:
    """Return True if an acknowledgment is about the claim, or about what it was sent in."""
    if isinstance(answer, ClaimAcknowledgment):
        facts = found.facts
        charge = None if facts.charge is None else int(facts.charge * 100)
        return (
            comparable(answer.number) == comparable(facts.control_number)
            and answer.batch in ("", filing.batch)
            and (answer.charge is None or answer.charge == charge)
            and (answer.first is None or answer.first == facts.first_service)
        )
    if answer.kind == "TA1":
        return answer.number == filing.interchange
    if answer.kind == "277CA":
        return bool(answer.number) and answer.number == filing.batch
    return answer.group == filing.group and answer.number in ("", filing.transaction)


def _limit(found: _Found, policy: Policy) -> Limit | None:
    """Return the timely filing limit for an original claim to this payer, if a pack or edit knows it."""
    claim, day = found.claim, found.facts.first_service
    if day is None:
        return None
    pack = policy.pack_for(claim)
    filing_code = str(claim.subscriber.filing_code) if claim.subscriber else ""
    for decision in policy.rulebook.decisions(pack, day):
        known = decision.parameters
        if _LATE not in decision.edit.denials or not {"years", "days"} <= known.keys():
            continue
        years, days = known["years"], known["days"]
        if filing_code in known.get("apart", ()):
            years, days = known.get("years_apart", 0), 0
        if years:
            return Limit(_after_years(day, years), f"{years} calendar year{'s' if years > 1 else ''}", pack)
        if days:
            return Limit(day + timedelta(days), f"{days} days", pack)
    return None


def _after_years(day: date, years: int) -> date:
    """Return the last day of a limit in years; one that ends on a weekend moves to Monday."""
    is_leap_day = (day.month, day.day) == (2, 29)
    last = day.replace(year=day.year + years, day=28 if is_leap_day else day.day)
    return last + timedelta(7 - last.weekday() if last.weekday() >= _SATURDAY else 0)


def _noted_sent(ledger: Ledger, number: str) -> str:
    """Return when the work list noticed that the claim was sent; empty if it was never on it."""
    rows = ledger.work_named(number)
    if len(rows) != 1:
        return ""
    return next((each.at for each in ledger.happenings(rows[0].claim) if each.what == "sent"), "")
