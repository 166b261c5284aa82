"""Who the patient is, and what the claim says of it, disagree.

What is wrong
    The claim stands with the subscriber, but SBR02 does not say 18 (the patient is the subscriber). Or SBR02
    says 18, and the claim is that of another patient (loop 2000C).

Why it is refused
    The payer cannot tell whose claim it is, the subscriber's or a dependent's.

How to correct it
    If the subscriber was treated, the relationship is 18 and there is no patient loop. If a dependent was,
    leave SBR02 empty and name the dependent in loop 2000C with the relationship in PAT01. Where the
    subscriber has claims as well, they get a level (HL) of their own. If the subscriber's own data are
    complete, this is said for information only, since many payers take both under one level.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-07",
    title="Relationship and patient loop disagree",
    snip=4,
    severity="reject",
    variants={"shared level": "info"},
    sources=("X12-837P", "S-X12-RFI1496"),
    denials=("CO-16", "N382"),
    claim_status=("A8:33",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    subscriber = claim.subscriber
    if subscriber is None or subscriber.relationship.segment is None:
        return
    relationship = subscriber.relationship
    if not claim.in_patient_loop and not relationship:
        message = "The claim stands with the subscriber, but SBR02 does not say that this is the patient."
        yield Hit(at=relationship, message=message)
    elif claim.in_patient_loop and relationship == "18":
        # Only a subscriber who is a patient, too, has a birth date here.
        variant = "shared level" if subscriber.party.birth_date else ""
        message = "SBR02 says that the subscriber is the patient, but the claim names another patient."
        yield Hit(at=relationship, message=message, variant=variant)
