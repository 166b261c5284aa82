"""Two payers on a claim have the same payer responsibility sequence code.

What is wrong
    The payer the claim is sent to (2000B SBR01) and the other payers (2320 SBR01) each have a payer
    responsibility sequence code: P for primary, S for secondary, T for tertiary, then A to H. Two of them
    have the same code.

Why it is refused
    The implementation guide (TR3) allows each code once per claim. The payer cannot tell who pays before it.

How to correct it
    Ask the patient or the payers which coverage is primary, and correct the order of the coverages in the
    practice management system. Only U (unknown) may be used more than once.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-18",
    title="Two payers have the same payer responsibility code (SBR01)",
    snip=4,
    severity="reject",
    to_do=(
        "Correct SBR01 so that each payer has its own code: P for primary, S for secondary, T for tertiary."
    ),
    sources=("X12-837P",),
    denials=("CO-16", "MA04"),
    claim_status=("A7:672",),
    needs=("other payers",),
)

_UNKNOWN = "U"


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    seen = {str(claim.subscriber.responsibility)} if claim.subscriber else set()
    for other in claim.other_payers:
        place = other.subscriber.responsibility
        if place and place != _UNKNOWN and place in seen:
            message = f"More than one payer on the claim has payer responsibility code {place} (SBR01)."
            yield Hit(at=place, message=message)
        seen.add(str(place))
