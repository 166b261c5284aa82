"""The patient paid more than the total charge.

What is wrong
    The amount that the patient paid (2300 AMT*F5) is larger than the total charge of the claim (CLM02).

Why it is refused
    Usually the payment was posted for several claims, or a decimal point is missing. A payer that deducts it
    pays nothing, or returns the claim.

How to correct it
    Enter in AMT*F5 only what the patient paid for the services of this claim.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-29",
    title="Patient paid more than the total charge",
    snip=4,
    severity="warn",
    to_do="Enter in AMT*F5 only what the patient paid for this claim, or correct the total charge (CLM02).",
    sources=("X12-837P",),
    denials=("CO-16",),
    claim_status=("A7:694",),
    needs=("payments",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    paid = next((amount.amount for amount in claim.amounts if amount.qualifier == "F5"), None)
    if paid is None or paid.decimal is None:
        return
    total = claim.total_charge.decimal
    # A total of zero is a fault of its own.
    if total and paid.decimal > total:
        message = f"Patient's payment (AMT*F5) of {paid} is more than the total charge (CLM02) of {total}."
        yield Hit(at=paid, message=message)
