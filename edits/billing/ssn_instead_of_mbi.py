"""A Social Security number is reported instead of the MBI.

What is wrong
    The claim goes to Medicare (SBR09 is MB), and the member ID (2010BA NM109) has nine digits, as a Social
    Security number does.

Why it is refused
    Medicare identifies patients only by the Medicare Beneficiary Identifier (MBI), the eleven characters on
    the red, white and blue card. Besides, a Social Security number should not be sent where it is not needed.

How to correct it
    Copy the MBI from the card, or look it up on your MAC's portal. There is no fix for this edit: an MBI
    cannot be derived from a Social Security number.
"""

import re
from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-09",
    title="Social Security number instead of MBI",
    snip=5,
    severity="reject",
    to_do="Replace the Social Security number in 2010BA NM109 with the MBI from the patient's Medicare card.",
    sources=("S-MBI",),
    denials=("CO-16", "MA27"),
    claim_status=("A7:164",),
    needs=("no MBI",),
)

_NINE_DIGITS = re.compile(r"[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{4}", re.ASCII)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    subscriber = claim.subscriber
    if subscriber is None or subscriber.filing_code != "MB":
        return
    if _NINE_DIGITS.fullmatch(subscriber.party.id):
        message = "Member ID has nine digits, like a Social Security number, and is not an MBI."
        yield Hit(at=subscriber.party.id, message=message)
