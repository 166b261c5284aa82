"""The claim is sent to a payer ID that was retired.

What is wrong
    The payer ID (2010BB NM109) ended, and the services are of a day on which another ID was in force.

Why it is refused
    The clearinghouse or the old contractor rejects the claim, or it goes to a system that is no longer
    adjudicated. By the time it comes back, the timely filing limit may be near.

How to correct it
    Enter the new payer ID. For services before the change, ask the payer which ID to use.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PAY-05",
    title="Retired payer ID",
    snip=5,
    severity="warn",
    to_do="Replace the retired payer ID in 2010BB NM109 with the ID that is in force on the day of service.",
    sources=("S-EXPERITY-TRICARE",),
    denials=("CO-109",),
    claim_status=("A7:116",),
    parameters={
        "retired": Parameter(("TREST 2025-05-01 99727",), "retired ID, first day of the new one, new ID"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    payer_id = claim.payer.id if claim.payer else None
    if payer_id is None:
        return
    for entry in context["retired"]:
        old, first, new = entry.split()
        day = claim.first_service if payer_id.strip().upper() == old else None
        if day is not None and day >= date.fromisoformat(first):
            message = f"Payer ID {old} is retired for services from {first} on; the payer ID is {new}."
            yield Hit(
                at=payer_id, message=message, to_do=f"Replace payer ID {old} with {new} in 2010BB NM109."
            )
