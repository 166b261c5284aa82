"""The NDC quantity and the billed units of a drug are not the same dose.

What is wrong
    The line bills a number of units of the drug's code (SV104) and reports an NDC quantity (CTP04). By the
    content of the package the two are different doses: they differ by more than a quarter, and by at least a
    whole unit, so it is not rounding. Where a unit is for "up to" an amount, each injection may round up
    separately. A line for discarded drug (JW) is counted together with its drug's line. For vials (UN), and
    for 1 mL vials that may be a powder, too few units are reported only where at least three times as much is
    held, and one vial less would do as well: usually milliliters were entered as vials.

    The content comes from Medicare's ASP crosswalk of the quarter; if that is not imported, from the strength
    on the label (FDA NDC directory), which may be that of a salt: then the two must differ by more than half.

Why it is refused
    Payers calculate one from the other. Too many units look like overbilling, too few lose money, and
    Medicaid claims a wrong rebate.

How to correct it
    Check the chart for the dose. Units are the dose divided by the amount of one billing unit, rounded up;
    the NDC quantity is how many ML were drawn up, or how many vials of powder were used. Correct whichever is
    wrong.
"""

import math
from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim import ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.dosage import Dispensed, dispensed, ways_to_read

edit = Edit(
    id="NDC-09",
    title="NDC quantity and billed units do not match",
    snip=7,
    severity="warn",
    to_do=(
        "Check the chart for the dose, then correct the billed units in SV104 or the NDC quantity in CTP04."
    ),
    about="ndc",
    sources=("S-ASP25Q4",),
    denials=("CO-151", "CO-16", "N430"),
    claim_status=("A8:476",),
    needs=("ndc", "drug"),
    parameters={
        "tolerance": Parameter(25, "percent by which the two may differ"),
        "tolerance_by_label": Parameter(100, "percent, where the content is calculated from the label"),
    },
)

_SEVERAL_VIALS, _FAR_MORE = 2, 3


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    entry = dispensed(line, context)
    if entry is None or any(
        _agree(billed, held, entry, context) for billed, held in ways_to_read(entry, context)
    ):
        return
    if is_supplied_elsewhere(line):
        return
    drug = entry.drug
    unit = "unit" if entry.held == 1 else "units"
    message = (
        f"Line {line.index}: units billed for {line.procedure} ({line.units}) do not match the NDC "
        f"quantity ({drug.quantity} {drug.unit} = {_plain(entry.held)} {unit})."
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
    if is_exact:
        return billed * factor >= held or billed > held - 1
    return not _has_needless_vials(billed, held, entry)


def _has_needless_vials(billed: Decimal, held: Decimal, entry: Dispensed) -> bool:
    """Return True if vials are counted that nobody would have opened for what is billed."""
    vials, in_one = entry.drug.quantity.decimal, entry.content.per_piece
    if entry.drug.unit != "UN" or vials is None or in_one is None or vials < _SEVERAL_VIALS:
        return False
    return held >= _FAR_MORE * billed and held - in_one >= billed


def _roundings(line: ServiceLine, context: Context) -> Decimal:
    """Return how many times more than once a unit for "up to" an amount may have been rounded up."""
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
