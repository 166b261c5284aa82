"""Medicare is secondary, and the claim does not say why.

What is wrong
    The claim goes to Medicare as a secondary or later payer (SBR01 is not P), and the insurance type code
    that explains it (SBR05) is missing.

Why it is refused
    The implementation guide (TR3) requires it: Medicare uses it to check which Medicare Secondary Payer (MSP)
    rule makes another payer primary (working aged, kidney disease, accident, …), and rejects the claim
    without it.

How to correct it
    Ask the patient about other coverage and enter the insurance type code: 12 working aged with a group plan,
    13 kidney disease, 14 no-fault, 15 workers' compensation, 43 disabled with a large group plan, 47 other
    liability, and so on.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-26",
    title="Medicare is secondary without an MSP reason (SBR05)",
    snip=4,
    severity="reject",
    to_do="Enter the MSP insurance type code in SBR05, such as 12 (working aged) or 15 (workers' comp).",
    sources=("X12-837P", "S-X12-RFI1190", "S-STEDI-MSP"),
    denials=("CO-16", "MA04"),
    claim_status=("A7:672",),
    needs=("medicare", "later payer"),
)

_PRIMARY_OR_UNKNOWN = ("P", "U", "")


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    subscriber = claim.subscriber
    if subscriber is None or subscriber.filing_code != "MB" or subscriber.insurance_type:
        return
    if subscriber.responsibility not in _PRIMARY_OR_UNKNOWN:
        message = "Medicare is not primary, and the reason (SBR05) is missing."
        yield Hit(at=subscriber.insurance_type, message=message)
