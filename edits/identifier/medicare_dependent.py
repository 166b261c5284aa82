"""A Medicare claim is for a dependent of the subscriber.

What is wrong
    The payer is Medicare Part B (SBR09 is MB), and the claim is in the patient loop (2000C), as for a
    spouse or a child of the subscriber.

Why it is refused
    Every Medicare patient has a Medicare number (MBI) of their own. By the TR3, a patient whom the payer
    knows by a number of their own is the subscriber, and loop 2000C is not used. Medicare's front end
    rejects the claim.

How to correct it
    Report the patient as the subscriber (2010BA) with the patient's own MBI and SBR02 = 18, and leave out
    loop 2000C. If the patient is covered by another plan as a dependent, correct the payer and SBR09.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="ID-08",
    title="Medicare claim for a dependent (loop 2000C)",
    snip=4,
    severity="reject",
    to_do="Report the patient as the subscriber in loop 2010BA, with SBR02 = 18 and the patient's own MBI.",
    sources=("X12-837P", "S-CMS-CG837P"),
    denials=("CO-16", "MA27", "CO-31"),
    claim_status=("A8:33",),
    needs=("medicare", "patient"),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    filing_code = claim.subscriber.filing_code if claim.subscriber else ""
    if filing_code == "MB" and claim.in_patient_loop:
        message = "Claim to Medicare is for a dependent (2000C), but every Medicare patient is a subscriber."
        yield Hit(at=claim.relationship, message=message, element="PAT01", loop="2000C")
