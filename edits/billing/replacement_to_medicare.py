"""Medicare Part B is sent a replacement or a void.

What is wrong
    The claim goes to Medicare Part B, and its frequency (CLM05-3) is another than 1: it is to replace or to
    void an earlier claim.

Why it is refused
    Medicare's contractors for Part B take new claims only. An earlier claim is corrected by a reopening or an
    appeal; one that was returned as unprocessable is sent anew.

How to correct it
    If the earlier claim was rejected or returned, send this one as new: frequency 1, without the number of
    the earlier one. If it was decided, ask for a clerical error reopening by phone or on the contractor's
    portal.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="BILL-12",
    title="Replacement or void sent to Medicare Part B",
    snip=7,
    severity="warn",
    denials=("CO-16", "N380"),
    claim_status=("A7:535",),
    parameters={"accepted": Parameter(("1",), "claim frequencies that the payer takes")},
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if claim.frequency and claim.frequency not in context["accepted"]:
        message = f"This payer takes no claims of frequency {claim.frequency}: corrections go another way."
        yield Hit(at=claim.frequency, message=message)
