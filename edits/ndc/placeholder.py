"""The NDC is a placeholder, not the number of a drug.

What is wrong
    The NDC (LIN03) has eleven digits, but they are all alike, they only count upwards, or they begin with the
    labeler 00000, which no manufacturer has. Somebody or some system filled the field to get past it.

Why it is refused
    Payers look the number up in the list of drugs. A made-up one is in no list, and the line is denied as if
    it had no NDC at all; Medicaid cannot claim its rebate.

How to correct it
    Take the NDC from the package that was used. If the software fills the field by itself, have that
    default removed.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.dosage import number_of

edit = Edit(
    id="NDC-04",
    title="NDC is a placeholder",
    snip=5,
    severity="warn",
    about="ndc",
    sources=("S-UHCNDC17", "S-PRIORITY"),
    denials=("CO-16", "M119"),
    claim_status=("A7:218",),
    needs=("ndc",),
    parameters={
        "numbers": Parameter(
            ("12345678901", "12345678910", "01234567890", "12345678900", "12345123412"),
            "numbers that are typed for want of one",
        ),
        "labelers": Parameter(("00000",), "first five digits that no labeler has"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        for drug in line.drugs:
            ndc = number_of(drug) if drug.qualifier in ("N4", "") else ""
            if ndc and (
                len(set(ndc)) == 1 or ndc in context["numbers"] or ndc.startswith(context["labelers"])
            ):
                message = f"The NDC of line {line.index}, {drug.ndc}, is a placeholder."
                yield Hit(at=drug.ndc, message=message, line=line)
