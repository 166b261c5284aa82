"""A secondary claim does not report the primary payer.

What is wrong
    The claim is sent to a secondary or later payer (2000B SBR01 is S, T or A to H), but none of the other
    payers (loop 2320) comes before it.

Why it is refused
    A secondary payer pays what the primary payer left. Without the primary payer's adjudication it denies the
    claim, or returns it for the explanation of benefits (EOB).

How to correct it
    Add the payers that come before, with what they paid and adjusted, from their remittance advice. If there
    is no other coverage, this payer is primary: P.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-19",
    title="Secondary claim without primary payer (2320)",
    snip=4,
    severity="warn",
    to_do=(
        "Add the primary payer with its payments and adjustments in loop 2320, or change SBR01 to P if "
        "there is none."
    ),
    sources=("S-STEDI-SBR", "X12-837P"),
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
    # An unknown payer (U) may come before; another edit reports a payer with the same SBR01.
    enough = {*_ORDER[: _ORDER.index(place) + 1], "U"}
    if not any(other.subscriber.responsibility in enough for other in claim.other_payers):
        message = f"Payer is not primary (SBR01 is {place}), but no payer before it is reported in loop 2320."
        yield Hit(at=place, message=message)
