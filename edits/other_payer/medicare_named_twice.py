"""Medicare Part B is named as the payer and again as another payer.

What is wrong
    The claim goes to Medicare Part B (SBR09 is MB), and another payer (2320) has MB, too.

Why it is refused
    A patient has Medicare Part B once. Usually the other payer was entered with the wrong claim filing
    indicator, and Medicare cannot tell who paid before it.

How to correct it
    Enter the other payer's own claim filing indicator in SBR09 of loop 2320: CI for commercial, BL for
    Blue Cross Blue Shield, 16 for a Medicare Advantage plan, and so on.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="COB-06",
    title="Another payer on a Medicare claim is Medicare itself",
    snip=4,
    severity="warn",
    to_do="Correct SBR09 in loop 2320: the other payer's own claim filing indicator, not MB.",
    sources=("S-CEDI-TOP15",),
    denials=("CO-16", "MA04"),
    claim_status=("A7:480",),
    needs=("medicare", "other payers"),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    if claim.subscriber is None or claim.subscriber.filing_code != "MB":
        return
    for other in claim.other_payers:
        code = other.subscriber.filing_code
        if code == "MB":
            yield Hit(
                at=code, message="Another payer has Medicare's claim filing indicator (2320 SBR09 is MB)."
            )
