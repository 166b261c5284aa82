"""A vaccination is billed, but what was given is a drug and no vaccine.

What is wrong
    The claim bills a vaccination and no vaccine, but a drug for muscle or skin of the same day, and nothing
    else that could have given that drug.

Why it is refused
    Vaccinations pay for giving vaccines. An injected drug is billed with an injection (96372), and payers
    deny a vaccination for which there is no vaccine.

How to correct it
    If the drug was injected, bill the injection instead of the vaccination. If a vaccine was given too, add
    its line (with a charge of 0 or 0.01 as the payer wants where it was free) and the injection for the
    drug. A billed procedure is never changed here.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import is_wastage, same_day
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="ADM-06",
    title="Vaccination with a drug and no vaccine",
    snip=7,
    severity="warn",
    about="drug",
    denials=("CO-16", "N56"),
    claim_status=("A8:454",),
    needs=("vaccine_administration", "drug"),
    parameters={
        "procedures": Parameter(("90460", "90471-90472", "G0008-G0010"), "vaccinations by injection"),
        "routes": Parameter(("IM", "SC"), "routes of drugs that 96372 gives"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    procedures, codes = context.code_set("procedures"), context.codes
    for line in claim.lines:
        if line.hcpcs not in procedures:
            continue
        near = [other for other in claim.lines if same_day(line, other) is not False]
        if any(_uses_it(other, context) for other in near):
            continue
        drugs = [other for other in near if codes.is_in("drug", other.hcpcs) and not is_wastage(other)]
        if drugs and all(_is_injected(drug, context) for drug in drugs):
            drug = drugs[0]
            message = (
                f"Line {line.index} bills the vaccination {line.procedure}, but no vaccine; the drug "
                f"{drug.procedure} (line {drug.index}) has no injection."
            )
            yield Hit(at=line.procedure, message=message, line=line)
            return


def _uses_it(other: ServiceLine, context: Context) -> bool:
    """Whether a line explains the vaccination or the drug: a vaccine, an unknown drug, another procedure."""
    codes = context.codes
    if codes.is_in("drug", other.hcpcs):
        # Immune globulins are another edit's; antibodies have administrations of their own.
        return codes.is_in("immune_globulin", other.hcpcs) or codes.is_in("rsv_antibody", other.hcpcs)
    sets = ("vaccine", "administration", "allergen_immunotherapy", "surgery")
    return any(codes.is_in(name, other.hcpcs) for name in sets) or bool(other.drugs) or not other.hcpcs


def _is_injected(drug: ServiceLine, context: Context) -> bool:
    day = drug.service.start if drug.service else None
    facts = context.tables.drug(drug.procedure, day).value if day else None
    return facts is not None and not facts.routes.isdisjoint(context["routes"])
