"""The NDC is a placeholder, not the number of a drug.

What is wrong
    The NDC (LIN03) has 11 digits, but they are all the same, they only count up, or they begin with labeler
    00000, which no manufacturer has. Someone or some system filled the field to get past it.

Why it is refused
    Payers look the number up in their NDC list. A made-up one is in no list, and the line is denied as if it
    had no NDC at all; Medicaid cannot claim its rebate.

How to correct it
    Take the NDC from the package that was used. If the software fills the field by default, have that
    default removed.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.dosage import number_of

edit = Edit(
    id="NDC-04",
    title="NDC is a placeholder",
    snip=5,
    severity="warn",
    to_do="Replace the placeholder in LIN03 with the 11-digit NDC from the package that was used.",
    about="ndc",
    sources=("S-UHCNDC17", "S-PRIORITY"),
    denials=("CO-16", "M119"),
    claim_status=("A7:218",),
    needs=("ndc",),
    parameters={
        "numbers": Parameter(
            ("12345678901", "12345678910", "01234567890", "12345678900", "12345123412"),
            "numbers typed when the real NDC is not at hand",
        ),
        "labelers": Parameter(("00000",), "labelers (first five digits) that do not exist"),
    },
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    for drug in line.drugs:
        ndc = number_of(drug) if drug.qualifier in ("N4", "") else ""
        if ndc and (len(set(ndc)) == 1 or ndc in context["numbers"] or ndc.startswith(context["labelers"])):
            message = f"Line {line.index}: NDC {drug.ndc} is a placeholder, not the number of a drug."
            yield Hit(at=drug.ndc, message=message, line=line)
