"""The NDC quantity and the billed units of a drug do not say the same dose.

What is wrong
    The line bills so many units of the drug's code (SV104) and reports so much of the package (CTP04). By
    the content of the package the two are different doses: they differ by more than a quarter, and by at
    least a whole unit, so it is not rounding. Where a unit stands for "up to" an amount, each injection may
    round up by itself. A line for discarded drug (JW) is counted together with the line of its drug. For
    vials (UN), and for vials of one millilitre that may be a powder, only too many units are found.

    The content is that of Medicare's list of the quarter; where it is not imported, the strength on the
    label (FDA directory), which may be that of a salt: then the two must differ by more than half.

Why it is refused
    Payers compute one from the other. Too many units look like overbilling, too few cost money, and Medicaid
    claims a wrong rebate.

How to correct it
    Take the dose from the chart. Units are the dose divided by the amount of one unit, rounded up; the NDC
    quantity is how many ML were drawn up, or how many vials of powder were used. Correct what is wrong.
"""

import math
from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.dosage import Dispensed, dispensed

edit = Edit(
    id="NDC-09",
    title="NDC quantity and billed units disagree",
    snip=7,
    severity="warn",
    about="ndc",
    sources=("S-ASP25Q4",),
    denials=("CO-151", "CO-16", "N430"),
    claim_status=("A8:476",),
    needs=("ndc", "drug"),
    parameters={
        "tolerance": Parameter(25, "percent by which the two may differ"),
        "tolerance_by_label": Parameter(100, "percent, where the content is worked out from the label"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for entry in dispensed(claim, context):
        if any(_agree(billed, held, entry, context) for billed, held in entry.billed):
            continue
        line, drug = entry.line, entry.drug
        message = (
            f"Line {line.index} bills {line.units} units of {line.procedure}, "
            f"but {drug.quantity} {drug.unit} of its NDC are {_plain(entry.held)}."
        )
        yield Hit(at=drug.quantity, message=message, line=line)


def _agree(billed: Decimal, held: Decimal, entry: Dispensed, context: Context) -> bool:
    if billed == held:
        return True
    name = "tolerance_by_label" if entry.content.by_label else "tolerance"
    factor = 1 + Decimal(context[name]) / 100
    if billed > held:
        return billed <= held * factor or billed < held + 1 + _roundings(entry.line, context)
    is_exact = entry.drug.unit == "ML" and entry.content.is_liquid
    return not is_exact or billed * factor >= held or billed > held - 1


def _roundings(line: ServiceLine, context: Context) -> Decimal:
    """How often more than once a unit that stands for "up to" an amount may have been rounded up."""
    assert line.service is not None
    assert line.service.start is not None
    known = context.tables.aside.drug(line.hcpcs, line.service.start).value
    if known is None or not known.is_up_to:
        return Decimal(0)
    giving = [entry.line.units.decimal for entry in context.administrations if line in entry.drugs]
    return max(sum((units or Decimal(1) for units in giving), Decimal(0)) - 1, Decimal(0))


def _plain(number: Decimal) -> str:
    whole = math.floor(number)
    return str(whole) if number == whole else f"{number:.3f}".rstrip("0").rstrip(".")
