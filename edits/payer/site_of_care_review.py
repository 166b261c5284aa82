"""A drug that needs site-of-care review is billed at a hospital.

What is wrong
    A drug on the payer's site-of-care policy is billed at a hospital outpatient department (place of service
    19 or 22).

Why it is refused
    For these drugs the payer covers the hospital only if the patient's condition requires it, and reviews
    that in advance. Otherwise it expects the office, the home or an infusion center, and denies the claim for
    the place of service, even if the drug itself is authorized.

How to correct it
    Check whether the authorization includes the hospital as the place of service. If not, request a
    site-of-care review from the payer, or schedule the next dose in the office. If the drug was given in the
    office, correct the place of service. The claim is not held.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.pairing import is_supplied_elsewhere
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PAY-04",
    title="Site-of-care review required",
    snip=7,
    severity="info",
    to_do=(
        "Verify that the authorization covers this place of service, or correct CLM05-1 (SV105) if it "
        "is wrong."
    ),
    sources=("S-OXFORD-SOC", "S-PREMERA-SOS"),
    denials=("CO-272",),
    needs=("drug",),
    needs_codes=("drugs",),
    parameters={
        "places": Parameter(("19", "22"), "places of service that need site-of-care review"),
        # Drugs on Oxford's policy that have their own code.
        "drugs": Parameter(
            ("J0129", "J0490", "J0517", "J0584", "J0638", "J0717", "J0897", "J1300", "J1303", "J1602",
             "J1745", "J2182", "J2786", "J3032", "J3241", "J3245", "J3262", "J3357", "J3358", "J3380",
             "Q5103", "Q5104", "Q5121"),
            "drugs on the site-of-care policy",
        ),
    },
)  # fmt: skip


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    drugs = context.code_set("drugs")
    reported: set[str] = set()
    for line in claim.lines:
        place = claim.place_of(line)
        if line.hcpcs not in drugs or place not in context["places"] or line.procedure in reported:
            continue
        if not (line.is_wastage or is_supplied_elsewhere(line)):
            reported.add(line.procedure)
            message = f"Line {line.index}: {line.procedure} at POS {place} requires site-of-care review."
            yield Hit(at=line.procedure, message=message, line=line)
