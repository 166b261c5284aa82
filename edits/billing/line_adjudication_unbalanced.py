"""What another payer paid and adjusted on a line is not the line's charge.

What is wrong
    For another payer, the amount paid on a service line (2430 SVD02) and its adjustments (2430 CAS) together
    are not the line's charge (SV102).

Why it is refused
    The guide demands that they balance for every payer and line. The next payer cannot tell what is left to
    pay, and rejects the claim.

How to correct it
    Compare the line with the other payer's remittance advice: each reason with its amount is an adjustment,
    the patient's share (deductible, coinsurance) among them. If the payer paid one line as several, all of
    them stand under the line and balance together.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.other_payers import decisions, explained, is_balanced, payer_keys
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked

edit = Edit(
    id="BILL-17",
    title="Other payer's decision on a line does not balance",
    snip=3,
    severity="reject",
    sources=("X12-837P", "S-X12-RFI1555"),
    denials=("CO-16", "MA04"),
    claim_status=("A7:672", "A8:400"),
    needs=("adjudications",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    keys = payer_keys(claim)
    for line in claim.lines:
        for key, decided in decisions(line).items():
            balanced = is_balanced(line, decided)
            if balanced is None:
                yield Unchecked("an amount of another payer, or a charge, is missing or is not a number")
            elif not balanced and keys.count(key) > 1:
                yield Unchecked("several other payers have the same id, so decisions cannot be told apart")
            elif not balanced:
                message = (
                    f"On line {line.index} another payer accounts for {explained(decided)}, "
                    f"but the line charges {line.charge}."
                )
                yield Hit(at=decided[0].paid, message=message, line=line)
