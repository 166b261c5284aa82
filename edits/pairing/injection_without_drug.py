"""An injection is billed without its drug.

What is wrong
    The claim bills the injection 96372, but no line of that day bills a drug. A line for discarded drug
    (modifier JW) does not count, since nothing of it was given.

Why it is refused
    The injection and the drug explain each other. Medicare wants both on one claim even where the patient
    brought the drug or it was free; other payers ask what was injected, or deny the injection for want of
    the service that it belongs to.

How to correct it
    Look in the chart for what was given and add its line: HCPCS code, units, NDC, the diagnosis that the
    injection points at. Where someone else supplied the drug, bill its line with a charge of 0.01. Nothing
    is added here, since which drug was given cannot be known.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import is_administration, is_drug, is_wastage, same_day
from scrubber.edit import Context, Edit, Found, Outcome, Parameter

edit = Edit(
    id="PAIR-01",
    title="Injection without a drug line",
    snip=7,
    severity="warn",
    sources=("S-NGS-PSD",),
    denials=("CO-16", "M119", "M20", "CO-107", "CO-B15"),
    claim_status=("A7:507", "A8:732"),
    parameters={"procedures": Parameter(("96372",), "administrations that need a drug line")},
)

_FIRST_VISIT, _LAST_VISIT = "99202", "99499"


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[Outcome]:
    if _has_stray_drug(claim, context):
        return  # the drug is there, on another day: PAIR-09
    for line in (entry.line for entry in context.administrations):
        if line.hcpcs in context["procedures"] and not _has_drug(claim, line, context):
            message = f"Line {line.index} bills {line.procedure}, but no line bills a drug on that day."
            yield Found(at=line.procedure, message=message, line=line)


def _has_drug(claim: Claim, giver: ServiceLine, context: Context) -> bool:
    """Whether a line of the day could be the drug; a line of any other kind that has an NDC could."""
    return any(
        same_day(giver, line) is not False
        and (is_drug(line, context.codes) or line.drugs)
        and not (is_wastage(line) or is_administration(line, context.codes))
        for line in claim.lines
    )


def _has_stray_drug(claim: Claim, context: Context) -> bool:
    """Whether a drug belongs to no administration, nor to another procedure of its day (see PAIR-09)."""
    given = {drug.index for entry in context.administrations for drug in entry.drugs}
    return any(
        context.codes.is_in("drug", drug.hcpcs)
        and not (is_wastage(drug) or drug.index in given)
        and not any(_uses_drugs(other, context) and same_day(other, drug) for other in claim.lines)
        for drug in claim.lines
    )


def _uses_drugs(line: ServiceLine, context: Context) -> bool:
    """Whether the line is neither a drug nor a vaccine's administration nor a visit."""
    is_visit = _FIRST_VISIT <= line.hcpcs <= _LAST_VISIT
    is_vaccination = context.codes.is_in("vaccine_administration", line.hcpcs)
    return not (is_visit or is_vaccination or is_drug(line, context.codes))
