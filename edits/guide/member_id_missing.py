"""A subscriber who is a person has no member ID.

What is wrong
    The subscriber (loop 2010BA) is a person (NM102 is 1), and the member ID (NM109) is missing.

Why it is refused
    The implementation guide (TR3) requires it of a person: without it the payer does not find the member. Of
    an organization, such as the employer in workers' compensation, none is required.

How to correct it
    Take the member ID from the insurance card. If the insured is an employer, enter its name as that of an
    organization (NM102 is 2).
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="GUIDE-11",
    title="Member ID missing",
    snip=2,
    severity="reject",
    to_do="Enter the member ID from the insurance card in 2010BA NM109, with MI in NM108.",
    sources=("X12-837P", "S-OFFICEALLY-WC"),
    denials=("CO-31", "CO-16", "N382"),
    claim_status=("A7:164:IL",),
    needs=("no member ID",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    party = claim.subscriber.party if claim.subscriber else None
    if party and party.kind == "1" and not party.id:
        yield Hit(at=party.id, message="Member ID (2010BA NM109) is missing, and the subscriber is a person.")
