"""The non-covered amount of a payer that was not billed is not the total charge.

What is wrong
    Another payer has a total non-covered amount (2320 AMT*A8), which says that it was not billed because
    it does not cover the services, and the amount is not the total charge (CLM02). A payer that paid or
    adjusted something was billed and is not checked.

Why it is refused
    The implementation guide (TR3) has this amount for claims that the payer did not adjudicate: all of it
    is not covered. Anything else contradicts itself.

How to correct it
    Enter the total charge, or, if the payer adjudicated the claim, replace AMT*A8 with what it paid
    (AMT*D) and its adjustments (CAS).
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.other_payers import decisions, key_of, paid_by
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="COB-05",
    title="Non-covered amount (AMT*A8) is not the total charge",
    snip=3,
    severity="warn",
    to_do="Enter the total charge (CLM02) in 2320 AMT*A8, or replace AMT*A8 with AMT*D and CAS.",
    sources=("X12-837P", "S-STEDI-A8"),
    denials=("CO-16", "MA04"),
    claim_status=("A8:672",),
    needs=("other payers",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    adjudicated = {key for line in claim.lines for key in decisions(line)}
    for other in claim.other_payers:
        noncovered = next((amount.amount for amount in other.amounts if amount.qualifier == "A8"), None)
        if noncovered is None or noncovered.decimal is None:
            continue
        if paid_by(other) is not None or other.adjustments or key_of(other.payer.id) in adjudicated:
            continue
        if noncovered.decimal != claim.total_charge.decimal:
            charge = claim.total_charge
            message = f"Other payer's non-covered amount is {noncovered}, not the total charge of {charge}."
            yield Hit(at=noncovered, message=message)
