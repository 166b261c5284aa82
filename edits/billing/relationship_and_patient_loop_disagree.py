"""The relationship code and the patient loop disagree.

What is wrong
    The claim is under the subscriber loop, but SBR02 is not 18 (the patient is the subscriber). Or SBR02 is
    18, but the claim is for another patient (loop 2000C), or the subscriber is an organization, which cannot
    be the patient.

Why it is refused
    The payer cannot tell whether the claim is for the subscriber or for a dependent.

How to correct it
    If the subscriber was treated, the relationship is 18 and there is no patient loop. If a dependent was
    treated, leave SBR02 empty and report the dependent in loop 2000C with the relationship in PAT01. Claims
    for the subscriber need a subscriber HL loop (hierarchical level) of their own. If the subscriber's own
    data are complete, the finding is for information only, because many payers accept both under one HL.
"""

from collections.abc import Iterator

from scrubber.claim import Party
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-07",
    title="Relationship code (SBR02) and patient loop disagree",
    snip=4,
    severity="reject",
    to_do=(
        "Correct SBR02: 18 if the subscriber is the patient, else leave it empty and report the patient "
        "in loop 2000C."
    ),
    variants={"shared HL": "info", "organization": "warn"},
    sources=("X12-837P", "S-X12-RFI1496"),
    denials=("CO-16", "N382"),
    claim_status=("A8:33",),
)


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    claim = context.claim
    if party.loop != "2010BA" or claim.subscriber is None:
        return
    relationship = claim.subscriber.relationship
    if relationship.segment is None:
        return
    if not claim.in_patient_loop and not relationship:
        message = "Claim is under the subscriber loop, but SBR02 is not 18 (subscriber is the patient)."
        yield Hit(at=relationship, message=message)
    elif not claim.in_patient_loop and relationship == "18" and party.kind == "2":
        message = "Subscriber is an organization (NM102 is 2), but SBR02 says that it is the patient (18)."
        to_do = (
            "Enter 1 in NM102 of 2010BA if it is a person; an employer's patient is reported in loop 2000C."
        )
        yield Hit(at=party.kind, message=message, variant="organization", to_do=to_do)
    elif claim.in_patient_loop and relationship == "18":
        # Only a subscriber who is also a patient has a date of birth here.
        variant = "shared HL" if party.birth_date else ""
        message = "SBR02 is 18 (subscriber is the patient), but the claim is for another patient (2000C)."
        yield Hit(at=relationship, message=message, variant=variant)
