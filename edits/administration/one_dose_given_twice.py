"""One dose of a drug is billed with both an injection and an IV push.

What is wrong
    The claim bills the injection 96372 and an IV push (96374, 96375) for one day and provider, but the
    only drug that day is one line with no more than one dose of a drug that can be given either way.

Why it is refused
    One dose is given one way. Payers pay one administration for it and request records for the other, or
    deny it.

How to correct it
    Check the chart for how the drug was given, and remove the other administration. If a second drug or
    dose was given, add its line or correct the units.
"""

from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import possible_drugs, same_day
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import is_by_another

edit = Edit(
    id="ADM-17",
    title="Injection and IV push for one dose",
    snip=7,
    severity="warn",
    to_do=(
        "Check the chart for the route, and remove 96372 or the IV push; if a second dose was given, add "
        "its line or correct SV104."
    ),
    denials=("CO-97", "CO-231"),
    needs=("injection", "infusion_or_push"),
    parameters={
        "pushes": Parameter(("96374", "96375"), "IV pushes"),
        "doses": Parameter(("J1885=2", "J2405=4"), "HCPCS units in one dose, where it is more than one unit"),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    pushes = [line for line in claim.lines if line.hcpcs in context["pushes"]]
    for line in claim.lines if pushes else ():
        if not line.is_in("injection", context.codes):
            continue
        push = next((p for p in pushes if same_day(line, p) and not is_by_another(claim, line, p)), None)
        drugs = possible_drugs(claim, line, context.codes)
        if push and len(drugs) == 1 and _is_one_dose(drugs[0], context):
            message = (
                f"Line {line.index}: {line.procedure} and {push.procedure} (line {push.index}) are billed, "
                f"but only one dose of {drugs[0].procedure} (line {drugs[0].index})."
            )
            yield Hit(at=line.procedure, message=message, line=line)
            return


def _is_one_dose(drug: ServiceLine, context: Context) -> bool:
    units, day = drug.units.decimal, drug.service.start if drug.service else None
    stated = next((dose for dose in context["doses"] if dose.startswith(f"{drug.procedure}=")), "=1")
    if units is None or day is None or not 0 < units <= Decimal(stated.partition("=")[2]):
        return False
    facts = context.tables.drug(drug.procedure, day).value
    return facts is not None and "IV" in facts.routes and not facts.routes.isdisjoint(("IM", "SC"))
