"""A replacement or void claim is sent to Medicare Part B.

What is wrong
    The claim goes to Medicare Part B, and its frequency (CLM05-3) is 7 or 8: it is meant to replace or
    void an earlier claim.

Why it is refused
    Part B MACs accept new claims only. An earlier claim is corrected by a reopening or an appeal; a claim
    that was returned as unprocessable is sent again as a new claim.

How to correct it
    If the earlier claim was rejected or returned, send this one as new: frequency 1, without the control
    number of the earlier claim. If it was adjudicated, request a clerical error reopening by phone or on the
    MAC's portal.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="BILL-12",
    title="Replacement or void sent to Medicare Part B",
    snip=7,
    severity="warn",
    to_do=(
        "Change CLM05-3 to 1 and remove REF*F8 if the claim was rejected; if it was adjudicated, "
        "request a reopening."
    ),
    denials=("CO-16", "N380"),
    claim_status=("A7:535",),
    needs=("earlier claim",),
    parameters={"accepted": Parameter(("1",), "claim frequencies (CLM05-3) that the payer accepts")},
)

_OF_EARLIER_CLAIM = (
    "7",
    "8",
)  # what is no frequency of professional claims at all is reported for every payer


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if claim.frequency in _OF_EARLIER_CLAIM and claim.frequency not in context["accepted"]:
        message = f"Claim frequency {claim.frequency} is not accepted by this payer."
        yield Hit(at=claim.frequency, message=message)
