"""The NDC stands on the line of the injection instead of the drug's.

What is wrong
    Loop 2410 with an NDC belongs to a line that bills giving a drug, such as 96372. The NDC names what was
    given, so it belongs to the line of the drug.

Why it is refused
    The payer looks for the NDC where the drug is billed. Not finding it there, it denies the drug; on the
    line of the injection the NDC matches nothing.

How to correct it
    Move NDC, quantity and unit of measure to the line of the drug. Where the claim has several drugs, look in
    the chart which of them it is; nothing is moved here.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import is_drug, is_supplied_elsewhere, is_wastage, same_day
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.dosage import number_of

edit = Edit(
    id="NDC-10",
    title="NDC on the line of the injection",
    snip=7,
    severity="warn",
    about="ndc",
    variants={"drug_without": "warn"},
    sources=("X12-837P",),
    denials=("CO-16", "M119"),
    claim_status=("A8:218",),
    needs=("ndc", "administration"),
    parameters={
        "unlisted": Parameter(("96379", "96549"), "administrations that some payers want an NDC for")
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        if not line.drugs or not context.codes.is_in("administration", line.hcpcs):
            continue
        if line.hcpcs in context["unlisted"]:
            continue
        for drug in line.drugs:
            if drug.qualifier == "N4" and number_of(drug):
                message = (
                    f"Line {line.index} bills {line.procedure} with an NDC, which belongs to the drug's line."
                )
                lacks = any(_lacks_its_own(line, other, context) for other in claim.lines)
                yield Hit(at=drug.ndc, message=message, line=line, variant="drug_without" if lacks else "")


def _lacks_its_own(giver: ServiceLine, line: ServiceLine, context: Context) -> bool:
    """Whether a drug line of the day has no NDC, though it needs one."""
    if not is_drug(line, context.codes) or is_wastage(line) or is_supplied_elsewhere(line):
        return False
    return same_day(giver, line) is not False and not any(drug.ndc.strip() for drug in line.drugs)
