"""An injection and its drug are billed for different days, or for different providers.

What is wrong
    The claim bills the injection 96372 and a drug, but the drug is on another date of service; or it is on
    the same day, but another provider is named as the one who rendered it.

Why it is refused
    Payers match the two by date. An injection on a day without a drug, and a drug on a day on which nobody
    gave it, are both denied as incomplete. Differing providers make some payers doubt that the two lines
    are one service; this is only a warning.

How to correct it
    Compare the dates of service (DTP*472) of both lines with the chart and correct the one that is wrong.
    For differing providers compare loop 2420A of the two lines. Nothing is repaired here, because which
    line is right is not known.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import is_administration, is_drug, is_wastage, same_day, same_provider
from scrubber.edit import Context, Edit, Found, Outcome, Parameter, Unchecked

edit = Edit(
    id="PAIR-09",
    title="Injection and drug on different days or by different providers",
    snip=7,
    severity="reject",
    variants={"provider": "warn"},
    sources=("S-NGS-PSD",),
    denials=("CO-16", "M52", "CO-107"),
    claim_status=("A8:187",),
    parameters={"procedures": Parameter(("96372",), "administrations that need a drug line")},
)

_FIRST_VISIT, _LAST_VISIT = "99202", "99499"


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[Outcome]:
    given = {drug.index for entry in context.administrations for drug in entry.drugs}
    unpaired = [
        line
        for line in claim.lines
        if context.codes.is_in("drug", line.hcpcs) and not (is_wastage(line) or line.index in given)
    ]
    for entry in context.administrations:
        line = entry.line
        if line.hcpcs not in context["procedures"]:
            continue
        if entry.drugs:
            if all(same_day(line, drug) is None for drug in entry.drugs):
                yield Unchecked("a date of service of the injection or of its drug is missing or unreadable")
        elif near := [other for other in claim.lines if _may_be_drug_of(line, other, context)]:
            if all(other in unpaired and same_provider(claim, line, other) is False for other in near):
                message = f"Line {line.index} and its drug (line {near[0].index}) name different providers."
                yield Found(at=line.segment, message=message, line=line, variant="provider")
        elif line.service and (strays := [drug for drug in unpaired if _is_stray(drug, claim, context)]):
            message = f"Line {line.index} bills {line.procedure}, but its drug (line {strays[0].index}) "
            yield Found(at=line.service.value, message=f"{message}is on another day.", line=line)


def _may_be_drug_of(giver: ServiceLine, line: ServiceLine, context: Context) -> bool:
    is_any_drug = is_drug(line, context.codes) or bool(line.drugs)
    excluded = is_wastage(line) or is_administration(line, context.codes)
    return is_any_drug and not excluded and same_day(giver, line) is not False


def _is_stray(drug: ServiceLine, claim: Claim, context: Context) -> bool:
    """Whether nothing else on the drug's day may have used it, such as a joint injection (see PAIR-01)."""
    return not any(_uses_drugs(other, context) and same_day(other, drug) for other in claim.lines)


def _uses_drugs(line: ServiceLine, context: Context) -> bool:
    is_visit = _FIRST_VISIT <= line.hcpcs <= _LAST_VISIT
    is_vaccination = context.codes.is_in("vaccine_administration", line.hcpcs)
    return not (is_visit or is_vaccination or is_drug(line, context.codes))
