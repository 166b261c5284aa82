"""A drug that patients usually give themselves is billed to Medicare Part B.

What is wrong
    The drug, or the form that goes under the skin (modifier JB), stands on a contractor's list of
    self-administered drugs.

Why it is refused
    Part B does not cover drugs that more than half of the patients inject themselves, even where the
    practice gave the injection. The lists differ by contractor and change often.

How to correct it
    Look at the list of your contractor for the day of service. If the drug is on it, bill the patient's
    drug plan, or Medicare with GY where a denial is wanted. If the drug went into a vein, say so with JA. In
    the states of a list that is known here the line is held, elsewhere this is a warning.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter
from scrubber.tables.drugs import Fact

from ..shared.mac_lists import mac_lists
from ..shared.routes import by_needle, by_vein

edit = Edit(
    id="ROUTE-06",
    title="Drug that patients give themselves",
    snip=7,
    severity="warn",
    sources=("S-NORIDIAN-SADR23", "S-NORIDIAN-SADR20", "S-CGS-SAD", "S-A52453", "S-OIG-STELARA"),
    denials=("CO-96", "N425", "CO-204"),
    claim_status=("A8:454",),
    needs=("drug",),
    variants={"listed here": "warn"},
    parameters={
        "lists": Parameter(
            (
                "S-NORIDIAN-SADR20 2021-04-05 AS CA GU HI MP NV",
                "S-NORIDIAN-SADR23 2021-05-15 AK AZ ID MT ND OR SD UT WA WY",
                "S-CGS-SAD 2003-09-21 KY OH",
                "S-A52453 2025-10-01 CT IL MA ME MN NH NY RI VT WI",
            ),
            "contractors' lists: source, first day, states",
        ),
        "excluded": Parameter(("GY", "GZ"), "modifiers by which a denial is expected"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        if not context.codes.is_in("drug", line.hcpcs) or is_supplied_elsewhere(line):
            continue
        day = line.service.start if line.service else None
        # Only few drugs are listed: one of which nothing is known is not among those that are.
        drug = context.tables.aside.drug(line.hcpcs, day).value if day else None
        fact = (
            next((fact for fact in drug.of_name("self_administered") if fact.is_sure), None) if drug else None
        )
        if day is None or fact is None or not _is_meant(claim, line, fact, context):
            continue
        context.tables.drug(line.hcpcs, day)
        lists = mac_lists(context["lists"])
        known = [item for item in lists if item.source in fact.source.split(";") and day >= item.first]
        if not known:
            continue
        here = any(claim.state_of(line) in item.states for item in known)
        form = " under the skin" if fact.value == "by form" else ""
        whose = "the contractor's" if here else "a contractor's"
        message = f"{line.procedure}{form} is on {whose} list of self-administered drugs."
        yield Hit(at=line.procedure, message=message, line=line, variant="listed here" if here else "")


def _is_meant(claim: Claim, line: ServiceLine, fact: Fact, context: Context) -> bool:
    modifiers = line.modifier_codes
    if modifiers & {"JW", *context["excluded"]}:
        return False
    if fact.value != "by form":
        return fact.value == "yes"
    # Where everything went into a vein, JB is what is wrong: another edit speaks of that.
    contradicted = by_vein(claim, line, context) and not by_needle(claim, line, context)
    return "JB" in modifiers and not contradicted
