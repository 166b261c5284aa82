"""A drug that usually needs prior authorization is billed without an authorization number.

What is wrong
    The claim bills one of the drugs for which commercial plans and Medicare Advantage require prior
    authorization, and neither the claim (REF*G1 in loop 2300) nor the drug line (REF*G1 in loop 2400) has the
    authorization number. Drugs supplied by someone else and claims to a secondary payer are not checked.

Why it is refused
    Without an authorization on file the payer denies the drug, which is often the most expensive line of the
    claim. Many payers find the authorization themselves; the number on the claim saves the search and shows
    that there is one. Which drugs need it differs by plan, so the claim is not held.

How to correct it
    Check the payer's portal for whether the plan requires authorization for this drug. If there is one, enter
    its number on the claim in REF*G1. If it is required and there is none, ask whether the payer grants a
    retroactive authorization before you send the claim. A number is never made up.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.pairing import is_supplied_elsewhere
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

PRIMARY, VOID, AUTHORIZATION = "P", "8", "G1"

edit = Edit(
    id="PAY-01",
    title="Prior authorization number missing",
    snip=7,
    severity="warn",
    to_do=(
        "Enter the prior authorization number in REF*G1 (loop 2300), or verify with the payer that none "
        "is required."
    ),
    sources=("S-PREMERA-SOS", "S-UUHP-PA"),
    denials=("CO-197",),
    claim_status=("A7:481",),
    needs=("drug",),
    needs_codes=("drugs",),
    parameters={
        "drugs": Parameter(
            ("J0129", "J0490", "J0517", "J0897", "J1602", "J1745", "J2182", "J2350", "J2356", "J2357",
             "J2786", "J3111", "J3262", "J3357", "J3358", "J3380"),
            "drugs for which most plans require prior authorization",
        ),
    },
)  # fmt: skip


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    drugs = context.code_set("drugs")
    lines = claim.lines_billing(drugs)
    if not lines or claim.frequency == VOID:
        return
    if claim.subscriber is None or claim.subscriber.responsibility != PRIMARY:
        return
    if claim.reference(AUTHORIZATION):
        return
    reported: set[str] = set()
    for line in lines:
        if line.procedure in reported or line.is_wastage:
            continue
        same = (other for other in lines if other.procedure == line.procedure)
        if any(ref.qualifier == AUTHORIZATION and ref.value for other in same for ref in other.references):
            continue
        if not is_supplied_elsewhere(line):
            reported.add(line.procedure)
            message = f"Line {line.index}: {line.procedure} has no prior authorization number (REF*G1)."
            yield Hit(at=line.procedure, message=message, line=line)
