"""An injection and its drug point to different diagnoses.

What is wrong
    The line of the injection 96372 and the line of the injected drug each point to diagnoses (SV107), but
    have none in common.

Why it is refused
    The reason for the drug is the reason for the injection. If the two lines disagree, the payer denies one
    of them as not medically necessary; usually the injection points to the reason for the visit instead.

How to correct it
    Point both lines to the diagnosis for which the drug was given. There is no automatic fix, because which
    pointer is right is a clinical question.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.pairing import shares_diagnosis
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PAIR-10",
    title="Injection and drug point to different diagnoses",
    snip=7,
    severity="warn",
    to_do="Point the injection and drug lines (SV107) to the diagnosis for which the drug was given.",
    about="drug",
    denials=("CO-11", "CO-50"),
    claim_status=("A8:477",),
    needs=("administrations", "several diagnoses"),
    needs_codes=("procedures",),
    parameters={"procedures": Parameter(("96372",), "administration codes compared with their drugs")},
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for entry in context.administrations:
        line = entry.line
        if line.hcpcs not in context["procedures"] or not (entry.drugs and claim.is_linked(line)):
            continue
        if any(shares_diagnosis(claim, line, drug) for drug in entry.drugs):
            continue
        if all(claim.is_linked(drug) for drug in entry.drugs):
            drugs = ", ".join(f"line {drug.index}" for drug in entry.drugs)
            message = f"Line {line.index}: {line.procedure} shares no diagnosis with its drug ({drugs})."
            yield Hit(at=line.pointers[0], message=message, line=line)
