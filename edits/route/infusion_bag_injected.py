"""The package of an injected drug is a bag or bottle for infusion.

What is wrong
    The drug can be injected or infused. The NDC of its line is of a package as large as a bag or bottle for
    infusion, but the service is an injection (96372).

Why it is refused
    A drug that is mixed for infusion is not injected into muscle or under the skin. The NDC, the drug or the
    service is wrong, and payers compare them.

How to correct it
    Compare the NDC with the vial or bag that was used: often it comes from the charge master and not from
    the record. If the drug was infused, bill the infusion.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.dosage import number_of
from ..shared.routes import by_vein

edit = Edit(
    id="ROUTE-07",
    title="Infusion bag with an injection",
    snip=7,
    severity="warn",
    about="drug",
    sources=("S-ASP25Q4",),
    denials=("CO-16", "M119"),
    claim_status=("A8:218",),
    needs=("injection", "ndc", "drug"),
    parameters={"bag": Parameter(50, "millilitres from which on a package is for infusion")},
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for entry in context.administrations:
        if not context.codes.is_in("injection", entry.line.hcpcs) or by_vein(claim, entry.line, context):
            continue
        for line in entry.drugs:
            for drug in line.drugs:
                ndc = number_of(drug) if drug.qualifier == "N4" else ""
                if ndc and (size := _bag(line, ndc, context)):
                    message = (
                        f"The package {ndc} of {line.procedure} holds {size} mL, as a bag for infusion does."
                    )
                    yield Hit(at=drug.ndc, message=message, line=line)


def _bag(line: ServiceLine, ndc: str, context: Context) -> str:
    """The size of the package where it is one for infusion."""
    day = line.service.start if line.service else None
    # Without account: a drug that is not known to go into a vein and elsewhere is not meant.
    facts = context.tables.aside.drug(line.hcpcs, day).value if day else None
    if day is None or facts is None or "IV" not in facts.routes or not facts.routes & {"IM", "SC"}:
        return ""
    for priced in context.tables.asp(ndc, day).records:
        if priced.procedure == line.procedure and priced.size and priced.size >= context["bag"]:
            return f"{priced.size.normalize():f}"
    return ""
