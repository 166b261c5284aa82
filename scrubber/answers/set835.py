"""Read an 835 (005010X221A1): claims with their lines and adjustments, and whether the money balances."""

from __future__ import annotations

from datetime import date

from msgspec import Struct, field
from msgspec.structs import replace

from scrubber.answers.fields import MOST, Amounts, procedure_of
from scrubber.answers.model import (
    CasAdjustment,
    ClaimPayment,
    LinePayment,
    PayerAnswer,
    Payment,
    PaymentDone,
    ProviderAdjustment,
    Trouble,
)
from scrubber.answers.money import amount, cents_of
from scrubber.x12 import Segment
from scrubber.x12.dates import parse_date

_PREDETERMINATION = "25"
"""CLP02 of a claim for which no money is moved."""
_DEBIT = "D"
_PAYER_NUMBERS = ("2U", "NF", "EO", "HI")
_REMARKS = {"MOA": range(3, 8), "MIA": (5, 20, 21, 22, 23)}
_FIRST_DAYS, _LAST_DAYS = ("472", "150", "232"), ("472", "151", "233")
_CAS_FIRST, _CAS_LAST = 2, 17
_PLB_FIRST, _PLB_LAST = 3, 13
_MOST_IDS = 8


class _Line(Struct):
    """A line that is being read. ``segment`` is its SVC, ``adjusted`` what all its CAS add up to."""

    segment: Segment
    charge: int
    paid: int
    adjusted: int = 0
    control_number: str = ""
    first: date | None = None
    last: date | None = None
    adjustments: list[CasAdjustment] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def made(self) -> LinePayment:
        """Return the line."""
        procedure, modifiers = procedure_of(self.segment, 1)
        return LinePayment(
            procedure=procedure,
            modifiers=modifiers,
            charge=self.charge,
            paid=self.paid,
            submitted=procedure_of(self.segment, 6)[0],
            control_number=self.control_number,
            first=self.first,
            last=self.last or self.first,
            adjustments=tuple(self.adjustments),
            remarks=tuple(dict.fromkeys(self.remarks)),
        )


class _Claim(Struct):
    """A claim that is being read. ``segment`` is its CLP, ``adjusted`` what all CAS in it add up to.

    ``has_more`` is true if it has lines that are not kept.
    """

    segment: Segment
    charge: int
    paid: int
    patient: int
    adjusted: int = 0
    has_more: bool = False
    original: str = ""
    first: date | None = None
    last: date | None = None
    adjustments: list[CasAdjustment] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    lines: list[LinePayment] = field(default_factory=list)

    def made(self, payment: Payment) -> ClaimPayment:
        """Return the claim."""
        first = [line.first for line in self.lines if line.first]
        last = [line.last for line in self.lines if line.last]
        return ClaimPayment(
            number=self.segment.get(1),
            status=self.segment.get(2),
            charge=self.charge,
            paid=self.paid,
            patient=self.patient,
            icn=self.segment.get(7),
            frequency=self.segment.get(9),
            original=self.original,
            first=min(first, default=self.first),
            last=max(last, default=self.last or self.first),
            adjustments=tuple(self.adjustments),
            remarks=tuple(dict.fromkeys(self.remarks)),
            lines=tuple(self.lines),
            payment=payment,
            segment=self.segment.number,
        )


