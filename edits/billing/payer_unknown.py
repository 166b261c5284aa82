"""The payer has no id, or one that you do not send to.

What is wrong
    The payer (2010BB) has no identifier in NM109. Or you have listed the payer ids that you send to
    (parameter `known`), and this is none of them.

Why it is refused
    The clearinghouse cannot route the claim: it comes back, or it goes to a payer that does not know the
    patient.

How to correct it
    Take the payer id from the clearinghouse's list and compare it with the member's card: payers often have
    different ids for their plans. A new payer is added to the list in your pack.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="BILL-10",
    title="Payer id is missing or not one of yours",
    snip=5,
    severity="reject",
    sources=("X12-837P",),
    denials=("CO-109",),
    claim_status=("A7:116",),
    parameters={"known": Parameter((), "payer ids that are sent to; all, where none is listed")},
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    payer = claim.payer
    if payer is None:
        return
    known = context["known"]
    if not payer.id.strip():
        yield Hit(at=payer.id, message="The payer has no identifier.")
    elif known and payer.id.strip() not in known:
        yield Hit(at=payer.id, message=f"The payer id {payer.id} is none of those that are sent to.")
