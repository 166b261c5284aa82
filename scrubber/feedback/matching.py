"""Find the claim and the lines that an answer is about. What fits two claims is said, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from scrubber.answers import ClaimAcknowledgment, ClaimPayment, LinePayment
from scrubber.feedback.sent import SentClaim, SentLine

WhyUnmatched = Literal["unknown", "differs", "ambiguous"]
"""``unknown``: no claim has the number. ``differs``: one has it, but other dates, or another charge and other
lines. ``ambiguous``: two or more claims fit.
"""


class ClaimMatch(Struct, frozen=True):
    """The claim that an answer is about, or why there is none; ``fitting`` is how many fit."""

    claim: SentClaim | None
    why: WhyUnmatched | None = None
    fitting: int = 0


class LineMatch(Struct, frozen=True):
    """The number of the service line that a line of an answer is about, from 1, or ``None``.

    ``is_ambiguous`` is true if two lines fit.
    """

    line: int | None
    is_ambiguous: bool = False


_Fits = Callable[[SentClaim], bool]


def match_payment(
    payment: ClaimPayment,
    candidates: Sequence[SentClaim],
    known: Collection[str] = (),
    not_paid: Collection[str] = (),
) -> ClaimMatch:
    """Find the claim of a payment among those with its number.

    ``known`` are the keys of claims that the payer is known to have given this control number (CLP07), in a
    277CA or in an earlier payment; ``not_paid`` those of claims that were rejected before adjudication.
    """
    ids, day = payment.payment.payer_ids, payment.payment.paid_on
    charge = abs(payment.charge)  # a reversal's is negative
    billed = sorted(_billed(line) for line in payment.lines)
    controls = {line.control_number for line in payment.lines if line.control_number}

    def has_charge(claim: SentClaim) -> bool:
        return claim.charge == charge

    def has_dates(claim: SentClaim) -> bool:
        return _overlap(payment.first, payment.last, claim.first, claim.last)

    def has_control_numbers(claim: SentClaim) -> bool:
        return bool(controls) and controls <= {line.control_number for line in claim.lines}

    def has_procedures(claim: SentClaim) -> bool:
        return bool(billed) and {code for code, _ in billed} <= {line.procedure for line in claim.lines}

    def has_same_lines(claim: SentClaim) -> bool:
        return bool(billed) and billed == sorted((line.procedure, line.modifiers) for line in claim.lines)

    def is_dated_otherwise(claim: SentClaim) -> bool:
        return bool(payment.first and claim.first) and not has_dates(claim)

    fitting = [
        claim
        for claim in candidates
        # Many practices number their claims by patient: the same charge on another day is another claim.
        if not is_dated_otherwise(claim)
        and (has_charge(claim) or has_control_numbers(claim) or has_procedures(claim))
    ]
    narrowing: tuple[_Fits, ...] = (
        lambda claim: claim.key in known,
        lambda claim: claim.key not in not_paid,
        lambda claim: claim.number == payment.number,
        lambda claim: claim.payer in ids,
        has_charge,
        has_dates,
        has_same_lines,
        has_control_numbers,
        lambda claim: bool(payment.frequency) and claim.frequency == payment.frequency,
        lambda claim: bool(payment.original) and claim.original == payment.original,
        lambda claim: day is None or claim.sent_on <= day,
        lambda claim: not claim.was_held,
    )
    return _chosen(candidates, fitting, narrowing)


def match_status(status: ClaimAcknowledgment, candidates: Sequence[SentClaim]) -> ClaimMatch:
    """Find the claim of a 277CA among those with its number or its REF*D9."""

    def has_charge(claim: SentClaim) -> bool:
        return status.charge is not None and claim.charge == status.charge

    def has_dates(claim: SentClaim) -> bool:
        return _overlap(status.first, status.last, claim.first, claim.last)

    def is_of_batch(claim: SentClaim) -> bool:
        return bool(status.batch) and claim.batch == status.batch

    def has_reference(claim: SentClaim) -> bool:
        return bool(status.reference) and claim.reference == status.reference

    evidence = (has_charge, has_dates, is_of_batch, has_reference)
    fitting = [claim for claim in candidates if any(fits(claim) for fits in evidence)]

    def was_sent(claim: SentClaim) -> bool:
        return not claim.was_held

    narrowing = (is_of_batch, has_reference, has_charge, has_dates, was_sent)
    return _chosen(candidates, fitting, narrowing)


def match_line(payment: LinePayment, claim: SentClaim) -> LineMatch:
    """Find the line of a claim that a line of its payment is about.

    The line item control number decides where the claim has it; otherwise procedure, modifiers, charge and
    day do.
    """
    numbered = [
        index for index, line in enumerate(claim.lines, 1) if _is_numbered(line, payment.control_number)
    ]
    if len(numbered) == 1:
        return LineMatch(numbered[0])
    code, modifiers = _billed(payment)
    lines = [(index, line) for index, line in enumerate(claim.lines, 1) if line.procedure == code]
    if numbered:
        lines = [(index, line) for index, line in lines if index in numbered]
    narrowing: tuple[Callable[[SentLine], bool], ...] = (
        lambda line: line.charge == abs(payment.charge),
        lambda line: line.modifiers == modifiers,
        lambda line: line.first == payment.first,
    )
    for fits in narrowing:
        lines = [entry for entry in lines if fits(entry[1])] or lines
    if len(lines) == 1:
        return LineMatch(lines[0][0])
    return LineMatch(None, is_ambiguous=bool(lines))


def _chosen(
    candidates: Sequence[SentClaim], fitting: list[SentClaim], narrowing: Sequence[_Fits]
) -> ClaimMatch:
    """Return the one claim that is left when what fits less is set aside, step by step."""
    if not fitting:
        return ClaimMatch(None, "differs" if candidates else "unknown")
    for fits in narrowing:
        fitting = [claim for claim in fitting if fits(claim)] or fitting
    if len(fitting) > 1:
        return ClaimMatch(None, "ambiguous", len(fitting))
    return ClaimMatch(fitting[0], fitting=1)


def _billed(line: LinePayment) -> tuple[str, tuple[str, ...]]:
    """Return the procedure as billed, with the modifiers of SVC01."""
    return line.submitted or line.procedure, line.modifiers


def _is_numbered(line: SentLine, number: str) -> bool:
    return bool(number) and line.control_number.strip() == number.strip()


def _overlap(
    first: date | None, last: date | None, other_first: date | None, other_last: date | None
) -> bool:
    """Return True if two periods have a day in common; unknown days have none."""
    if not (first and other_first):
        return False
    return first <= (other_last or other_first) and other_first <= (last or first)
