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
from scrubber.engine import CheckResult, Context, Edit, Parameter

from ..shared.routes import are_all_in, by_vein, facts_of, may_serve_another, mismatch

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
    parameters={
        "more": Parameter(
            (
                "J0121-J0122", "J0131", "J0134", "J0136-J0137", "J0202", "J0220-J0221", "J0291", "J0348",
                "J0456", "J0485", "J0637", "J0641-J0642", "J0695", "J0714", "J0744", "J0872-J0878",
                "J1299-J1300", "J1322", "J1364", "J1453-J1454", "J1456", "J1458-J1459", "J1566", "J1568",
                "J1572", "J1743", "J1786", "J1931", "J1956", "J2020", "J2184-J2186", "J2248", "J2280-J2281",
                "J2323", "J2350", "J2406-J2407", "J2501", "J2507", "J2543", "J2547", "J2770", "J2783",
                "J2786", "J2840", "J2860", "J2916", "J3032", "J3060", "J3090", "J3095", "J3241", "J3243",
                "J3373", "J3385", "J3465", "J3489", "J9000", "J9022", "J9023", "J9027", "J9033-J9036",
                "J9039", "J9042-J9043", "J9045", "J9047", "J9055-J9060", "J9063", "J9119-J9120", "J9130",
                "J9145", "J9150", "J9153", "J9171", "J9173", "J9176-J9179", "J9181", "J9185", "J9190",
                "J9201", "J9203-J9208", "J9210", "J9223", "J9227-J9230", "J9245", "J9263-J9264",
                "J9267-J9269", "J9271-J9273", "J9280", "J9293", "J9295", "J9299", "J9301-J9309", "J9312",
                "J9317-J9319", "J9328", "J9330", "J9345", "J9347-J9351", "J9353-J9355", "J9358-J9360",
                "J9370-J9371", "J9390", "J9400", "Q0138-Q0139", "Q2050", "Q5103-Q5104", "Q5107",
                "Q5112-Q5119", "Q5121", "Q5123", "Q5126", "Q5129", "Q5134", "Q5146",
            ),
            "more drugs whose labeling has no other route than IV",
        ),
    },
)  # fmt: skip

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
        if are_all_in(context.code_set("more"), entry.drugs):
            variant = "not cited"
        elif (facts := facts_of(entry.drugs, context)) and all(drug.routes == _VEIN for drug in facts):
            variant = "" if any(drug.sure_routes == _VEIN for drug in facts) else "not cited"
        else:
            continue
        yield mismatch(entry.line, entry.drugs, "IV only", "IM/SC injection", variant)
