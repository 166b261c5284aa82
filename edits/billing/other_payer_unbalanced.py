"""What another payer paid for the claim does not fit what it decided.

What is wrong
    For another payer, the amount paid (2320 AMT*D) is not the sum of what it paid for the lines (2430 SVD02)
    less its adjustments of the whole claim (2320 CAS). Where it decided on the claim as a whole, paid and
    adjusted are not the total charge (CLM02). Or it decided, and the amount paid is missing altogether.

Why it is refused
    The guide demands that these amounts balance, payer by payer. The next payer reckons its own share from
    them and rejects a claim whose figures contradict each other.

How to correct it
    Compare with the other payer's remittance advice (EOB or 835), line by line. Usually an adjustment was
    not taken over, or the total paid belongs to a claim with other lines. Where the payer paid nothing, enter
    zero as paid and its reasons as adjustments.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from scrubber.claim import Adjudication, Claim, OtherPayer, ServiceLine
from scrubber.claim.other_payers import adjusted, decisions, is_balanced, key_of, paid_by, payer_keys, total
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked

edit = Edit(
    id="BILL-16",
    title="Other payer's amounts do not balance",
    snip=3,
    severity="reject",
    variants={"unexplained": "warn", "not said": "warn"},
    sources=("X12-837P", "S-X12-RFI1294"),
    denials=("CO-16", "MA04"),
    claim_status=("A7:672",),
    needs=("other payers",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    keys = payer_keys(claim)
    decided = [(line, decisions(line)) for line in claim.lines]
    if any(key not in keys for _, by_payer in decided for key in by_payer):
        return  # another edit says that a decision is nobody's
    for other in claim.other_payers:
        key = key_of(other.payer.id)
        of_payer = [(line, by_payer[key]) for line, by_payer in decided if key in by_payer]
        if not of_payer and not other.adjustments and not paid_by(other):
            continue
        if keys.count(key) > 1:
            yield Unchecked("several other payers have the same id, so their decisions cannot be told apart")
            return
        yield from _check_payer(claim, other, of_payer)


def _check_payer(
    claim: Claim, other: OtherPayer, decided: Sequence[tuple[ServiceLine, Sequence[Adjudication]]]
) -> Iterator[CheckResult]:
    paid = paid_by(other)
    if paid is None:
        message = "Another payer decided on the claim, and what it paid for all of it is missing."
        at = other.subscriber.responsibility.segment
        yield Hit(at=at, message=message, element="AMT02", loop="2320", variant="not said")
        return
    balances = [is_balanced(line, found) for line, found in decided]
    if False in balances:
        return  # the line that does not balance is the cause
    by_lines = total(entry.paid for _, found in decided for entry in found)
    of_claim = adjusted(other.adjustments)
    of_lines = adjusted(change for _, found in decided for entry in found for change in entry.adjustments)
    charge = claim.total_charge.decimal
    if by_lines is None or of_claim is None or of_lines is None or None in (charge, paid.decimal, *balances):
        yield Unchecked("an amount of another payer, or a charge, is missing or is not a number")
        return
    amount = paid.decimal or Decimal(0)
    if (decided and amount == by_lines - of_claim) or charge == amount + of_claim + of_lines:
        return
    if decided:
        message = (
            f"Another payer paid {amount}; its lines say {by_lines}, less {of_claim} adjusted for the claim."
        )
        yield Hit(at=paid, message=message)
    else:
        message = f"Another payer paid {amount} and adjusted {of_claim}: that is not the charge of {charge}."
        yield Hit(at=paid, message=message, variant="" if other.adjustments else "unexplained")
