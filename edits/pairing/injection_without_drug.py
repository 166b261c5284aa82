"""An injection is billed without its drug.

What is wrong
    The claim bills the injection 96372, but no line on that date bills a drug. A wastage line (modifier JW)
    does not count, because none of it was given, and neither does a vaccine whose administration is billed
    that day. If a note or the description of the injection tells that someone else supplied the drug, this
    is for information only. The same holds for a first infusion, push or chemotherapy without any drug.

Why it is refused
    The injection and the drug support each other. Medicare wants both on one claim even if the patient
    brought the drug or it was free; other payers ask what was injected, or deny the injection because the
    service it belongs to is missing.

How to correct it
    Check the chart for what was given and add its line: HCPCS code, units, NDC, and the diagnosis that the
    injection points to. If someone else supplied the drug, bill its line at a charge of 0.01. There is no
    automatic fix, because it is not known which drug was given.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.near import index_of
from scrubber.claim.pairing import may_serve_a_procedure, possible_drugs, unpaired_drugs
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.wording import tells_other_supply

edit = Edit(
    id="PAIR-01",
    title="Injection without a drug line",
    snip=7,
    severity="warn",
    to_do=(
        "Add the drug line from the chart: HCPCS code, units, NDC and diagnosis; bill 0.01 if someone "
        "else supplied the drug."
    ),
    about="drug",
    sources=("S-NGS-PSD",),
    denials=("CO-16", "M119", "M20", "CO-107", "CO-B15"),
    claim_status=("A7:507", "A8:732"),
    needs=("administrations",),
    needs_codes=(("procedures", "infusions"),),
    variants={"supplied": "info", "infusion": "info"},
    parameters={
        "procedures": Parameter(("96372",), "administration codes that need a drug line"),
        "infusions": Parameter(
            ("96365", "96369", "96374", "96401", "96402", "96409", "96413"),
            "infusions and the like, whose drug another provider may bill",
        ),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    needing = (*context["procedures"], *context["infusions"])
    shots = (entry.line for entry in context.administrations if entry.line.hcpcs in needing)
    alone = [
        shot
        for shot in shots
        if not any(
            _may_be_its_drug(claim, shot, other, context)
            for other in possible_drugs(claim, shot, context.codes)
        )
    ]
    strays = unpaired_drugs(claim, context.administrations, context.codes) if alone else ()
    if any(not may_serve_a_procedure(claim, drug, context.codes) for drug in strays):
        return  # the drug is billed on another day: PAIR-09
    for shot in alone:
        message = f"Line {shot.index}: {shot.procedure} is billed without a drug line on that day."
        variant = "" if shot.hcpcs in context["procedures"] else "infusion"
        if tells_other_supply(shot, context):
            variant = "supplied"
        yield Hit(at=shot.procedure, message=message, line=shot, variant=variant)


def _may_be_its_drug(claim: Claim, line: ServiceLine, other: ServiceLine, context: Context) -> bool:
    """Return True for a drug, or a vaccine without its administration, which another edit reports."""
    codes = context.codes
    return not (
        other.is_in("vaccine", codes)
        and index_of(claim, codes).in_set("vaccine_administration").has_near(line)
    )
