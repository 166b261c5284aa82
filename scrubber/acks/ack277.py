"""The claim acknowledgement 277CA (005010X214): which claims are accepted, and why others are rejected.

docs/acknowledgements.md states what it decides and what it leaves out. Source of segments and codes: the TR3,
by pyx12's map ``277.5010.X214.xml``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import BinaryIO

from scrubber.acks.interchange import ACK_277, UNKNOWN, AckInterchange, Addressee, SegmentBuffer
from scrubber.acks.statuses import ACCEPTED, GENERAL, RECEIVED, ClaimStatus, statuses
from scrubber.claim import ServiceLine
from scrubber.engine.facts import ClaimFacts, LevelFacts, PartyFacts
from scrubber.engine.finding import Finding
from scrubber.engine.result import ClaimResult
from scrubber.x12 import Segment

_NO_REFERENCE = "0"
_PROCEDURE_QUALIFIERS = frozenset({"AD", "ER", "HC", "HP", "IV", "NU", "WK"})
"""SVC01-1."""

_CENT = Decimal("0.01")
_AMOUNT_LIMIT = Decimal(10) ** 10
_NAME, _FIRST_NAME, _MIDDLE_NAME, _ID, _REFERENCE, _CODE = 60, 35, 25, 80, 50, 48
"""Maximum lengths, in characters."""
_MESSAGE = 264
"""STC12."""
_PARTIAL = "PARTIAL RUN"
_REPORT_ONLY = "Report-only run, would be held"
_WOULD_BE_HELD = "WOULD BE HELD"
_REMEMBERED_LENGTH = 24
"""No amount is longer, and junk must not fill the memory."""


@dataclass(slots=True)
class _ClaimTally:
    """The number of accepted and rejected claims, and their charges in dollars."""

    counts: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    amounts: dict[bool, Decimal] = field(default_factory=lambda: {True: Decimal(0), False: Decimal(0)})

    def add(self, amount: Decimal, *, accepted: bool) -> None:
        self.counts[accepted] += 1
        self.amounts[accepted] += amount

    def add_tally(self, other: _ClaimTally) -> None:
        for side in (True, False):
            self.counts[side] += other.counts[side]
            self.amounts[side] += other.amounts[side]


@dataclass(slots=True)
class _Provider:
    """The billing provider whose claims are being added. ``place`` is its HL loop in the input."""

    place: object
    number: int
    party: PartyFacts | None
    tally: _ClaimTally = field(default_factory=_ClaimTally)


@dataclass(slots=True)
class _Batch:
    """The transaction being added. ``levels`` counts its HL segments, with those of source and receiver.

    ``tally`` is that of the complete providers.
    """

    first: LevelFacts | None = None
    provider: _Provider | None = None
    patient: object | None = None
    tally: _ClaimTally = field(default_factory=_ClaimTally)
    levels: int = 2


class Writer277:
    """Writer of one interchange with an ST*277 for each transaction, fed with the claims in their order.

    Counts precede what they count, so claims are buffered on disk until their provider and their transaction
    are complete. Each claim has the ``remark`` in STC12, and one that only a report-only run accepts what
    would hold it. Raises only what ``out`` raises.
    """

    def __init__(self, addressee: Addressee, out: BinaryIO, remark: str = "") -> None:
        self._interchange = AckInterchange(out, addressee, ACK_277)
        self._addressee = addressee
        self._day = _ccyymmdd(addressee.when.date())
        self._claims = SegmentBuffer()  # of the open provider
        self._providers = SegmentBuffer()  # the complete ones of the transaction
        self._batch = _Batch()
        self._sets = 0
        self._element, self._terminator = self._interchange.element, self._interchange.terminator
        self._accepted = self._element.join(("STC", self._status(ACCEPTED), self._day, "WQ", ""))
        self._partial = remark
        remark = self._first_usable((remark.upper(),), _MESSAGE, otherwise=_PARTIAL) if remark else ""
        self._after_amount = (*("",) * 7, remark)  # STC05 to STC12
        self._remark = self._element * 8 + remark if remark else ""

    def claim(self, result: ClaimResult, provider: object, patient: object, *, held: bool) -> None:
        """Add the next claim of the transaction.

        ``provider`` and ``patient`` are the HL loops that contain it, compared by identity. It is accepted
        unless it is ``held``.
        """
        facts, batch, element, end = result.facts, self._batch, self._element, self._terminator
        batch.first = batch.first or facts.levels
        open_provider = self._provider_of(facts.levels, provider)
        amount, amount_text = _amount(facts)
        open_provider.tally.add(amount, accepted=not held)
        segments: list[str] = []
        if batch.patient is not patient:
            batch.patient = patient
            batch.levels += 1
            segments += self._patient(facts.levels, batch.levels, open_provider.number)
        # Every claim has these segments: they are filled in without a look at each element.
        segments.append(f"TRN{element}2{element}{self._number(result, facts)}{end}")
        holding = [finding for finding in result.findings if finding.holds] if held else []
        if held:
            text, day = self._interchange.text, self._day
            segments += [
                text("STC", self._status(status), day, "U", amount_text, *self._after_amount)
                for status in (statuses(holding) or [GENERAL])
            ]
        else:
            remark = self._would_hold(result) if result.holds else self._remark
            segments.append(f"{self._accepted}{amount_text}{remark}{end}")
        if facts.reference and self._interchange.usable(facts.reference, _REFERENCE):
            segments.append(f"REF{element}D9{element}{facts.reference}{end}")
        form, dates = self._period(facts)
        segments.append(f"DTP{element}472{element}{form}{element}{dates}{end}")
        self._claims.add("".join(segments).encode("ascii"), len(segments))
        if holding:
            for line in result.claim.lines:
                line_findings = [finding for finding in holding if finding.where.line == line.index]
                if line_findings:
                    self._line(line, line_findings)

    def end(self, gs: Segment | None) -> None:
        """End the transaction: write it as an answer to the group ``gs``, or discard it (``None``)."""
        if gs is not None and self._batch.first:
            self._end_provider()
            self._write(gs, self._batch.first)
        self._claims.clear()
        self._providers.clear()
        self._batch = _Batch()

    def close(self) -> None:
        """End the interchange, if anything was written."""
        self._interchange.close()
        self._claims.close()
        self._providers.close()

    def _write(self, gs: Segment, levels: LevelFacts) -> None:
        """Write the whole ST*277; ``levels`` are those of its first claim."""
        interchange, day, time = self._interchange, self._day, f"{self._addressee.when:%H%M}"
        self._sets += 1
        trace = f"{self._addressee.control_number:09d}-{self._sets:04d}"
        interchange.begin_set(gs)
        interchange.write("BHT", "0085", "08", trace, day, time, "TH")
        interchange.write("HL", "1", "", "20", "1")
        isa, receiver = self._addressee.isa, levels.header.receiver
        name = self._first_usable((receiver.name if receiver else "", gs.get(3), isa.get(8)), _NAME)
        number = self._first_usable((receiver.id if receiver else "", gs.get(3), isa.get(8)), _ID, 2)
        interchange.write("NM1", "AY", "2", name, "", "", "", "", "46", number)
        interchange.write("TRN", "1", trace)
        interchange.write("DTP", "050", "D8", day)
        interchange.write("DTP", "009", "D8", day)
        interchange.write("HL", "2", "1", "21", "1")
        submitter = levels.header.submitter
        number = self._first_usable((submitter.id if submitter else "", gs.get(2), isa.get(6)), _ID, 2)
        interchange.write("NM1", "41", *self._name(submitter), "46", number)
        interchange.write(
            "TRN", "2", self._first_usable((levels.header.batch,), _REFERENCE, otherwise=_NO_REFERENCE)
        )
        for segment in self._totals(self._batch.tally, day, "90", "AA"):
            interchange.write(*segment)
        interchange.pour(self._providers)
        interchange.end_set()

    def _provider_of(self, levels: LevelFacts, place: object) -> _Provider:
        """Return the provider of the next claim: the open one, or a new one."""
        batch = self._batch
        if batch.provider is None or batch.provider.place is not place:
            self._end_provider()
            batch.levels += 1
            batch.provider = _Provider(place, batch.levels, levels.billing_provider)
        return batch.provider

    def _end_provider(self) -> None:
        """Append the open provider, with its counts and its claims, to those before it."""
        provider, done = self._batch.provider, self._providers
        if provider is None:
            return
        self._buffer(done, "HL", str(provider.number), "2", "19", "1")
        self._buffer(done, "NM1", "85", *self._name(provider.party), *self._provider_id(provider.party))
        self._buffer(done, "TRN", "1", _NO_REFERENCE)
        for segment in self._totals(provider.tally, "", "QA", "QC"):
            self._buffer(done, *segment)
        done.take(self._claims)
        self._batch.tally.add_tally(provider.tally)
        self._batch.provider = None

    def _patient(self, levels: LevelFacts, number: int, parent: int) -> tuple[str, str]:
        """Return the HL and the NM1 of the next patient."""
        element, end = self._element, self._terminator
        member = self._first_usable((levels.member_id,), _ID, 2)
        _, *names = self._name(levels.patient)
        return (
            f"HL{element}{number}{element}{parent}{element}PT{end}",
            element.join(("NM1", "QC", "1", *names, "MI", member)) + end,
        )

    def _would_hold(self, result: ClaimResult) -> str:
        """Return STC05 to STC12 of a claim that is sent on although edits reject it."""
        edits = dict.fromkeys(finding.edit for finding in result.all_findings if finding.holds)
        edits |= dict.fromkeys(failure.edit for failure in result.failures)
        named = ", ".join((*edits, *(edit for edit in result.holding_unchecked if edit not in edits)))
        texts = [f"{_REPORT_ONLY} by {named}".upper(), _REPORT_ONLY.upper()]
        texts = [f"{self._partial.upper()}. {text}" for text in texts if self._partial] + texts
        return self._element * 8 + self._first_usable(texts, _MESSAGE, otherwise=_WOULD_BE_HELD)

    def _number(self, result: ClaimResult, facts: ClaimFacts) -> str:
        """Return the claim's number as received: the sender does not know another one."""
        number = facts.control_number
        if result.is_changed and result.original:
            number = result.original[0].get(1)
        number = number.strip()
        return number if self._interchange.usable(number, _REFERENCE) else _NO_REFERENCE

    def _line(self, line: ServiceLine, findings: Sequence[Finding]) -> None:
        """Write what is wrong with a line, if the line can be identified at all."""
        interchange, charge = self._interchange, line.charge.decimal
        code = str(line.procedure)
        if line.qualifier not in _PROCEDURE_QUALIFIERS or not interchange.usable(code, _CODE):
            return
        modifiers = [modifier for modifier in line.modifiers if interchange.usable(modifier, 2, 2)]
        service = interchange.composite(line.qualifier, code, *modifiers)
        self._buffer(self._claims, "SVC", service, _text(_dollars(charge)))
        first, *others = (self._status(status) for status in statuses(findings)[:3])
        more = ("",) * 6
        self._buffer(self._claims, "STC", first, self._day, "U", *more, *others)
        control_number = next((ref.value for ref in line.references if ref.qualifier == "6R"), "")
        number = self._first_usable((control_number, line.number), _REFERENCE, otherwise="")
        if number:
            self._buffer(self._claims, "REF", "FJ", number)
        period = line.service
        if period and period.start and period.end:
            self._buffer(self._claims, "DTP", "472", *_days(period.start, period.end))

    def _totals(self, tally: _ClaimTally, day: str, accepted: str, rejected: str) -> list[tuple[str, ...]]:
        """Return STC, QTY and AMT of a level. ``day`` may be empty; ``accepted``, ``rejected`` are QTY01."""
        total = sum(tally.amounts.values(), Decimal(0))
        found: list[tuple[str, ...]] = [("STC", self._status(RECEIVED), day, "WQ", _text(total))]
        sides = ((True, accepted, "YU"), (False, rejected, "YY"))
        found += (("QTY", unit, str(tally.counts[side])) for side, unit, _ in sides if tally.counts[side])
        found += (("AMT", kind, _text(tally.amounts[side])) for side, _, kind in sides if tally.counts[side])
        return found

    def _buffer(self, buffer: SegmentBuffer, *elements: str) -> None:
        buffer.add(self._interchange.segment(*elements))

    def _status(self, status: ClaimStatus) -> str:
        return self._interchange.composite(*status)

    def _name(self, party: PartyFacts | None) -> tuple[str, ...]:
        """Return NM102 to NM107."""
        if party is None:
            return "2", UNKNOWN, "", "", "", ""
        usable = self._interchange.usable
        first = party.first_name if usable(party.first_name, _FIRST_NAME) else ""
        middle = party.middle_name if usable(party.middle_name, _MIDDLE_NAME) else ""
        kind = party.kind if party.kind in ("1", "2") else "2"
        return kind, self._first_usable((party.name,), _NAME), first, middle, "", ""

    def _provider_id(self, party: PartyFacts | None) -> tuple[str, str]:
        """Return NM108 and NM109: the NPI, else the tax ID."""
        if party and party.qualifier == "XX" and self._interchange.usable(party.id, _ID, 2):
            return "XX", party.id
        return "FI", self._first_usable((party.tax_id if party else "",), _ID, 2)

    def _period(self, facts: ClaimFacts) -> tuple[str, str]:
        """Return DTP02 and DTP03: the first to the last date of service, else the date of this 277CA."""
        if facts.first_service and facts.last_service:
            return _days(facts.first_service, facts.last_service)
        return "D8", self._day

    def _first_usable(
        self, values: Sequence[str], longest: int, shortest: int = 1, *, otherwise: str = UNKNOWN
    ) -> str:
        """Return the first value that can be written, stripped of spaces."""
        for value in values:
            stripped = value.strip()
            if self._interchange.usable(stripped, longest, shortest):
                return stripped
        return otherwise