class Set835:
    """The reader of one 835, ST to SE."""

    def __init__(self) -> None:
        self.out: list[PayerAnswer] = []
        self._payment = Payment()
        self._party = ""  # N101 of the loop 1000 that is being read
        self._claim: _Claim | None = None
        self._line: _Line | None = None
        self._amounts = Amounts()
        self._claims = 0
        self._paid = 0
        self._provider_adjusted = 0
        self._provider: list[ProviderAdjustment] = []

    def take(self, segment: Segment) -> None:
        """Take the next segment; a claim is complete where the next one begins."""
        name = segment.id
        if name == "CLP":
            self._close_claim()
            self._claims += 1
            charge, paid = self._cents(segment, 3), self._cents(segment, 4)
            self._paid += paid
            self._claim = _Claim(segment, charge, paid, self._cents(segment, 5, optional=True))
        elif name == "LX":
            self._close_claim()
        elif name == "PLB":
            self._close_claim()
            self._adjust_payment(segment)
        elif self._claim is None:
            self._head(segment)
        elif name == "SVC":
            self._close_line(self._claim)
            self._line = _Line(segment, self._cents(segment, 2), self._cents(segment, 3, optional=True))
        elif name == "CAS":
            self._adjust(segment, self._claim)
        else:
            self._detail(segment, self._claim)

    def end(self, last: Segment) -> None:
        """Complete the last claim and the payment, and check whether it balances."""
        self._close_claim()
        problem = self._imbalance()
        if problem:
            self.out.append(Trouble.at(last, problem))
        self.out.append(
            PaymentDone(
                self._payment, self._claims, self._paid, tuple(self._provider), not problem, last.number
            )
        )

    def _imbalance(self) -> str:
        """Return why the payment does not balance or cannot be balanced; empty if it does."""
        total = self._payment.amount
        if total is None:
            return "the payment cannot be balanced: there is no amount in BPR02"
        if not self._amounts.are_exact:
            return "the payment cannot be balanced: an amount in this 835 is unreadable"
        expected = self._paid - self._provider_adjusted
        if total == expected:
            return ""
        return (
            f"the payment does not balance: BPR02 is {amount(total)}, but claims of {amount(self._paid)} less"
            f" provider adjustments of {amount(self._provider_adjusted)} are {amount(expected)}"
        )

    def _cents(self, segment: Segment, element: int, *, optional: bool = False) -> int:
        return self._amounts.read(segment, element, self.out, optional=optional)

    def _head(self, segment: Segment) -> None:
        """Take a segment of the table that comes before the claims."""
        name = segment.id
        if name == "BPR":
            cents = cents_of(segment.get(2))
            if cents is not None and segment.get(3) == _DEBIT:
                cents = -cents
            self._payment = replace(self._payment, amount=cents, paid_on=parse_date(segment.get(16)))
        elif name == "TRN":
            self._payment = replace(self._payment, trace=segment.get(2))
            self._add_payer_id(segment.get(3), last=True)
        elif name == "N1":
            self._party = segment.get(1)
            if self._party == "PR":
                self._payment = replace(self._payment, payer=segment.get(2))
                self._add_payer_id(segment.get(4))
            elif self._party == "PE":
                self._payment = replace(self._payment, payee=segment.get(4))
        elif name == "REF" and self._party == "PR" and segment.get(1) in _PAYER_NUMBERS:
            self._add_payer_id(segment.get(2))

    def _add_payer_id(self, text: str, *, last: bool = False) -> None:
        """Add a number of the payer: its own come before that of the bank's trace."""
        ids = self._payment.payer_ids
        if text and text not in ids and len(ids) < _MOST_IDS:
            self._payment = replace(self._payment, payer_ids=(*ids, text) if last else (text, *ids))

    def _detail(self, segment: Segment, claim: _Claim) -> None:
        """Take a segment of a claim or of its line; names and addresses are not looked at."""
        name, part = segment.id, self._line or claim
        if name == "DTM":
            day = parse_date(segment.get(2))
            if day and segment.get(1) in _FIRST_DAYS:
                part.first = day
            if day and segment.get(1) in _LAST_DAYS:
                part.last = day
        elif name == "REF":
            if self._line and segment.get(1) == "6R":
                self._line.control_number = segment.get(2)
            elif not self._line and segment.get(1) == "F8":
                claim.original = segment.get(2)
        elif name == "LQ":
            if segment.get(1) == "HE" and segment.get(2) and len(part.remarks) < MOST:
                part.remarks.append(segment.get(2))
        elif name in _REMARKS and len(claim.remarks) < MOST:
            claim.remarks += filter(None, map(segment.get, _REMARKS[name]))

    def _adjust(self, segment: Segment, claim: _Claim) -> None:
        """Take a CAS: up to six reasons of one group."""
        part = self._line or claim
        for element in range(_CAS_FIRST, _CAS_LAST + 1, 3):
            reason = segment.get(element)
            if not (reason or segment.get(element + 1)):
                continue
            cents = self._cents(segment, element + 1)
            part.adjusted += cents
            if self._line:
                claim.adjusted += cents
            if len(part.adjustments) < MOST:
                part.adjustments.append(CasAdjustment(segment.get(1), reason, cents))

    def _adjust_payment(self, segment: Segment) -> None:
        """Take a PLB: up to six adjustments of the whole payment."""
        for element in range(_PLB_FIRST, _PLB_LAST + 1, 2):
            reason = segment.component(element, 1)
            if reason or segment.get(element + 1):
                cents = self._cents(segment, element + 1)
                self._provider_adjusted += cents
                if len(self._provider) < MOST:
                    self._provider.append(ProviderAdjustment(reason, cents))

    def _close_line(self, claim: _Claim) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        if line.charge - line.adjusted != line.paid:
            message = (
                f"the line does not balance: charge {amount(line.charge)} less adjustments"
                f" {amount(line.adjusted)} is not the payment, {amount(line.paid)}"
            )
            self.out.append(Trouble.at(line.segment, message))
        if len(claim.lines) < MOST:
            claim.lines.append(line.made())
        elif not claim.has_more:
            claim.has_more = True
            self.out.append(Trouble.at(line.segment, f"more than {MOST} lines: the rest is not matched"))

    def _close_claim(self) -> None:
        claim = self._claim
        if claim is None:
            return
        self._close_line(claim)
        self._claim = None
        if claim.segment.get(2) != _PREDETERMINATION and claim.charge - claim.adjusted != claim.paid:
            message = (
                f"the claim does not balance: charge {amount(claim.charge)} less adjustments"
                f" {amount(claim.adjusted)} is not the payment, {amount(claim.paid)}"
            )
            self.out.append(Trouble.at(claim.segment, message))
        self.out.append(claim.made(self._payment))
