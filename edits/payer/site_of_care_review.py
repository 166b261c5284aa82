"""A drug is given in a hospital, which the payer wants to approve.

What is wrong
    A drug of the payer's site-of-care policy is billed at a hospital's outpatient department (place of
    service 19 or 22).

Why it is refused
    For these drugs the payer covers the hospital only where the patient's state demands it, and decides
    that beforehand. Otherwise it expects the office, the home or an infusion center, and denies the claim
    for the place, even where the drug itself is authorized.

How to correct it
    Check whether the authorization names the hospital as the place. If not, ask the payer to review the
    place of care, or plan the next dose in the office. If the drug was given in the office, correct the
    place of service. The claim is not held for it.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.pairing import is_supplied_elsewhere, is_wastage
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PAY-04",
    title="Hospital as place of care to be approved",
    snip=7,
    severity="info",
    sources=("S-OXFORD-SOC", "S-PREMERA-SOS"),
    denials=("CO-272",),
    needs=("drug",),
    parameters={
        "places": Parameter(("19", "22"), "places of service that the payer wants to approve"),
        # Drugs of Oxford's policy that have a code of their own.
        "drugs": Parameter(
            ("J0129", "J0490", "J0517", "J0584", "J0638", "J0717", "J0897", "J1300", "J1303", "J1602",
             "J1745", "J2182", "J2786", "J3032", "J3241", "J3245", "J3262", "J3357", "J3358", "J3380",
             "Q5103", "Q5104", "Q5121"),
            "drugs of the site-of-care policy",
        ),
    },
)  # fmt: skip


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    drugs = context.code_set("drugs")
    said: set[str] = set()
    for line in claim.lines:
        place = claim.place_of(line)
        if line.hcpcs not in drugs or place not in context["places"] or line.procedure in said:
            continue
        if not (is_wastage(line) or is_supplied_elsewhere(line)):
            said.add(line.procedure)
            message = f"Line {line.index} bills {line.procedure} at place of service {place}, to be approved."
            yield Hit(at=line.procedure, message=message, line=line)
