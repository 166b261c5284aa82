"""What became of one claim: its standing payments, its denials, and what the edits had said of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct, field

from scrubber.answers import CasAdjustment, ClaimAcknowledgment, ClaimPayment, PayerAnswer
from scrubber.feedback.codes import CodeClass, codes, normal, shown
from scrubber.feedback.matching import match_line
from scrubber.feedback.sent import Mark, MarkState, SentClaim

Verdict = Literal["caught", "missed", "no_edit", "not_foreseeable", "unclassified"]
"""Of a denial. ``caught``: an edit with its code rejected the claim there. ``missed``: an edit would have,
but only warned, was overridden, is off or was unchecked. ``no_edit``: the claim shows the reason, and no edit
fired for it. ``not_foreseeable``: the claim does not show it. ``unclassified``: the CARC is in no class.
"""
Decision = Literal["paid", "denied", "rejected", "written_off"]
"""Of a claim as a whole; it is denied if anything of it is."""
_ORDER: tuple[MarkState, ...] = ("rejects", "overridden", "warns", "off", "unchecked")
"""Which of several states counts for a denial: the first."""
_DENIED = "4"
_DUPLICATE = "18"
_UNFORESEEN: dict[CodeClass, Verdict] = {
    "claim": "no_edit",
    "outside": "not_foreseeable",
    "unclassified": "unclassified",
}
"""The verdict of a denial that no edit is about."""


class Denial(Struct, frozen=True):
    """One reason for which a claim or line was not paid, with its cents.

    ``line`` is the service line from 1; ``None`` for the claim, or if two lines fit. ``marks`` are the edits
    that decide the verdict, all of them in one state.
    """

    carc: str
    group: str
    remarks: tuple[str, ...]
    cents: int
    line: int | None
    verdict: Verdict
    marks: tuple[Mark, ...]

    @property
    def state(self) -> MarkState | None:
        """Return the state of the edits that decide."""
        return self.marks[0].state if self.marks else None


class Rejection(Struct, frozen=True):
    """A claim that a 277CA rejects; it never came to adjudication."""

    statuses: tuple[str, ...]
    verdict: Verdict
    marks: tuple[Mark, ...]


class ClaimOutcome(Struct):
    """A claim with what was answered. ``payments`` are those that stand: reversed ones are not among them.

    ``answered_lines`` are the service lines with an answer. ``ambiguous_lines`` counts lines of answers that
    fit two of them, ``unmatched_lines`` those that fit none. ``decided_by`` is the answer that decides, with
    the hash of its file; ``reversals`` counts the payments that were taken back.
    """

    claim: SentClaim
    payments: list[ClaimPayment] = field(default_factory=list)
    denials: list[Denial] = field(default_factory=list)
    rejection: Rejection | None = None
    answered_lines: set[int] = field(default_factory=set)
    unknown_reversals: int = 0
    reversals: int = 0
    ambiguous_lines: int = 0
    unmatched_lines: int = 0
    decided_by: tuple[str, PayerAnswer] | None = None

    @property
    def is_answered(self) -> bool:
        """Return True if a payer has decided on it."""
        return bool(self.payments) or self.rejection is not None

    @property
    def paid(self) -> int:
        """Return what is paid, in cents."""
        return sum(payment.paid for payment in self.payments)

    @property
    def patient(self) -> int:
        """Return what the patient owes, in cents: as stated (CLP05), else by the adjustments."""
        return sum(payment.patient or _adjusted(payment, "PR") for payment in self.payments)

    @property
    def denied(self) -> int:
        """Return what is denied, in cents."""
        return sum(denial.cents for denial in self.denials)

    @property
    def decision(self) -> Decision | None:
        """Return what became of the claim as a whole; ``None`` if no one has decided on it.

        A payment that was taken back leaves it denied. What no one owes is written off.
        """
        if self.rejection:
            return "rejected"
        if self.denials or (not self.payments and self.reversals):
            return "denied"
        if not self.payments:
            return None
        return "paid" if self.paid or self.patient else "written_off"

    @property
    def is_allowed(self) -> bool:
        """Return True if the claim was adjudicated and nothing of it was denied."""
        return bool(self.payments) and not self.denials and self.rejection is None

    def allows(self, line: int | None) -> bool:
        """Return True if a line (or the claim) was adjudicated and nothing of it was denied."""
        if not self.payments or self.rejection:
            return False
        if line is None:
            return not self.denials
        return line in self.answered_lines and not any(each.line in (None, line) for each in self.denials)

    def refusals(self) -> Iterator[Denial | Rejection]:
        """Yield what was refused, by the payer or before."""
        yield from self.denials
        if self.rejection:
            yield self.rejection

    def confirms(self, mark: Mark) -> int | None:
        """Return the cents of the denials that an edit foresaw, ``None`` if there are none."""
        found = [each.cents for each in self.denials if foresees(mark, each.carc, each.remarks, each.line)]
        if self.rejection and any(has_status(mark, status) for status in self.rejection.statuses):
            found.append(self.claim.charge or 0)
        return sum(found) if found else None


def _adjusted(payment: ClaimPayment, group: str) -> int:
    adjustments = (*payment.adjustments, *(each for line in payment.lines for each in line.adjustments))
    return sum(each.cents for each in adjustments if each.group == group)


def outcome_of(
    claim: SentClaim, payments: Sequence[ClaimPayment], statuses: Sequence[ClaimAcknowledgment] = ()
) -> ClaimOutcome:
    """Return what became of a claim; the answers in the order in which they came."""
    outcome = ClaimOutcome(claim)
    for payment in payments:
        _stand(outcome, payment)
    for payment in outcome.payments:
        outcome.denials += _denials(claim, outcome, payment)
    if statuses and statuses[-1].is_rejected and not outcome.payments:
        outcome.rejection = _rejection(claim, statuses[-1])
    return outcome


def foresees(mark: Mark, carc: str, remarks: Sequence[str], line: int | None) -> bool:
    """Return True if an edit is about a denial: on the same line, with the same reason.

    A common RARC is enough. So is a common CARC, unless it leaves the reason to RARCs and these differ. An
    edit that was not evaluated has no line, so such a CARC needs a common RARC.
    """
    if None not in (mark.line, line) and mark.line != line:
        return False
    known = codes()
    said = {normal(code) for code in remarks} - known.silent
    own = {code for code in mark.denials if "-" not in code}
    if own & said:
        return True
    if normal(carc) not in {code.partition("-")[2] for code in mark.denials if "-" in code}:
        return False
    if normal(carc) in known.general:
        return mark.state != "unchecked" and not (own and said)
    return True


def has_status(mark: Mark, status: str) -> bool:
    """Return True if an edit has the claim status of a 277CA: the same number, and no other entity."""
    _, number, entity = [*status.split(":"), "", ""][:3]
    for own in mark.statuses:
        _, own_number, own_entity = [*own.split(":"), "", ""][:3]
        if number and number == own_number and (not entity or not own_entity or entity == own_entity):
            return True
    return False


def _stand(outcome: ClaimOutcome, payment: ClaimPayment) -> None:
    """Add a payment to those that stand, or take away the one that it reverses or replaces."""
    payer = payment.payment.payer_ids, payment.payment.payer
    charge = abs(payment.charge)
    # Parts of a claim that the payer has split have other charges, and stand side by side.
    standing = [
        each
        for each in outcome.payments
        if (each.payment.payer_ids, each.payment.payer) == payer and each.charge == charge
    ]
    if payment.is_reversal:
        same = [each for each in standing if each.paid == -payment.paid]
        if same:
            outcome.payments.remove(same[-1])
            outcome.reversals += 1
        else:
            outcome.unknown_reversals += 1
    elif not standing:
        outcome.payments.append(payment)
    elif not _is_duplicate(payment):
        outcome.payments[outcome.payments.index(standing[-1])] = payment


def _is_duplicate(payment: ClaimPayment) -> bool:
    """Return True if a claim was denied because it was answered before: the earlier answer stands."""
    known = codes()
    reasons = [each.reason for line in payment.lines for each in line.adjustments]
    reasons += [each.reason for each in payment.adjustments]
    denials = {normal(reason) for reason in reasons if known.denial(reason, whole=False)}
    return denials == {_DUPLICATE}


def _denials(claim: SentClaim, outcome: ClaimOutcome, payment: ClaimPayment) -> Iterator[Denial]:
    found = False
    for line in payment.lines:
        match = match_line(line, claim)
        outcome.ambiguous_lines += match.is_ambiguous
        outcome.unmatched_lines += match.line is None and not match.is_ambiguous
        if match.line:
            outcome.answered_lines.add(match.line)
        is_unpaid = not line.paid
        remarks = (*line.remarks, *payment.remarks)
        for each in line.adjustments:
            whole = is_unpaid and each.cents >= line.charge
            if denial := _denial(claim, each, remarks, match.line, whole=whole):
                found = True
                yield denial
    for each in payment.adjustments:
        whole = not payment.paid and each.cents >= payment.charge
        if denial := _denial(claim, each, payment.remarks, None, whole=whole):
            found = True
            yield denial
    if payment.status == _DENIED and not found:
        unexplained = CasAdjustment("", "", max(payment.charge, 0))
        yield _judged(claim, "unclassified", unexplained, payment.remarks, None)


def _denial(
    claim: SentClaim, adjustment: CasAdjustment, remarks: tuple[str, ...], line: int | None, *, whole: bool
) -> Denial | None:
    """Return the denial that an adjustment is, ``None`` if it is none."""
    kind = codes().denial(adjustment.reason, whole=whole)
    if kind is None or adjustment.cents <= 0:
        return None
    return _judged(claim, kind, adjustment, remarks, line)


def _judged(
    claim: SentClaim, kind: CodeClass, adjustment: CasAdjustment, remarks: tuple[str, ...], line: int | None
) -> Denial:
    """Return a denial with what the edits had said of it."""
    marks = _deciding([mark for mark in claim.marks if foresees(mark, adjustment.reason, remarks, line)])
    return Denial(
        carc=shown(adjustment.reason),
        group=shown(adjustment.group),
        remarks=tuple(map(shown, dict.fromkeys(remarks))),
        cents=adjustment.cents,
        line=line,
        verdict=_verdict(marks, _UNFORESEEN[kind]),
        marks=marks,
    )


def _rejection(claim: SentClaim, status: ClaimAcknowledgment) -> Rejection:
    statuses = (*status.statuses, *(each for line in status.lines for each in line.statuses))
    marks = _deciding([mark for mark in claim.marks if any(has_status(mark, each) for each in statuses)])
    numbers = {each.split(":")[1] for each in statuses if ":" in each}
    is_outside = bool(numbers & codes().rejections)
    return Rejection(statuses, _verdict(marks, "not_foreseeable" if is_outside else "no_edit"), marks)


def _deciding(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Return the marks in the state that counts first, each edit once."""
    for state in _ORDER:
        if found := {mark.edit: mark for mark in marks if mark.state == state}:
            return tuple(found.values())
    return ()


def _verdict(marks: Sequence[Mark], otherwise: Verdict) -> Verdict:
    if not marks:
        return otherwise
    return "caught" if marks[0].state == "rejects" else "missed"
