"""The total charge is not the sum of the line charges.

What is wrong
    The claim's total charge (CLM02) differs from the sum of its line charges (SV102).

Why it is refused
    The implementation guide (TR3) requires the two to balance. Payers reject the claim before it enters
    adjudication, because they cannot tell whether a line was lost or an amount was mistyped.

How to correct it
    Open the claim in the practice management system and compare the total with the lines. Often a line was
    added, deleted or repriced after the total was stored; saving the claim again recalculates it. There is no
    fix for this edit, because only the biller can tell which side is right.
"""

from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked

edit = Edit(
    id="BILL-01",
    title="Total charge is not the sum of the line charges",
    snip=3,
    severity="reject",
    to_do=(
        "Correct the total charge (CLM02) or the line charge (SV102) that is wrong, so that the lines "
        "add up to the total."
    ),
    sources=("X12-837P", "S-CSCLIST"),
    denials=("CO-16", "M54"),
    claim_status=("A8:400",),
    needs=("unbalanced",),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if context.is_misread("SV1"):
        return  # its charge may be right
    total = claim.total_charge.decimal
    lines = Decimal(0)
    for line in claim.lines:
        charge = line.charge.decimal
        if charge is None:
            total = None
            break
        lines += charge
    if total is None:
        yield Unchecked("a charge is missing or is not a number")
    elif total != lines:
        message = f"Total charge (CLM02) is {total}, but the line charges add up to {lines}."
        yield Hit(at=claim.total_charge, message=message)
