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

from scrubber.claim import Claim
from scrubber.claim.pairing import (
    may_be_drug_of,
    may_serve_a_procedure,
    same_day,
    same_provider,
    unpaired_drugs,
)
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

edit = Edit(
    id="PAIR-09",
    title="Injection and drug on different days or by different providers",
    snip=7,
    severity="reject",
    about="drug",
    variants={"provider": "warn"},
    sources=("S-NGS-PSD",),
    denials=("CO-16", "M52", "CO-107"),
    claim_status=("A8:187",),
    needs=("administrations",),
    parameters={"procedures": Parameter(("96372",), "administrations that need a drug line")},
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    unpaired = unpaired_drugs(claim, context.administrations, context.codes)
    strays = [drug for drug in unpaired if not may_serve_a_procedure(claim, drug, context.codes)]
    for entry in context.administrations:
        line = entry.line
        if line.hcpcs not in context["procedures"]:
            continue
        near = [other for other in claim.lines if may_be_drug_of(line, other, context.codes)]
        if entry.drugs:
            if all(same_day(line, drug) is None for drug in entry.drugs):
                yield Unchecked("a date of service of the injection or of its drug is missing or unreadable")
        elif near:
            if all(other in unpaired and same_provider(claim, line, other) is False for other in near):
                message = f"Line {line.index} and its drug (line {near[0].index}) name different providers."
                yield Hit(at=line.segment, message=message, line=line, variant="provider")
        elif line.service and strays:
            message = f"Line {line.index} bills {line.procedure}, but its drug (line {strays[0].index}) "
            yield Hit(at=line.service.value, message=f"{message}is on another day.", line=line)
