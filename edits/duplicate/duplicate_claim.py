"""The same claim stands in the file twice.

What is wrong
    An earlier claim of this file has the same billing provider, patient and payer, the same claim segment
    (number, total, place, frequency) and the same service lines on the same days.

Why it is refused
    The payer takes the first and denies the second as an exact duplicate; some clearinghouses refuse the
    whole file, and repeated duplicates draw attention to a practice.

How to correct it
    Look in the practice-management system whether the batch was made twice, or the claim was put into two
    batches, and take one of them out. If a service was really given twice, it is one claim with both
    services on it, told apart by units or modifiers. To correct a claim that was sent before, use frequency
    7 with the payer's number of the first one.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="DUP-02",
    title="Claim stands in the file twice",
    snip=7,
    severity="warn",
    sources=("CMS-100-04-1-120",),
    denials=("CO-18",),
    claim_status=("A8:746",),
    needs=("repeats",),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    earlier = claim.segment.number - context.repeats
    message = f"The same claim begins {earlier} segments before this one."
    yield Hit(at=claim.control_number, message=message)
