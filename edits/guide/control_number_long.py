"""The patient control number is longer than what a payer returns.

What is wrong
    The patient control number (CLM01) has more than 20 characters.

Why it is refused
    X12 allows 38, so the claim is valid; but the implementation guide (TR3) obliges payers to return 20 only.
    The remittance advice may bring back a truncated number that fits no account. Some clearinghouses reject
    the claim.

How to correct it
    Use account numbers of at most 20 characters in the practice management system.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.signs import MOST_RETURNED
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="GUIDE-12",
    title="Patient control number has more than 20 characters",
    snip=2,
    severity="warn",
    to_do="Change the patient control number in CLM01 to one of at most 20 characters.",
    sources=("X12-837P", "S-STEDI-CLM01"),
    claim_status=("A7:478",),
    needs=("long number",),
)

_MOST = 38  # of X12; a longer number is reported by the TR3 edits


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    number = claim.control_number
    if MOST_RETURNED < len(number) <= _MOST:
        message = f"Patient control number (CLM01) has {len(number)} characters; payers may return only 20."
        yield Hit(at=number, message=message)
