"""What other payers have decided on a claim (2320 and 2430), added up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from scrubber.claim.field import Field
from scrubber.claim.model import Adjudication, Claim, OtherPayer, ServiceLine
from scrubber.claim.parts import Adjustment


def key_of(payer_id: str) -> str:
    """A payer's id as it is compared: SVD01 with NM109 of loop 2330B."""
    return payer_id.strip().upper()


def payer_keys(claim: Claim) -> list[str]:
    """The ids of the other payers, one for each loop 2320."""
    return [key_of(other.payer.id) for other in claim.other_payers]


def decisions(line: ServiceLine) -> Mapping[str, Sequence[Adjudication]]:
    """What was decided on a line, by payer; an unbundled line has several decisions of one payer."""
    found: dict[str, list[Adjudication]] = {}
    for decision in line.adjudications:
        found.setdefault(key_of(decision.payer_id), []).append(decision)
    return found


def paid_by(other: OtherPayer) -> Field | None:
    """What a payer paid for the whole claim (AMT*D), or ``None`` where it does not say."""
    return next((amount.amount for amount in other.amounts if amount.qualifier == "D"), None)


def total(amounts: Iterable[Field]) -> Decimal | None:
    """The sum of amounts, or ``None`` where one of them is missing or is no number."""
    numbers = [amount.decimal for amount in amounts]
    if None in numbers:
        return None
    return sum((number for number in numbers if number is not None), Decimal(0))


def adjusted(adjustments: Iterable[Adjustment]) -> Decimal | None:
    """The sum of adjustments; triples that are left empty count nothing."""
    return total(entry.amount for entry in adjustments if entry.amount or entry.reason)


def explained(decided: Iterable[Adjudication]) -> Decimal | None:
    """What decisions on a line account for: paid and adjusted together."""
    found = list(decided)
    paid = total(decision.paid for decision in found)
    changed = adjusted(entry for decision in found for entry in decision.adjustments)
    return None if paid is None or changed is None else paid + changed


def is_balanced(line: ServiceLine, decided: Sequence[Adjudication]) -> bool | None:
    """Whether a payer's decisions account for a line's charge; ``None`` where a number is unreadable.

    Those of an unbundled line do so together. Each for itself is let pass, too.
    """
    charge, together = line.charge.decimal, explained(decided)
    if charge is None or together is None:
        return None
    return together == charge or all(explained([decision]) == charge for decision in decided)
