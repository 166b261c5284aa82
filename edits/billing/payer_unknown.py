"""The payer has no ID, or an ID that you do not send to.

What is wrong
    The payer (2010BB) has no identifier in NM109. Or you have listed the payer IDs that you send to
    (parameter `known`), and this ID is not one of them.

Why it is refused
    The clearinghouse cannot route the claim: it comes back, or it goes to a payer that does not know the
    patient.

How to correct it
    Take the payer ID from the clearinghouse's payer list and compare it with the member's card: payers often
    have different IDs for their plans. Add a new payer to the list in your pack.
"""

from collections.abc import Iterator

from scrubber.claim import Party
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="BILL-10",
    title="Payer ID is missing or not on your list",
    snip=5,
    severity="reject",
    to_do="Enter the payer ID from your clearinghouse's payer list in 2010BB NM109.",
    sources=("X12-837P",),
    denials=("CO-109",),
    claim_status=("A7:116",),
    parameters={"known": Parameter((), "payer IDs that you send to; empty allows every payer ID")},
)


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    if party.loop != "2010BB":
        return
    known, payer_id = context["known"], party.id.strip()
    if not payer_id:
        yield Hit(at=party.id, message="Payer ID (2010BB NM109) is missing.")
    elif known and payer_id not in known:
        yield Hit(at=party.id, message=f"Payer ID {party.id} is not on your list of payer IDs.")
