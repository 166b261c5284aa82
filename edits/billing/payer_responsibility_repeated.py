"""Two payers of a claim have the same place in the order.

What is wrong
    The payer of the claim (2000B SBR01) and the other payers (2320 SBR01) each have a place: P first, S
    second, T third, then A to H. Two of them have the same.

Why it is refused
    The guide allows each place once in a claim. The payer cannot tell who pays before it.

How to correct it
    Ask the patient, or the payers, which coverage comes first, and correct the order of the coverages in the
    practice-management system. Only U (unknown) may stand several times.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-18",
    title="Two payers have the same place in the order",
    snip=4,
    severity="reject",
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
            yield Hit(at=place, message=f"A second payer of the claim has the place {place} in the order.")
        seen.add(str(place))
