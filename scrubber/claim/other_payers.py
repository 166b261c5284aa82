"""Totals of other payers' adjudications of a claim (loops 2320 and 2430)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from scrubber.claim.field import Field
from scrubber.claim.model import Adjudication, Claim, OtherPayer, ServiceLine
from scrubber.claim.parts import Adjustment


def key_of(payer_id: str) -> str:
    """Return a payer ID normalized for comparison: SVD01 with NM109 of loop 2330B."""
    return payer_id.strip().upper()


def payer_keys(claim: Claim) -> list[str]:
    """Return the IDs of the other payers, one for each loop 2320."""
    return [key_of(other.payer.id) for other in claim.other_payers]


def decisions(line: ServiceLine) -> Mapping[str, Sequence[Adjudication]]:
    """Return a line's adjudications by payer; an unbundled line has several from one payer."""
    found: dict[str, list[Adjudication]] = {}
    for adjudication in line.adjudications:
        found.setdefault(key_of(adjudication.payer_id), []).append(adjudication)
    return found


def paid_by(other: OtherPayer) -> Field | None:
    """Return what a payer paid for the whole claim (AMT*D), or ``None`` if it is not reported."""
    return next((amount.amount for amount in other.amounts if amount.qualifier == "D"), None)


def total(amounts: Iterable[Field]) -> Decimal | None:
    """Return the sum of amounts, or ``None`` if one of them is missing or not a number."""
    numbers = [amount.decimal for amount in amounts]
    if None in numbers:
        return None
    return sum((number for number in numbers if number is not None), Decimal(0))


def adjusted(adjustments: Iterable[Adjustment]) -> Decimal | None:
    """Return the sum of adjustments; empty triples do not count."""
    return total(entry.amount for entry in adjustments if entry.amount or entry.reason)


def explained(adjudications: Iterable[Adjudication]) -> Decimal | None:
    """Return what line adjudications account for: the paid amounts plus the adjustments."""
    entries = list(adjudications)
    paid = total(entry.paid for entry in entries)
    adjustments = adjusted(adjustment for entry in entries for adjustment in entry.adjustments)
    return None if paid is None or adjustments is None else paid + adjustments


def is_balanced(line: ServiceLine, adjudications: Sequence[Adjudication]) -> bool | None:
    """Return True if a payer's adjudications account for a line's charge, ``None`` if a number is unreadable.

    Those of an unbundled line are added up. It also passes if each of them accounts for the charge by itself.
    """
    charge, combined = line.charge.decimal, explained(adjudications)
    if charge is None or combined is None:
        return None
    return combined == charge or all(explained([entry]) == charge for entry in adjudications)
