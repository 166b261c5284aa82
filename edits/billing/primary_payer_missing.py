"""A claim to a second payer does not name the first.

What is wrong
    The claim says that its payer comes second or later (2000B SBR01 is S, T or A to H), but none of the
    other payers (loop 2320) comes before it.

Why it is refused
    A payer that comes second pays what the first has left. Without the first one's decision it denies the
    claim, or returns it for the explanation of benefits.

How to correct it
    Add the payers that come before, with what they paid and adjusted, from their remittance advice. If there
    is no other coverage, this payer is the first: P.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-19",
    title="Claim to a later payer names no earlier one",
    snip=4,
    severity="warn",
    sources=("S-STEDI-SBR",),
    denials=("CO-16", "MA04", "CO-22"),
    claim_status=("A7:672",),
    needs=("later payer",),
)

_ORDER = "PSTABCDEFGH"


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    place = claim.subscriber.responsibility if claim.subscriber else None
    if not place or place == "P" or place not in _ORDER:
        return
    # One that is unknown (U) may come before; one of the same place is another edit's affair.
    enough = {*_ORDER[: _ORDER.index(place) + 1], "U"}
    if not any(other.subscriber.responsibility in enough for other in claim.other_payers):
        message = f"The claim goes to the payer in place {place}, and none before it is named."
        yield Hit(at=place, message=message)
