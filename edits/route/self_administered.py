"""A self-administered drug is billed to Medicare Part B.

What is wrong
    The drug, or its SC form (modifier JB), is on a MAC's list of self-administered drugs (SAD list).

Why it is refused
    Part B does not cover drugs that more than half of the patients inject themselves, even where the
    practice gave the injection. The lists differ by MAC and change often.

How to correct it
    Check your MAC's list for the date of service. If the drug is on it, bill the patient's drug plan, or
    Medicare with GY if a denial is wanted. If the drug was given IV, report that with JA. In the states
    of a list that is known here the line is held, elsewhere this is a warning.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter
from scrubber.tables.drugs import Fact

from ..shared.days import day_of
from ..shared.mac_lists import mac_lists
from ..shared.routes import by_needle, by_vein

edit = Edit(
    id="ROUTE-06",
    title="Self-administered drug billed to Part B",
    snip=7,
    severity="warn",
    to_do=(
        "Check your MAC's SAD list; if the drug is on it, bill the drug plan, or append GY if a denial is "
        "wanted (JA if given IV)."
    ),
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
            "lists of MACs: source, first day, states",
        ),
        "excluded": Parameter(("GY", "GZ"), "modifiers that expect a denial"),
    },
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    day = day_of(line)
    if day is None or not context.codes.is_in("drug", line.hcpcs):
        return
    # Only a few drugs are listed: a drug that is not in the table is not among them.
    drug = context.tables.aside.drug(line.hcpcs, day).value
    facts = drug.of_name("self_administered") if drug else ()
    fact = next((fact for fact in facts if fact.is_sure), None)
    if fact is None or not _is_meant(line, fact, context) or is_supplied_elsewhere(line):
        return
    context.tables.drug(line.hcpcs, day)
    lists = mac_lists(context["lists"])
    known = [item for item in lists if item.source in fact.source.split(";") and day >= item.first]
    if known:
        state = context.claim.state_of(line)
        here = any(state in item.states for item in known)
        form = " (SC form)" if fact.value == "by form" else ""
        whose = "the MAC's" if here else "a MAC's"
        message = f"Line {line.index}: {line.procedure}{form} is on {whose} self-administered drug list."
        yield Hit(at=line.procedure, message=message, line=line, variant="listed here" if here else "")


def _is_meant(line: ServiceLine, fact: Fact, context: Context) -> bool:
    modifiers = line.modifier_codes
    if modifiers & {"JW", *context["excluded"]}:
        return False
    if fact.value != "by form":
        return fact.value == "yes"
    # Where everything was given IV, JB is the fault: another edit reports that.
    if "JB" not in modifiers:
        return False
    contradicted = by_vein(line, context) and not by_needle(line, context)
    return not contradicted
