"""The labeler of an NDC has no Medicaid drug rebate agreement.

What is wrong
    The first five digits of an NDC (LIN03 in loop 2410) identify the labeler, and this labeler has no rebate
    agreement according to the list in this edit: suppliers of powders for compounding. Ingredients of a
    compound (REF*VY) are not checked.

Why it is refused
    Medicaid pays for a drug only if its labeler has signed a rebate agreement, and powders for compounding
    are not covered outpatient drugs at all. The line is denied even though the HCPCS code is covered.

How to correct it
    Check the NDC on the package that was used; the pharmacy's ingredient may have been entered instead of the
    finished drug. Check the labeler on the state's list of rebate labelers. If it is not there, use another
    labeler's product from now on; this line is not paid. A pack can list more labelers, from the state's list
    (parameter `labelers`).
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

NDC, COMPOUND = "N4", "VY"

edit = Edit(
    id="PAY-02",
    title="NDC labeler without Medicaid rebate agreement",
    snip=7,
    severity="warn",
    to_do=(
        "Correct LIN03 (loop 2410) to the NDC on the package used, or check the labeler on the state's "
        "rebate list."
    ),
    sources=("SSA-1927A1", "S-MDRP158"),
    denials=("CO-16", "M119"),
    claim_status=("A7:218",),
    needs=("drug", "ndc"),
    parameters={
        # Fagron, Letco, Medisca, PCCA, Spectrum: suppliers of powders. Not a complete list for any state.
        "labelers": Parameter(
            ("38779", "49452", "51552", "51927", "62991"), "labelers (five digits) without a rebate agreement"
        ),
    },
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.drugs or not line.is_in("drug", context.codes):
        return
    for drug in line.drugs:
        labeler = drug.ndc[:5]
        if labeler not in context["labelers"] or drug.qualifier != NDC or len(drug.ndc) != 11:
            continue
        if not any(ref.qualifier == COMPOUND for ref in drug.references):
            message = f"Line {line.index}: NDC labeler {labeler} has no Medicaid rebate agreement."
            yield Hit(at=drug.ndc, message=message, line=line)
