"""A drug that is never given IV is billed with an infusion or IV push.

What is wrong
    An infusion or IV push is billed, and every drug line that day is for a drug that is given IM/SC only.
    No injection on the claim accounts for them.

Why it is refused
    The drug cannot be what was infused, so either the administration or the drug is wrong. Vitamin B12
    with an infusion code is a common case.

How to correct it
    Check the chart for what was given and how. If it was an injection, bill that instead of the infusion.
    If something was infused, bill that drug; fluids that only carry a drug are not billed separately.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Parameter

from ..shared.routes import are_all_in, by_needle, drugs_of_day, facts_of, may_serve_another, mismatch

edit = Edit(
    id="ROUTE-02",
    title="IM/SC drug with an infusion or IV push",
    snip=7,
    severity="reject",
    to_do=(
        "Check the chart for the route, then replace the infusion or push with 96372, or bill the drug "
        "that was infused."
    ),
    about="drug",
    sources=("S-HCPCS24", "S-SPLROUTES", "S-CARECOST"),
    denials=("CO-16", "N56"),
    claim_status=("A8:454",),
    needs=("intravenous", "drug"),
    variants={"not cited": "warn"},
    parameters={
        "more": Parameter(
            (
                "J0593", "J0599", "J1447", "J1449", "J1726", "J1729", "J1952", "J1954", "J2562", "J2799",
                "J3031", "J9144", "J9155", "J9311", "J9316", "J9356", "Q5120", "Q5122", "Q5127", "Q5130",
                "Q5136", "Q5157-Q5159",
            ),
            "more drugs whose labeling has no IV route",
        ),
    },
)  # fmt: skip


@edit.lines
def check(_claim: Claim, context: Context) -> Iterator[CheckResult]:
    reported: set[int] = set()
    for entry in context.administrations:
        giver = entry.line
        # Plain hydration involves no drug.
        is_hydration = giver.is_in("hydration", context.codes)
        if is_hydration or not giver.is_in("intravenous", context.codes):
            continue
        drugs = drugs_of_day(giver, context)
        # JB on a drug contradicts the infusion by itself; another edit reports that.
        if (
            not drugs
            or any(line.index in reported or line.has_modifier("JB") for line in drugs)
            or by_needle(giver, context)
            or any(may_serve_another(line, context) for line in drugs)
        ):
            continue
        if are_all_in(context.code_set("more"), drugs):
            variant = "not cited"
        elif (facts := facts_of(drugs, context)) and not any("IV" in drug.routes for drug in facts):
            variant = "" if all(drug.routes == drug.sure_routes for drug in facts) else "not cited"
        else:
            continue
        reported |= {line.index for line in drugs}
        yield mismatch(giver, drugs, "never given IV", "IV administration", variant)
