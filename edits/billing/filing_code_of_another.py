"""The claim filing indicator contradicts the payer or the member ID.

What is wrong
    SBR09 says commercial insurance or Blue Cross Blue Shield (CI, BL), but the payer ID is that of a
    Medicare administrative contractor, or the member ID has the form of a Medicare Beneficiary Identifier
    (MBI); or it says Medicare Part A (MA), which is not billed with professional claims.

Why it is refused
    The code decides where a clearinghouse sends the claim and which edits are applied. A contractor
    rejects claims whose code is not MB; a commercial plan does not find a member by an MBI.

How to correct it
    Check which insurance the claim is for. For Medicare Part B, enter MB in SBR09 and the MBI; for a
    Medicare Advantage plan 16 and the plan's own member ID; for a commercial plan the member ID of its
    card.
"""

from collections.abc import Iterator

from scrubber.claim import Party
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.mac_lists import is_contractor

edit = Edit(
    id="BILL-32",
    title="Filing indicator (SBR09) contradicts the payer or the member ID",
    snip=4,
    severity="warn",
    to_do="Correct SBR09 (MB for Medicare Part B, 16 for Medicare Advantage), or the payer or member ID.",
    sources=("X12-837P",),
    denials=("CO-31", "N382"),
    claim_status=("A7:480",),
)

_OF_OTHERS = ("CI", "BL")
_PART_A = "MA"


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    subscriber = context.claim.subscriber
    if party.loop != "2010BB" or subscriber is None:
        return
    filing_code = subscriber.filing_code
    if filing_code == _PART_A:
        fault = f"{filing_code} (Medicare Part A), which is not billed with professional claims"
    elif filing_code not in _OF_OTHERS:
        return
    elif is_contractor(party.id):
        fault = f"{filing_code}, but payer ID {party.id} is that of a Medicare contractor"
    elif context.claim.signs.has_mbi:
        fault = f"{filing_code}, but the member ID has the form of a Medicare number (MBI)"
    else:
        return
    yield Hit(at=filing_code, message=f"SBR09 is {fault}.")
