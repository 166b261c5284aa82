"""An NDC is of a labeler outside the Medicaid drug rebate program.

What is wrong
    The first five digits of an NDC (LIN03 in loop 2410) name its labeler, and this one has no rebate
    agreement, as far as the list of this edit knows: suppliers of powders for compounding. Ingredients of a
    compound (REF*VY) are not meant.

Why it is refused
    Medicaid pays for a drug only if its labeler has signed a rebate agreement, and powders for compounding
    are no covered outpatient drugs at all. The line is denied although the HCPCS code is covered.

How to correct it
    Read the NDC from the package that was used; perhaps the pharmacy's ingredient was entered instead of
    the finished drug. Check the labeler in the state's list of rebate labelers. If it is not there, use a
    product of another labeler in future; this line is not paid. A pack can name more labelers, from the
    list of the state (parameter `labelers`).
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

NDC, COMPOUND = "N4", "VY"

edit = Edit(
    id="PAY-02",
    title="NDC outside the Medicaid rebate program",
    snip=7,
    severity="warn",
    sources=("SSA-1927A1", "S-MDRP158"),
    denials=("CO-16", "M119"),
    claim_status=("A7:218",),
    needs=("drug", "ndc"),
    parameters={
        # Fagron, Letco, Medisca, PCCA, Spectrum: suppliers of powders. No list is complete for a state.
        "labelers": Parameter(
            ("38779", "49452", "51552", "51927", "62991"), "labelers (five digits) without rebate agreement"
        ),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        for drug in line.drugs:
            labeler = drug.ndc[:5]
            if labeler not in context["labelers"] or drug.qualifier != NDC or len(drug.ndc) != 11:
                continue
            if any(ref.qualifier == COMPOUND for ref in drug.references):
                continue
            if context.codes.is_in("drug", line.hcpcs):
                message = f"Line {line.index}: the labeler {labeler} has no rebate agreement with Medicaid."
                yield Hit(at=drug.ndc, message=message, line=line)
