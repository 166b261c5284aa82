"""A Social Security number stands where Medicare's number should.

What is wrong
    The claim goes to Medicare (SBR09 is MB), and the member id (2010BA NM109) has nine digits, as a Social
    Security number has.

Why it is refused
    Medicare knows its patients by the eleven characters on the red, white and blue card only. Besides, a
    Social Security number should not travel where it is not needed.

How to correct it
    Copy the Medicare number from the card, or look it up on your contractor's portal. Nothing is repaired
    here: the one number does not follow from the other.
"""

import re
from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-09",
    title="Social Security number instead of Medicare's number",
    snip=5,
    severity="reject",
    sources=("S-MBI",),
    denials=("CO-16", "MA27"),
    claim_status=("A7:164",),
    needs=("medicare",),
)

_NINE_DIGITS = re.compile(r"[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{4}", re.ASCII)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    subscriber = claim.subscriber
    if subscriber is None or subscriber.filing_code != "MB":
        return
    if _NINE_DIGITS.fullmatch(subscriber.party.id):
        message = "The member id has nine digits, as a Social Security number: it is no Medicare number."
        yield Hit(at=subscriber.party.id, message=message)
