"""The route modifier is missing on a drug that is covered by one route only.

What is wrong
    One HCPCS code is used for both the IV form of the drug and the form that patients inject themselves
    (SC). The drug line has neither JA (IV) nor JB (SC).

Why it is refused
    Medicare covers the IV form and excludes the form that patients usually self-administer. MACs with
    such a list deny the line without one of the two modifiers.

How to correct it
    Check the chart for how the drug was given, and append JA or JB. Each MAC publishes which drugs are
    meant: in the states of a list that is known here the line is held, elsewhere, or where that list is
    more than two years old on the date of service, this is a warning.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from scrubber.claim import ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter
from scrubber.tables.drugs import Drug, Fact

from ..shared.days import day_of
from ..shared.dosage import is_compound
from ..shared.mac_lists import mac_lists, mac_state

edit = Edit(
    id="ROUTE-05",
    title="Modifier JA or JB is missing",
    snip=7,
    severity="info",
    to_do="Append JA (IV) or JB (SC) to the drug line, as the chart shows.",
    about="drug",
    sources=("S-SAD26", "S-NORIDIAN-SADR20", "S-A52527"),
    denials=("CO-4", "N822"),
    claim_status=("A7:453",),
    needs=("drug",),
    variants={"listed here": "info", "likely": "info"},
    parameters={
        "lists": Parameter(
            ("S-NORIDIAN-SADR20 2021-04-05 AS CA GU HI MP NV", "S-A52527 2025-12-04 KY OH"),
            "lists of MACs: source, first day, states",
        ),
        "excluded": Parameter(("GY", "GZ", "JW"), "modifiers of lines that do not bill a dose given"),
    },
)

_CURRENT = timedelta(days=730)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    day = day_of(line)
    if day is None or not line.is_in("drug", context.codes):
        return
    # Only a few drugs are listed: a drug that is not in the table is not among them.
    fact = _wanted(context.tables.aside.drug(line.hcpcs, day).value)
    if fact is None or line.has_modifier("JA", "JB", *context["excluded"]):
        return
    if not is_compound(line) and not is_supplied_elsewhere(line):
        context.tables.drug(line.hcpcs, day)
        message = f"Line {line.index}: {line.procedure} can be given IV or SC, but has neither JA nor JB."
        yield Hit(at=line.procedure, message=message, line=line, variant=_variant(line, day, fact, context))


def _wanted(drug: Drug | None) -> Fact | None:
    facts = drug.of_name("administration_route_modifier") if drug else ()
    return next((fact for fact in facts if fact.value in ("required", "likely")), None)


def _variant(line: ServiceLine, day: date, fact: Fact, context: Context) -> str:
    if fact.value == "likely":
        return "likely"
    state = mac_state(line, context)
    for item in mac_lists(context["lists"]):
        is_cited = item.source in fact.source.split(";")
        if is_cited and state in item.states and item.first <= day <= item.first + _CURRENT:
            return "listed here"
    return ""
