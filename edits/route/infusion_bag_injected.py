"""The NDC of an injected drug is an infusion bag or bottle.

What is wrong
    The drug can be injected or infused. The NDC on its line is a package as large as an infusion bag or
    bottle, but an injection (96372) is billed.

Why it is refused
    A drug that is premixed for infusion is not injected IM/SC. The NDC, the drug or the administration is
    wrong, and payers compare them.

How to correct it
    Compare the NDC with the vial or bag that was used: often it comes from the charge master and not from
    the chart. If the drug was infused, bill the infusion.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import day_of
from ..shared.dosage import number_of
from ..shared.routes import by_vein

edit = Edit(
    id="ROUTE-07",
    title="Infusion bag NDC with an injection",
    snip=7,
    severity="warn",
    to_do=(
        "Check the NDC (LIN03) against the vial or bag used, and correct it; if the drug was infused, "
        "replace 96372 with the infusion."
    ),
    about="drug",
    sources=("S-ASP25Q4",),
    denials=("CO-16", "M119"),
    claim_status=("A8:218",),
    needs=("injection", "ndc", "drug"),
    parameters={"bag": Parameter(50, "milliliters from which on a package counts as an infusion bag")},
)


@edit.lines
def check(_claim: Claim, context: Context) -> Iterator[CheckResult]:
    for entry in context.administrations:
        if not entry.line.is_in("injection", context.codes) or by_vein(entry.line, context):
            continue
        for line in entry.drugs:
            for drug in line.drugs if _is_given_either_way(line, context) else ():
                ndc = number_of(drug) if drug.qualifier == "N4" else ""
                if ndc and (size := _bag(line, ndc, context)):
                    message = (
                        f"Line {line.index}: NDC {ndc} of {line.procedure} is the size of an infusion bag "
                        f"({size} mL), but line {entry.line.index} bills {entry.line.procedure} (injection)."
                    )
                    yield Hit(at=drug.ndc, message=message, line=line)


def _is_given_either_way(line: ServiceLine, context: Context) -> bool:
    """Return True if the drug is known to be given both IV and IM/SC."""
    day = day_of(line)
    # Looked up aside: no other drug is meant.
    facts = context.tables.aside.drug(line.hcpcs, day).value if day else None
    return facts is not None and "IV" in facts.routes and not facts.routes.isdisjoint(("IM", "SC"))


def _bag(line: ServiceLine, ndc: str, context: Context) -> str:
    """Return the size of the package if it is an infusion bag, else an empty text."""
    day = day_of(line)
    for priced in context.tables.asp(ndc, day).records if day else ():
        if priced.procedure == line.procedure and priced.size and priced.size >= context["bag"]:
            return f"{priced.size.normalize():f}"
    return ""