def _amount(facts: ClaimFacts) -> tuple[Decimal, str]:
    """Return the total charge as it is summed, and as it is written."""
    if facts.charge is None or len(facts.total_charge) > _REMEMBERED_LENGTH:
        amount = _dollars(facts.charge)
        return amount, _text(amount)
    return _amount_once(facts.charge)


@lru_cache(maxsize=4096)
def _amount_once(charge: Decimal) -> tuple[Decimal, str]:
    amount = _dollars(charge)
    return amount, _text(amount)


def _dollars(amount: Decimal | None) -> Decimal:
    """Return an amount in dollars and cents small enough for all sums; 0 if it is not one."""
    if amount is None or abs(amount) >= _AMOUNT_LIMIT or amount != amount.quantize(_CENT):
        return Decimal(0)
    return amount


def _text(amount: Decimal) -> str:
    """Return an amount in X12 notation: no trailing zeros after the decimal point."""
    text = f"{amount:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@lru_cache(maxsize=4096)
def _days(start: date, end: date) -> tuple[str, str]:
    return ("D8", _ccyymmdd(start)) if start == end else ("RD8", f"{_ccyymmdd(start)}-{_ccyymmdd(end)}")


def _ccyymmdd(day: date) -> str:
    """Return a date as CCYYMMDD."""
    return day.isoformat().replace("-", "")
