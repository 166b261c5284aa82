"""An NDC stands on the line of a service that is no drug.

What is wrong
    Loop 2410 with an NDC belongs to a line that bills a visit, an operation, an image or a laboratory test.
    None of these is a drug. On the line of an injection it is another fault (NDC-10).

Why it is refused
    The guide has this loop for drugs and biologicals. The payer does not find the NDC where the drug is
    billed, and may refuse the line that has one without being a drug.

How to correct it
    Move the NDC with its quantity to the line of the drug; where no drug was billed, add its line or take
    the NDC off.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.dosage import number_of

edit = Edit(
    id="STR-06",
    title="NDC on the line of a service that is no drug",
    snip=7,
    severity="warn",
    sources=("X12-837P",),
    denials=("CO-16", "M119"),
    claim_status=("A7:684",),
    needs=("ndc",),
    parameters={
        "services": Parameter(
            ("10004-69990", "70010-78999", "79005-79999", "80047-89398", "99202-99499"),
            "visits, operations, images and tests",
        )
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    services = context.code_set("services")
    for line in claim.lines:
        if not line.drugs or line.hcpcs not in services:
            continue
        for drug in line.drugs:
            if drug.qualifier == "N4" and number_of(drug):
                message = f"Line {line.index} bills {line.procedure}, which is no drug, with an NDC."
                yield Hit(at=drug.ndc, message=message, line=line)
