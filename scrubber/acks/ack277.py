"""The claim acknowledgement 277CA (005010X214): which claims of a transaction go on, and why others do not.

docs/acknowledgements.md says what it decides and what it leaves out. Source of shapes and codes: the guide,
by pyx12's map ``277.5010.X214.xml``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from scrubber.acks.interchange import FORM_277, UNKNOWN, AckInterchange, Addressee, KeptText
from scrubber.acks.statuses import ACCEPTED, RECEIVED, ClaimStatus, statuses
from scrubber.claim import Claim, Party, ServiceLine
from scrubber.engine.finding import Finding
from scrubber.engine.result import ClaimResult
from scrubber.x12 import Segment

_NO_REFERENCE = "0"
_PROCEDURES = frozenset({"AD", "ER", "HC", "HP", "IV", "NU", "WK"})
"""SVC01-1."""

_CENT = Decimal("0.01")
_MOST = Decimal(10) ** 10
_NAME, _FIRST_NAME, _MIDDLE_NAME, _ID, _REFERENCE, _CODE = 60, 35, 25, 80, 50, 48
"""Longest values, in characters."""


@dataclass(slots=True)
class _ClaimTally:
    """How many claims go on and how many do not, and what they charge, in dollars."""

    counts: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    amounts: dict[bool, Decimal] = field(default_factory=lambda: {True: Decimal(0), False: Decimal(0)})

    def add(self, amount: Decimal, *, accepted: bool) -> None:
        self.counts[accepted] += 1
        self.amounts[accepted] += amount


@dataclass(slots=True)
class _Provider:
    """The billing provider whose claims are being taken. ``place`` is its level in the input."""

    place: object
    number: int
    party: Party | None
    tally: _ClaimTally = field(default_factory=_ClaimTally)


@dataclass(slots=True)
class _Batch:
    """The transaction that is being taken. ``levels`` counts its HL, those of source and receiver first."""

    first: Claim | None = None
    provider: _Provider | None = None
    patient: object | None = None
    tally: _ClaimTally = field(default_factory=_ClaimTally)
    levels: int = 2


class Writer277:
    """Writes one interchange of ST*277, one for each transaction, told of each claim in its order.

    Counts stand before what they count, so claims wait on disk until their provider and their transaction
    are complete. Raises only what ``out`` raises.
    """

    def __init__(self, reply: Addressee, out: BinaryIO) -> None:
        self._paper = AckInterchange(out, reply, FORM_277)
        self._reply = reply
        self._day = _plain(reply.when.date())
        self._claims = KeptText()  # of the provider that is open
        self._providers = KeptText()  # those of the transaction that are complete
        self._batch = _Batch()
        self._sets = 0

    def claim(self, judged: ClaimResult, provider: object, patient: object) -> None:
        """Take the next claim of the transaction. ``provider`` and ``patient`` are the levels it stands in,
        compared by identity.
        """
        claim, batch = judged.claim, self._batch
        batch.first = batch.first or claim
        tally = self._provider_of(claim, provider).tally
        if batch.patient is not patient:
            batch.patient = patient
            self._begin_patient(claim)
        amount = _dollars(claim.total_charge.decimal)
        batch.tally.add(amount, accepted=not judged.holds)
        tally.add(amount, accepted=not judged.holds)
        self._claim(judged, _text(amount))

    def end(self, gs: Segment | None) -> None:
        """The transaction is complete: write it as an answer to the group ``gs``, or forget it (``None``)."""
        if gs is not None and self._batch.first:
            self._end_provider()
            self._write(gs, self._batch.first)
        self._claims.clear()
        self._providers.clear()
        self._batch = _Batch()

    def close(self) -> None:
        """End the interchange, if anything was written."""
        self._paper.close()
        self._claims.close()
        self._providers.close()

    def _write(self, gs: Segment, claim: Claim) -> None:
        """The whole ST*277; ``claim`` is one of its claims."""
        paper, day, time = self._paper, self._day, f"{self._reply.when:%H%M}"
        self._sets += 1
        trace = f"{self._reply.control_number:09d}-{self._sets:04d}"
        paper.begin_set(gs)
        paper.write("BHT", "0085", "08", trace, day, time, "TH")
        paper.write("HL", "1", "", "20", "1")
        isa, receiver = self._reply.isa, claim.receiver
        name = self._either((receiver.name if receiver else "", gs.get(3), isa.get(8)), _NAME)
        number = self._either((receiver.id if receiver else "", gs.get(3), isa.get(8)), _ID, 2)
        paper.write("NM1", "AY", "2", name, "", "", "", "", "46", number)
        paper.write("TRN", "1", trace)
        paper.write("DTP", "050", "D8", day)
        paper.write("DTP", "009", "D8", day)
        paper.write("HL", "2", "1", "21", "1")
        submitter = claim.submitter
        number = self._either((submitter.id if submitter else "", gs.get(2), isa.get(6)), _ID, 2)
        paper.write("NM1", "41", *self._name(submitter), "46", number)
        paper.write("TRN", "2", self._either((claim.batch,), _REFERENCE, otherwise=_NO_REFERENCE))
        for segment in self._totals(self._batch.tally, day, "90", "AA"):
            paper.write(*segment)
        paper.pour(self._providers)
        paper.end_set()

    def _provider_of(self, claim: Claim, place: object) -> _Provider:
        """The provider of the next claim: the one that is open, or a new one."""
        batch = self._batch
        if batch.provider is None or batch.provider.place is not place:
            self._end_provider()
            batch.levels += 1
            batch.provider = _Provider(place, batch.levels, claim.billing_provider)
        return batch.provider

    def _end_provider(self) -> None:
        """Put the open provider, with its counts and its claims, behind those before it."""
        provider, kept = self._batch.provider, self._providers
        if provider is None:
            return
        self._keep(kept, "HL", str(provider.number), "2", "19", "1")
        self._keep(kept, "NM1", "85", *self._name(provider.party), *self._provider_id(provider.party))
        self._keep(kept, "TRN", "1", _NO_REFERENCE)
        for segment in self._totals(provider.tally, "", "QA", "QC"):
            self._keep(kept, *segment)
        kept.take(self._claims)
        self._batch.provider = None

    def _begin_patient(self, claim: Claim) -> None:
        batch = self._batch
        assert batch.provider is not None
        batch.levels += 1
        self._keep(self._claims, "HL", str(batch.levels), str(batch.provider.number), "PT")
        subscriber = claim.subscriber
        member = self._either((subscriber.party.id if subscriber else "",), _ID, 2)
        self._keep(self._claims, "NM1", "QC", "1", *self._name(claim.patient)[1:], "MI", member)

    def _claim(self, judged: ClaimResult, amount: str) -> None:
        claim, holding = judged.claim, [finding for finding in judged.findings if finding.holds]
        # As it came: the sender knows no other.
        number = judged.original[0].get(1) if judged.original else claim.control_number
        self._keep(self._claims, "TRN", "2", self._either((number,), _REFERENCE, otherwise=_NO_REFERENCE))
        action = "U" if holding else "WQ"
        for status in statuses(holding) or [ACCEPTED]:
            self._keep(self._claims, "STC", self._status(status), self._day, action, amount)
        reference = claim.reference("D9")
        if reference and self._paper.usable(reference, _REFERENCE):
            self._keep(self._claims, "REF", "D9", reference)
        self._keep(self._claims, "DTP", "472", *self._period(claim))
        for line in claim.lines:
            own = [finding for finding in holding if finding.where.line == line.index]
            if own:
                self._line(line, own)

    def _line(self, line: ServiceLine, findings: Sequence[Finding]) -> None:
        """Say what is wrong with a line, where the line can be named at all."""
        paper, charge = self._paper, line.charge.decimal
        code = str(line.procedure)
        if line.qualifier not in _PROCEDURES or not paper.usable(code, _CODE):
            return
        modifiers = [modifier for modifier in line.modifiers if paper.usable(modifier, 2, 2)]
        service = paper.composite(line.qualifier, code, *modifiers)
        self._keep(self._claims, "SVC", service, _text(_dollars(charge)))
        first, *others = (self._status(status) for status in statuses(findings)[:3])
        more = ("",) * 6
        self._keep(self._claims, "STC", first, self._day, "U", *more, *others)
        own = next((ref.value for ref in line.references if ref.qualifier == "6R"), "")
        number = self._either((own, line.number), _REFERENCE, otherwise="")
        if number:
            self._keep(self._claims, "REF", "FJ", number)
        period = line.service
        if period and period.start and period.end:
            self._keep(self._claims, "DTP", "472", *_days(period.start, period.end))

    def _totals(self, tally: _ClaimTally, day: str, accepted: str, rejected: str) -> list[tuple[str, ...]]:
        """STC, QTY and AMT of a level. ``day`` may be empty; ``accepted`` and ``rejected`` are QTY01."""
        total = sum(tally.amounts.values(), Decimal(0))
        found: list[tuple[str, ...]] = [("STC", self._status(RECEIVED), day, "WQ", _text(total))]
        sides = ((True, accepted, "YU"), (False, rejected, "YY"))
        found += (("QTY", unit, str(tally.counts[side])) for side, unit, _ in sides if tally.counts[side])
        found += (("AMT", kind, _text(tally.amounts[side])) for side, _, kind in sides if tally.counts[side])
        return found

    def _keep(self, kept: KeptText, *elements: str) -> None:
        kept.add(self._paper.segment(*elements))

    def _status(self, status: ClaimStatus) -> str:
        return self._paper.composite(*status)

    def _name(self, party: Party | None) -> tuple[str, ...]:
        """NM102 to NM107."""
        if party is None:
            return "2", UNKNOWN, "", "", "", ""
        usable = self._paper.usable
        first = party.first_name if usable(party.first_name, _FIRST_NAME) else ""
        middle = party.middle_name if usable(party.middle_name, _MIDDLE_NAME) else ""
        kind = party.kind if party.kind in ("1", "2") else "2"
        return kind, self._either((party.name,), _NAME), first, middle, "", ""

    def _provider_id(self, party: Party | None) -> tuple[str, str]:
        """NM108 and NM109: the NPI, else the tax number."""
        if party and party.qualifier == "XX" and self._paper.usable(party.id, _ID, 2):
            return "XX", party.id
        tax = party.reference("EI", "SY") if party else None
        return "FI", self._either((tax or "",), _ID, 2)

    def _period(self, claim: Claim) -> tuple[str, str]:
        """DTP02 and DTP03: from the first to the last day of service, else the day of this reply."""
        found = [line.service for line in claim.lines if line.service]
        starts = [period.start for period in found if period.start]
        ends = [period.end for period in found if period.end]
        return _days(min(starts), max(ends)) if starts and ends else ("D8", self._day)

    def _either(
        self, values: Sequence[str], longest: int, shortest: int = 1, *, otherwise: str = UNKNOWN
    ) -> str:
        """The first of some values that can be written, without blanks around it."""
        stripped = (value.strip() for value in values)
        return next((value for value in stripped if self._paper.usable(value, longest, shortest)), otherwise)


def _dollars(amount: Decimal | None) -> Decimal:
    """An amount of dollars and cents that all sums have room for; 0 where it is none."""
    if amount is None or abs(amount) >= _MOST or amount != amount.quantize(_CENT):
        return Decimal(0)
    return amount


def _text(amount: Decimal) -> str:
    """An amount as X12 writes numbers: no zeros behind the last decimal."""
    text = f"{amount:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _days(start: date, end: date) -> tuple[str, str]:
    return ("D8", _plain(start)) if start == end else ("RD8", f"{_plain(start)}-{_plain(end)}")


def _plain(day: date) -> str:
    """CCYYMMDD."""
    return day.isoformat().replace("-", "")
