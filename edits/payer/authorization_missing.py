"""A drug that most plans authorize beforehand is billed without an authorization number.

What is wrong
    The claim bills one of the drugs for which commercial plans and Medicare Advantage ask for prior
    authorization, and neither the claim (REF*G1 in loop 2300) nor the drug's line (REF*G1 in loop 2400)
    gives its number. Drugs that someone else supplied are not meant, nor claims to a second payer.

Why it is refused
    Without an authorization on file the payer denies the drug, which is often the dearest line of the
    claim. Many payers find the authorization by themselves; the number on the claim spares the search and
    shows that there is one. Which drugs need it differs from plan to plan, so the claim is not held.

How to correct it
    Look up in the payer's portal whether the plan wants an authorization for this drug. If there is one,
    enter its number on the claim as REF*G1. If it is needed and there is none, ask whether the payer gives
    one afterwards before the claim is sent. A number is never invented here.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.pairing import is_supplied_elsewhere, is_wastage
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

PRIMARY, VOID, AUTHORIZATION = "P", "8", "G1"

edit = Edit(
    id="PAY-01",
    title="Drug without authorization number",
    snip=7,
    severity="warn",
    sources=("S-PREMERA-SOS", "S-UUHP-PA"),
    denials=("CO-197",),
    claim_status=("A7:481",),
    needs=("drug",),
    parameters={
        "drugs": Parameter(
            ("J0129", "J0490", "J0517", "J0897", "J1602", "J1745", "J2182", "J2350", "J2356", "J2357",
             "J2786", "J3111", "J3262", "J3357", "J3358", "J3380"),
            "drugs that most plans authorize beforehand",
        ),
    },
)  # fmt: skip


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    drugs = context.code_set("drugs")
    lines = [line for line in claim.lines if line.hcpcs in drugs]
    if not lines or claim.frequency == VOID or claim.reference(AUTHORIZATION):
        return
    if claim.subscriber is None or claim.subscriber.responsibility != PRIMARY:
        return
    said: set[str] = set()
    for line in lines:
        if is_wastage(line) or is_supplied_elsewhere(line) or line.procedure in said:
            continue
        said.add(line.procedure)
        same = (other for other in lines if other.procedure == line.procedure)
        if not any(
            ref.qualifier == AUTHORIZATION and ref.value for other in same for ref in other.references
        ):
            message = f"Line {line.index} bills {line.procedure}; no authorization number is given."
            yield Hit(at=line.procedure, message=message, line=line)
