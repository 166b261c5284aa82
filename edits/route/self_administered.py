"""A self-administered drug is billed to Medicare Part B.

What is wrong
    The drug, or its SC form (modifier JB), is on a MAC's list of self-administered drugs (SAD list).

Why it is refused
    Part B does not cover drugs that more than half of the patients inject themselves, even where the
    practice gave the injection. The lists differ by MAC and change often.

How to correct it
    Check your MAC's list for the date of service. If the drug is on it, bill the patient's drug plan, or
    Medicare with GY if a denial is wanted. If the drug was given IV, report that with JA. In the states
    of a list that is known here the line is held, elsewhere this is a warning, as it is under a list that is
    more than two years old on the date of service.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from scrubber.claim import ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter
from scrubber.tables.drugs import Drug
from scrubber.tables.rows import SelfAdministered

from ..shared.days import day_of
from ..shared.mac_lists import mac_lists, mac_state
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
    sources=("S-SAD26", "S-NORIDIAN-SADR23", "S-NORIDIAN-SADR20", "S-CGS-SAD", "S-A52453", "S-OIG-STELARA"),
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


_CURRENT = timedelta(days=730)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    day = day_of(line)
    if day is None or not line.is_in("drug", context.codes):
        return
    # Only a few drugs are listed: a drug that is not in the table is not among them.
    drug = context.tables.aside.drug(line.hcpcs, day).value
    facts = drug.of_name("self_administered") if drug else ()
    fact = next((fact for fact in facts if fact.is_sure), None)
    entry = _entry(line, day, context)
    by_form = (entry is not None and _is_of_form(entry, drug)) or (
        fact is not None and fact.value == "by form"
    )
    is_named = entry is not None or (fact is not None and fact.value in ("yes", "by form"))
    if not is_named or not _is_meant(line, context, by_form=by_form) or is_supplied_elsewhere(line):
        return
    form = " (SC form)" if by_form else ""
    if entry is not None:
        context.tables.self_administered(line.hcpcs, mac_state(line, context), day)
        message = (
            f"Line {line.index}: {line.procedure}{form} is on the MAC's self-administered drug list "
            f"({entry.article})."
        )
        yield Hit(at=line.procedure, message=message, line=line, variant="listed here")
        return
    assert fact is not None
    context.tables.drug(line.hcpcs, day)
    lists = mac_lists(context["lists"])
    known = [item for item in lists if item.source in fact.source.split(";") and day >= item.first]
    if known:
        state = mac_state(line, context)
        here = any(state in item.states and day <= item.first + _CURRENT for item in known)
        whose = "the MAC's" if here else "a MAC's"
        message = f"Line {line.index}: {line.procedure}{form} is on {whose} self-administered drug list."
        yield Hit(at=line.procedure, message=message, line=line, variant="listed here" if here else "")


def _entry(line: ServiceLine, day: date, context: Context) -> SelfAdministered | None:
    """Return the entry of the drug on the list of the MAC of the state; none for unclassified codes."""
    if line.is_in("unclassified_drug", context.codes):
        return None
    state = mac_state(line, context)
    records = context.tables.aside.self_administered(line.hcpcs, state, day).records
    return records[0] if records else None


def _is_of_form(entry: SelfAdministered, drug: Drug | None) -> bool:
    """Return True if only the SC form of the drug is excluded, since it can also be given otherwise."""
    words = entry.drug.upper()
    others = drug is not None and not drug.routes.issubset({"SC"})
    return others or words == "SC" or "SUBCUT" in words


def _is_meant(line: ServiceLine, context: Context, *, by_form: bool) -> bool:
    modifiers = line.modifier_codes
    if modifiers & {"JW", *context["excluded"]}:
        return False
    if not by_form:
        return True
    # Where everything was given IV, JB is the fault: another edit reports that.
    if "JB" not in modifiers:
        return False
    contradicted = by_vein(line, context) and not by_needle(line, context)
    return not contradicted
