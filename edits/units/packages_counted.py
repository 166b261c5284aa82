"""A drug is billed with a unit for each vial or syringe, though one holds many units.

What is wrong
    The code counts milligrams, micrograms or units of the drug, and even the smallest vial or syringe that
    Medicare prices under it holds many of them. What is billed for the day is a few units, at most a
    twentieth of that, or a single unit of a single-dose drug whose smallest container holds ten or more.
    Usually the containers were counted, or an old code was replaced without recalculating its units (J1030
    is 40 units of J1010).

    Codes that are often given in such small doses (epinephrine, insulin, vasopressin, bevacizumab in the eye)
    and doses that the NDC quantity confirms are not reported. Drugs with few packages have UNIT-03.

Why it is refused
    The payer pays a fraction of the dose, or finds units that do not match the NDC quantity and denies the
    line; a corrected claim is needed to be paid in full.

How to correct it
    Check the chart for the dose. Divide it by the amount of one billing unit of the code, and enter that in
    SV104: 100 units of onabotulinumtoxinA are 100 units of J0585, not 1.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from scrubber.claim import ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere, same_day
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.containers import is_single_dose
from ..shared.days import day_of
from ..shared.dosage import dispensed, is_compound

edit = Edit(
    id="UNIT-13",
    title="Vials or syringes counted instead of units",
    snip=7,
    severity="warn",
    to_do=(
        "Change SV104 to the dose divided by the amount of one billing unit of the code, not the number of "
        "vials or syringes."
    ),
    about="drug",
    sources=("S-ASP25Q4", "S-ASP26Q1", "S-JWJZ25"),
    denials=("CO-151", "CO-16", "N430"),
    claim_status=("A7:476",),
    needs=("drug",),
    parameters={
        "share": Parameter(20, "what part of the smallest container is too little for a dose: one in"),
        "most": Parameter(4, "units that may be a number of vials or syringes"),
        "least": Parameter(10, "units in the smallest single-dose container of which one unit is too little"),
        "small_doses": Parameter(
            (
                "A0000-A9999", "J0163-J0171", "J1815-J1818", "J2596-J2601", "J7336-J8999", "J9035",
                "Q0161-Q0181", "Q4100-Q4399", "Q5107", "Q5118", "Q5126", "Q5129", "Q9950-Q9969",
            ),
            "codes whose doses may be a small part of a container, or that are not injected drugs",
        ),
    },
)  # fmt: skip


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    smallest, claim = _smallest_container(line, context), context.claim
    if not smallest or line.is_wastage or is_compound(line) or claim.is_void:
        return
    together = [other for other in claim.same_procedure(line) if same_day(line, other) is not False]
    units = [other.units.decimal for other in together if other.unit_code == "UN"]
    total = sum((number for number in units if number), Decimal(0))
    if len(units) < len(together) or None in units or not _counts_containers(total, smallest, line, context):
        return
    # What differs from claim to claim is asked last.
    first = next(other for other in together if not other.is_wastage)
    if first is line and not is_supplied_elsewhere(line) and not _is_confirmed(line, context):
        noun = "unit" if total == 1 else "units"
        message = (
            f"Line {line.index}: {total.normalize():f} {noun} of {line.procedure} billed; the smallest "
            f"vial or syringe holds {smallest.normalize():f}."
        )
        yield Hit(at=line.units, message=message, line=line)


def _smallest_container(line: ServiceLine, context: Context) -> Decimal | None:
    """Return the units in the smallest container of a line's drug if it is known and not left out."""
    day = day_of(line)
    if day is None or not line.is_in("drug", context.codes):
        return None
    sizes = context.tables.aside.package_sizes(line.hcpcs, day).value
    if sizes is None or line.hcpcs in context.code_set("small_doses"):
        return None
    return None if _has_known_doses(line, day, context) else sizes.units[0]


def _has_known_doses(line: ServiceLine, day: date, context: Context) -> bool:
    drug = context.tables.aside.drug(line.hcpcs, day).value
    return drug is not None and bool(drug.of_name("label_units"))


def _counts_containers(total: Decimal, smallest: Decimal, line: ServiceLine, context: Context) -> bool:
    if total <= 0:
        return False
    is_one = total == 1 and smallest >= context["least"] and is_single_dose(line, context)
    return is_one or (total <= context["most"] and total * context["share"] <= smallest)


def _is_confirmed(line: ServiceLine, context: Context) -> bool:
    """Return True if the NDC quantity is not for more than is billed."""
    entry = dispensed(line, context)
    return entry is not None and entry.held < (line.units.decimal or 0) + 1
