"""Medicare comes second, and the claim does not say why.

What is wrong
    The claim goes to Medicare as a later payer (SBR01 is not P), and the kind of insurance that makes it so
    (SBR05) is missing.

Why it is refused
    The guide demands it: Medicare checks by it which law puts another payer first (working aged, kidney
    disease, accident, …), and rejects the claim without it.

How to correct it
    Ask the patient the questions about other coverage and enter the kind: 12 working aged with a group plan,
    13 kidney disease, 14 no-fault, 15 workers' compensation, 43 disabled with a large group plan, 47 other
    liability, and so on.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-26",
    title="Medicare is second without the reason",
    snip=4,
    severity="reject",
    sources=("X12-837P", "S-X12-RFI1190", "S-STEDI-MSP"),
    denials=("CO-16", "MA04"),
    claim_status=("A7:672",),
    needs=("medicare", "later payer"),
)

_FIRST_OR_UNKNOWN = ("P", "U", "")


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    subscriber = claim.subscriber
    if subscriber is None or subscriber.filing_code != "MB" or subscriber.insurance_type:
        return
    if subscriber.responsibility not in _FIRST_OR_UNKNOWN:
        message = "Medicare is not the first payer, and SBR05 does not say why."
        yield Hit(at=subscriber.insurance_type, message=message)
