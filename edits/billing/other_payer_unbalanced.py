"""Another payer's amount paid does not match its adjudication.

What is wrong
    For another payer, the amount paid (2320 AMT*D) is not the sum of its line payments (2430 SVD02) less its
    claim-level adjustments (2320 CAS). If it adjudicated the claim as a whole, paid plus adjusted does not
    equal the total charge (CLM02). Or it adjudicated the claim, and the amount paid is missing.

Why it is refused
    The implementation guide (TR3) requires these amounts to balance, payer by payer. The next payer
    calculates its own share from them and rejects a claim whose amounts contradict each other.

How to correct it
    Compare the claim with the other payer's remittance advice (EOB or 835), line by line. Usually an
    adjustment was not posted, or the total paid belongs to a claim with different lines. If the payer paid
    nothing, enter zero as the amount paid and its reasons as adjustments.
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
    to_do="Correct the other payer's amounts paid and adjusted (AMT*D, CAS) to match its remittance advice.",
    variants={"unexplained": "warn", "paid amount missing": "warn"},
    sources=("X12-837P", "S-X12-RFI1294"),
    denials=("CO-16", "MA04"),
    claim_status=("A7:672",),
    needs=("other payers",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    keys = payer_keys(claim)
    adjudicated = [(line, decisions(line)) for line in claim.lines]
    if any(key not in keys for _, by_payer in adjudicated for key in by_payer):
        return  # another edit reports an adjudication by an unknown payer
    for other in claim.other_payers:
        key = key_of(other.payer.id)
        of_payer = [(line, by_payer[key]) for line, by_payer in adjudicated if key in by_payer]
        if not of_payer and not other.adjustments and not paid_by(other):
            continue
        if keys.count(key) > 1:
            yield Unchecked("several other payers have the same ID, so it is unclear who adjudicated what")
            return
        yield from _check_payer(claim, other, of_payer)


def _check_payer(
    claim: Claim, other: OtherPayer, adjudicated: Sequence[tuple[ServiceLine, Sequence[Adjudication]]]
) -> Iterator[CheckResult]:
    paid = paid_by(other)
    if paid is None:
        message = "Another payer adjudicated the claim, but its amount paid (2320 AMT*D) is missing."
        to_do = (
            "Enter the other payer's amount paid in 2320 AMT*D (remittance advice), or 0 if it paid nothing."
        )
        at = other.subscriber.responsibility.segment
        variant = "paid amount missing"
        yield Hit(at=at, message=message, element="AMT02", loop="2320", variant=variant, to_do=to_do)
        return
    balances = [is_balanced(line, adjudications) for line, adjudications in adjudicated]
    if False in balances:
        return  # the line that does not balance is the cause
    by_lines = total(entry.paid for _, adjudications in adjudicated for entry in adjudications)
    of_claim = adjusted(other.adjustments)
    of_lines = adjusted(
        change for _, adjudications in adjudicated for entry in adjudications for change in entry.adjustments
    )
    charge = claim.total_charge.decimal
    if by_lines is None or of_claim is None or of_lines is None or None in (charge, paid.decimal, *balances):
        return  # other edits report an amount that is missing or not a number
    amount = paid.decimal or Decimal(0)
    if (adjudicated and amount == by_lines - of_claim) or charge == amount + of_claim + of_lines:
        return
    if adjudicated:
        message = (
            f"Another payer's amount paid is {amount}, but its line payments add up to {by_lines}, "
            f"less {of_claim} adjusted at the claim level."
        )
        yield Hit(at=paid, message=message)
    else:
        message = f"Another payer paid {amount} and adjusted {of_claim}, which is not the charge of {charge}."
        yield Hit(at=paid, message=message, variant="" if other.adjustments else "unexplained")
