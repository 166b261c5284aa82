"""Import files into the store: claims as sent, and answers. A file is imported whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from msgspec import Struct, field

from scrubber.answers import (
    ClaimAcknowledgment,
    ClaimPayment,
    PayerAnswer,
    PaymentDone,
    Receipt,
    Trouble,
    read_answers,
)
from scrubber.engine.policy import Policy
from scrubber.errors import InputChangedError
from scrubber.feedback.sent import read_sent
from scrubber.feedback.store import CLAIMS_PREFIX, Store
from scrubber.x12.source import Source

_CHUNK = 1 << 18
MOST_TROUBLES = 100
"""The most troubles of a file that are kept; all are counted."""


class ClaimsImported(Struct):
    """What came of an 837: its claims, and how many of them the edits hold.

    ``is_known`` is true if it was left as it was imported before.
    """

    name: str
    is_known: bool = False
    claims: int = 0
    held: int = 0


class AnswersImported(Struct):
    """What came of a file of answers. ``is_known`` is true if it was imported before: nothing was changed.

    ``sha256`` is the hash of its bytes.

    ``troubles`` are the first of those that there are, ``more_troubles`` counts the others.
    """

    name: str
    is_known: bool = False
    sha256: str = ""
    payments: int = 0
    unbalanced: int = 0
    claims: int = 0
    statuses: int = 0
    receipts: int = 0
    paid: int = 0
    troubles: list[Trouble] = field(default_factory=list)
    more_troubles: int = 0

    @property
    def has_answers(self) -> bool:
        """Return True unless nothing of the file could be read."""
        return self.is_known or bool(self.payments or self.claims or self.statuses or self.receipts)

    def add(self, answer: PayerAnswer) -> bool:
        """Count an answer; return False if it is a trouble too many to keep."""
        if isinstance(answer, ClaimPayment):
            self.claims += 1
        elif isinstance(answer, PaymentDone):
            self.payments += 1
            self.unbalanced += not answer.balances
            self.paid += answer.payment.amount or 0
        elif isinstance(answer, ClaimAcknowledgment):
            self.statuses += 1
        elif isinstance(answer, Receipt):
            self.receipts += 1
        elif len(self.troubles) < MOST_TROUBLES:
            self.troubles.append(answer)
        else:
            self.more_troubles += 1
            return False
        return True


def import_claims(
    source: Source,
    store: Store,
    policy: Policy,
    as_of: date | None = None,
    *,
    again: bool = True,
    not_sent: Collection[int] = (),
) -> ClaimsImported:
    """Evaluate the claims of an 837 and keep them; ``not_sent`` are those that a watch held, by ordinal.

    Those of a file that is known are evaluated again, since the edits may be others, unless ``again`` is
    false.
    """
    done = ClaimsImported(source.name)
    sha256 = _hash(source)
    with store.importing():
        if not again and store.knows_claims(sha256):
            done.is_known = True
            return done
        for claim in read_sent(source, sha256, policy, as_of, not_sent):
            store.add_claim(claim)
            done.claims += 1
            done.held += claim.held
        store.add_file(CLAIMS_PREFIX + sha256, source.name)
    return done


def import_answers(source: Source, store: Store) -> AnswersImported:
    """Keep the answers of a file, unless its very bytes are known."""
    sha256 = _hash(source)
    done = AnswersImported(source.name, sha256=sha256)
    with store.importing():
        if store.knows(sha256):
            done.is_known = True
            return done
        for position, answer in enumerate(_answers(source, sha256)):
            if done.add(answer):
                store.add_answer(sha256, position, answer)
        store.add_file(sha256, source.name)
    return done


def _answers(source: Source, sha256: str) -> Iterator[PayerAnswer]:
    with source.open() as reader:
        yield from read_answers(reader)
        if reader.sha256() != sha256:
            raise InputChangedError("the input changed while it was being read")


def _hash(source: Source) -> str:
    with source.open() as reader:
        while reader.read(_CHUNK):
            pass
        return reader.sha256()
