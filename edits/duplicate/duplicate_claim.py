"""The same claim is in the file twice.

What is wrong
    An earlier claim in this file has the same billing and rendering providers, patient and payer, the same
    total, place of service and frequency (CLM), and the same service lines on the same dates. Its claim
    number (CLM01) may be another one.

Why it is refused
    The payer accepts the first and denies the second as an exact duplicate; some clearinghouses reject the
    whole file, and repeated duplicates draw attention to a practice.

How to correct it
    Check in the practice management system whether the batch was created twice, or the claim was added to two
    batches, and remove one of them. If a service was really given twice, bill one claim with both services,
    distinguished by units or modifiers. To correct a claim that was sent before, use frequency 7 with the
    payer claim control number of the first one.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="DUP-02",
    title="Duplicate claim in the file",
    snip=7,
    severity="warn",
    to_do=(
        "Remove the duplicate claim from the batch; to correct an earlier claim, bill a replacement "
        "(CLM05-3 = 7, REF*F8)."
    ),
    sources=("CMS-100-04-1-120",),
    denials=("CO-18",),
    claim_status=("A8:746",),
    needs=("repeats",),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    earlier = claim.segment.number - context.repeats
    message = f"Exact duplicate of the claim that begins {earlier} segments earlier in this file."
    yield Hit(at=claim.control_number, message=message)
