"""An IV-only drug is billed with an IM/SC injection.

What is wrong
    Every drug line that belongs to the injection (96372) is for a drug that is given IV only, and nothing
    else that day was given IV.

Why it is refused
    The drug's code itself, or its label, says intravenous. Then 96372 cannot be the service that was
    given, or the drug is another one; payers return such a pair as inconsistent.

How to correct it
    Check the chart for what was given and how. If it was given IV, bill the push or infusion with its
    times. If it was an injection, find the right code for the drug: some drugs have one code for each
    form.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.routes import by_vein, facts_of, may_serve_another

edit = Edit(
    id="ROUTE-01",
    title="IV-only drug with an IM/SC injection",
    snip=7,
    severity="reject",
    to_do=(
        "Check the chart for the route, then replace 96372 with the push or infusion, or correct the drug "
        "code."
    ),
    about="drug",
    sources=("S-HCPCS24", "S-SPLROUTES"),
    denials=("CO-16", "N56", "CO-4", "CO-231"),
    claim_status=("A8:454",),
    needs=("injection", "drug"),
    variants={"not cited": "warn"},
)

_VEIN = frozenset({"IV"})


@edit.lines
def check(_claim: Claim, context: Context) -> Iterator[CheckResult]:
    for entry in context.administrations:
        # JA on the drug contradicts the injection by itself; another edit reports that.
        if (
            not entry.drugs
            or not entry.line.is_in("injection", context.codes)
            or any(line.has_modifier("JA") for line in entry.drugs)
            or by_vein(entry.line, context)
            or any(may_serve_another(line, context) for line in entry.drugs)
        ):
            continue
        facts = facts_of(entry.drugs, context)
        if facts and all(drug.routes == _VEIN for drug in facts):
            names = list(dict.fromkeys(drug.code for drug in facts))
            are = "is" if len(names) == 1 else "are"
            message = (
                f"Line {entry.line.index}: {', '.join(names)} {are} IV only; "
                f"{entry.line.procedure} (IM/SC injection) does not match."
            )
            variant = "" if any(drug.sure_routes == _VEIN for drug in facts) else "not cited"
            yield Hit(at=entry.line.procedure, message=message, line=entry.line, variant=variant)
