"""A drug that is given IM or IV is billed without an administration.

What is wrong
    The drug can be given IM or IV. On its date of service the claim has no injection (96372), no infusion
    or IV push, and no procedure that could have used it.

Why it is refused
    Without the administration the payer cannot tell how, or whether, the drug was given. And if it was,
    the practice is not paid for giving it.

How to correct it
    Check the chart for how the drug was given, and add that administration with its date and diagnosis.
    If the drug was dispensed and not given, ask the payer how to bill that.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.pairing import is_administration, is_supplied_elsewhere, same_day, unpaired_drugs
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.dosage import is_compound
from ..shared.routes import may_serve_another

edit = Edit(
    id="ROUTE-03",
    title="IM/IV drug without an administration code",
    snip=7,
    severity="warn",
    to_do=(
        "Check the chart, and add the administration (96372, or the infusion or push) with its date and "
        "diagnosis pointer."
    ),
    about="drug",
    sources=("S-SPLROUTES",),
    denials=("CO-16",),
    needs=("drug",),
    parameters={
        "places": Parameter(
            (
                "01", "12", "19", "21", "22", "23", "24", "26", "31", "34", "51", "52", "53", "56", "61",
            ),
            "places of service where the drug is dispensed, or the practice is not paid for giving it",
        ),
    },
)  # fmt: skip


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in unpaired_drugs(claim, context.administrations, context.codes):
        if (
            claim.place_of(line) in context["places"]
            or may_serve_another(line, context)
            or any(
                is_administration(other, context.codes) and same_day(line, other) is not False
                for other in claim.lines
            )
            or is_compound(line)
            or is_supplied_elsewhere(line)
        ):
            continue
        day = line.service.start if line.service else None
        drug = context.tables.drug(line.hcpcs, day).value if day else None
        if drug and {"IM", "IV"} <= drug.routes:
            message = f"Line {line.index}: no injection, infusion or push is billed for {line.procedure}."
            yield Hit(at=line.procedure, message=message, line=line)
