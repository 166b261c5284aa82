"""The claim total is not the sum of its lines.

What is wrong
    The claim's total charge (CLM02) differs from the sum of its service line charges (SV102).

Why it is refused
    The implementation guide demands that the two balance. Payers reject the claim before it is entered,
    since they cannot tell whether a line was lost or an amount was mistyped.

How to correct it
    Open the claim in the practice-management system and compare the total with the lines. Often a line was
    added, deleted or repriced after the total had been stored; saving the claim again recalculates it.
    Nothing is repaired here, because which side is right is not known.
"""

from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked

edit = Edit(
    id="BILL-01",
    title="Claim total is not the sum of its lines",
    snip=3,
    severity="reject",
    sources=("X12-837P", "S-CSCLIST"),
    denials=("CO-16", "M54"),
    claim_status=("A8:400",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
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
        message = f"The claim's total charge is {total}, but its lines add up to {lines}."
        yield Hit(at=claim.total_charge, message=message)
