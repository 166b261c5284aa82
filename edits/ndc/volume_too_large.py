"""The NDC quantity is more milliliters than can be injected.

What is wrong
    The drug is given only by injection into muscle, skin, a joint or a lesion, and the NDC quantity (CTP04)
    counts more milliliters (ML) than such an injection can have. Usually the milligrams or the billed units
    were entered: 150 ML for a syringe of 150 mg in 1 mL.

Why it is refused
    The payer multiplies its price per milliliter by the quantity, and Medicaid claims a rebate for it. The
    line is denied, or paid wrongly and recovered.

How to correct it
    Take the volume from the package or the chart: how many milliliters were drawn up. The milligrams belong
    in the units of the HCPCS code.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.ask_last import unless_supplied
from ..shared.days import day_of
from ..shared.dosage import is_compound

edit = Edit(
    id="NDC-14",
    title="NDC quantity is more milliliters than an injection has",
    snip=7,
    severity="warn",
    to_do="Change CTP04 to the milliliters that were drawn up, not the milligrams or the billed units.",
    about="ndc",
    sources=("S-MBCM-NDC",),
    denials=("CO-16", "M119"),
    claim_status=("A7:476",),
    yields=True,
    needs=("ndc", "drug"),
    parameters={
        "most": Parameter(20, "milliliters of the largest injection"),
        "routes": Parameter(("IM", "SC", "ID", "IDT", "IA", "IL", "ST"), "routes of an injection"),
        "infused": Parameter(
            ("J1459", "J1551-J1576", "J1599", "J9311", "J9316", "J9144"),
            "drugs that are infused under the skin",
        ),
    },
)


@edit.line
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if len(line.drugs) != 1 or line.drugs[0].unit != "ML" or is_compound(line):
        return
    volume, day = line.drugs[0].quantity.decimal, day_of(line)
    if (
        volume is None
        or volume <= context["most"]
        or day is None
        or line.hcpcs in context.code_set("infused")
    ):
        return
    drug = context.tables.aside.drug(line.hcpcs, day).value
    if drug is None or not drug.routes or not drug.routes.issubset(context["routes"]):
        return
    quantity = line.drugs[0].quantity
    message = f"Line {line.index}: {quantity} ML of {line.procedure} is more than one injection can hold."
    yield Hit(at=quantity, message=message, line=line)
