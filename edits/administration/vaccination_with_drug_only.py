"""A vaccine administration is billed, but the claim has a drug and no vaccine.

What is wrong
    The claim bills a vaccine administration and no vaccine, but an IM/SC drug on the same day, and
    nothing else that could have given that drug.

Why it is refused
    Vaccine administrations pay for giving vaccines. An injected drug is billed with an injection (96372),
    and payers deny a vaccine administration without a vaccine.

How to correct it
    If the drug was injected, bill the injection instead of the vaccine administration. If a vaccine was
    given as well, add its line (with a charge of 0 or 0.01, as the payer requires, if it was free) and
    the injection for the drug.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.near import index_of
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="ADM-06",
    title="Vaccine administration with a drug but no vaccine",
    snip=7,
    severity="warn",
    to_do=(
        "Replace the vaccine administration with 96372 if the drug was injected; if a vaccine was given "
        "too, add both missing lines."
    ),
    about="drug",
    denials=("CO-16", "N56"),
    claim_status=("A8:454",),
    needs=("vaccine_administration", "drug"),
    parameters={
        "procedures": Parameter(
            ("90460", "90471-90472", "G0008-G0010"), "vaccine administrations by injection"
        ),
        "routes": Parameter(("IM", "SC"), "routes of drugs that are given with 96372"),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    procedures, codes = context.code_set("procedures"), context.codes
    index = index_of(claim, codes)
    users = index.where("uses a vaccine administration", lambda line: _uses_it(line, context))
    for line in claim.lines:
        if line.hcpcs not in procedures:
            continue
        if users.has_near(line):
            continue
        drugs = [drug for drug in index.in_set("drug").near(line) if not drug.is_wastage]
        if drugs and all(_is_injected(drug, context) for drug in drugs):
            drug = drugs[0]
            message = (
                f"Line {line.index}: vaccine administration {line.procedure} is billed without a vaccine, "
                f"and drug {drug.procedure} (line {drug.index}) without an injection."
            )
            yield Hit(at=line.procedure, message=message, line=line)
            return


def _uses_it(other: ServiceLine, context: Context) -> bool:
    """Return True if a line accounts for the administration or the drug.

    A vaccine does, a drug of unknown use, or another procedure.
    """
    codes = context.codes
    if other.is_in("drug", codes):
        # Immune globulins are another edit's; RSV antibodies have their own administrations.
        return other.is_in("immune_globulin", codes) or other.is_in("rsv_antibody", codes)
    sets = ("vaccine", "administration", "allergen_immunotherapy", "surgery")
    return any(other.is_in(name, codes) for name in sets) or bool(other.drugs) or not other.hcpcs


def _is_injected(drug: ServiceLine, context: Context) -> bool:
    day = drug.service.start if drug.service else None
    facts = context.tables.drug(drug.procedure, day).value if day else None
    return facts is not None and not facts.routes.isdisjoint(context["routes"])
