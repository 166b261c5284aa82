"""Join what is in the store: each claim with its answers, and what could not be matched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import count, groupby
from operator import itemgetter

from msgspec import Struct, field

from scrubber.answers import ClaimAcknowledgment, ClaimPayment, Receipt
from scrubber.feedback.matching import ClaimMatch, match_payment, match_status
from scrubber.feedback.outcome import ClaimOutcome, outcome_of
from scrubber.feedback.store import Store, StoredAnswer

MOST_PLACES = 100
"""The most answers that are named because they were not matched; all are counted."""


class Unmatched(Struct, frozen=True):
    """An answer that is joined with no claim: where it is, and why; never its number, a patient's."""

    file: str
    segment: int
    kind: str
    why: str
    fitting: int


class Joined(Struct):
    """What could not be matched, counted by kind and reason, and the first of it.

    ``matched`` counts what could be, by kind, ``receipts`` the receipts of what was rejected.
    """

    matched: Counter[str] = field(default_factory=Counter)
    unmatched: Counter[tuple[str, str]] = field(default_factory=Counter)
    places: list[Unmatched] = field(default_factory=list)
    receipts: Counter[str] = field(default_factory=Counter)

    def miss(self, stored: StoredAnswer, kind: str, why: str, fitting: int, segment: int) -> None:
        """Count an answer that was not matched."""
        self.unmatched[kind, why] += 1
        if len(self.places) < MOST_PLACES:
            self.places.append(Unmatched(stored.name, segment, kind, why, fitting))


def outcomes(store: Store, joined: Joined) -> Iterator[ClaimOutcome]:
    """Yield every claim that was answered, with what became of it; fill ``joined`` before the first one.

    Call it within `Store.reading`. Memory does not grow with the number of claims.
    """
    numbers = count()
    for stored in store.answers("receipt"):
        _join_receipt(store, stored, joined)
    for stored in store.answers("status"):
        _join_status(store, stored, joined, next(numbers))
    for stored in store.answers("payment"):
        _join_payment(store, stored, joined, next(numbers))
    for key, entries in groupby(store.joined(), itemgetter(0)):
        found = [stored for _, stored in entries]
        answers = [stored.answer for stored in found]
        claim = store.claim(key)
        assert claim is not None  # it was there when it was joined
        outcome = outcome_of(
            claim,
            [answer for answer in answers if isinstance(answer, ClaimPayment)],
            [answer for answer in answers if isinstance(answer, ClaimAcknowledgment)],
        )
        # A payer's decision counts more than what was said before it.
        deciding = [stored for stored in found if isinstance(stored.answer, ClaimPayment)] or found
        outcome.decided_by = (deciding[-1].file, deciding[-1].answer)
        yield outcome


def _join_receipt(store: Store, stored: StoredAnswer, joined: Joined) -> None:
    """Mark the claims of what was rejected as a whole; a control number of two files says nothing."""
    receipt = stored.answer
    assert isinstance(receipt, Receipt)
    if not receipt.is_rejected:
        return
    joined.receipts[receipt.kind] += 1
    # What the watch held is not in what was sent.
    files = {claim.file for claim in store.claims_received(receipt) if not claim.was_held}
    if len(files) != 1:
        joined.miss(stored, receipt.kind, "ambiguous" if files else "unknown", len(files), receipt.segment)
        return
    joined.matched[receipt.kind] += 1
    for claim in list(store.claims_received(receipt)):
        if not claim.was_held:
            store.mark_unpaid(claim.key, stored)


def _join_status(store: Store, stored: StoredAnswer, joined: Joined, number: int) -> None:
    status = stored.answer
    assert isinstance(status, ClaimAcknowledgment)
    candidates = store.claims_numbered(status.number) or store.claims_referred(status.reference)
    match = match_status(status, candidates)
    if _note(match, stored, joined, "277CA", status.segment) and match.claim:
        store.join(match.claim.key, number, stored, status.icn)
        if status.is_rejected:
            store.mark_unpaid(match.claim.key, stored)


def _join_payment(store: Store, stored: StoredAnswer, joined: Joined, number: int) -> None:
    payment = stored.answer
    assert isinstance(payment, ClaimPayment)
    known = store.known_by(payment.icn) | store.known_by(payment.original)
    candidates = store.claims_numbered(payment.number) or [
        claim for key in sorted(known) if (claim := store.claim(key))
    ]
    unpaid = store.unpaid(claim.key for claim in candidates) if len(candidates) > 1 else ()
    match = match_payment(payment, candidates, store.known_by(payment.icn), unpaid)
    if _note(match, stored, joined, "835", payment.segment) and match.claim:
        store.join(match.claim.key, number, stored, payment.icn)


def _note(match: ClaimMatch, stored: StoredAnswer, joined: Joined, kind: str, segment: int) -> bool:
    """Count a match; return True if there is a claim."""
    if match.claim is None:
        joined.miss(stored, kind, match.why or "", match.fitting, segment)
        return False
    joined.matched[kind] += 1
    return True
