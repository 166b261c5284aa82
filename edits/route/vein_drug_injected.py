"""A drug that goes into a vein only is billed with an injection into muscle or under the skin.

What is wrong
    Every drug line that belongs to the injection (96372) is of a drug that is given into a vein only, and
    nothing else on that day was given into a vein.

Why it is refused
    The drug's code itself, or its label, says intravenous. Then 96372 cannot be the service that was given,
    or the drug is another one; payers return such a pair as inconsistent.

How to correct it
    Read in the record what was given and how. If it went into a vein, bill the push or infusion with its
    times. If it was an injection, find the drug's right code: some drugs have one code for each form.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.routes import by_vein, facts_of, may_serve_another

edit = Edit(
    id="ROUTE-01",
    title="Drug for a vein with an injection",
    snip=7,
    severity="reject",
    about="drug",
    sources=("S-HCPCS24", "S-SPLROUTES"),
    denials=("CO-16", "N56", "CO-4", "CO-231"),
    claim_status=("A8:454",),
    needs=("injection", "drug"),
    variants={"not cited": "warn"},
)

_VEIN = frozenset({"IV"})


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for entry in context.administrations:
        # JA on the drug contradicts the injection by itself; another edit speaks of that.
        if (
            not entry.drugs
            or not context.codes.is_in("injection", entry.line.hcpcs)
            or any(line.has_modifier("JA") for line in entry.drugs)
            or by_vein(claim, entry.line, context)
            or any(may_serve_another(claim, line, context) for line in entry.drugs)
        ):
            continue
        facts = facts_of(entry.drugs, context)
        if facts and all(drug.routes == _VEIN for drug in facts):
            names = ", ".join(dict.fromkeys(drug.code for drug in facts))
            message = f"{entry.line.procedure} is billed with {names}, which goes into a vein only."
            variant = "" if any(drug.sure_routes == _VEIN for drug in facts) else "not cited"
            yield Hit(at=entry.line.procedure, message=message, line=entry.line, variant=variant)
