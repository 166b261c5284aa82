"""Vials are counted, but only part of one is billed.

What is wrong
    Nothing need be wrong. The NDC quantity counts vials or syringes (UN), but it is no whole number; or the
    vials of a single-dose package hold more units than the claim bills, discarded ones (JW) included.

Why it is refused
    UN counts whole pieces. A payer that multiplies vials with their content finds more than was billed; it
    may ask what became of the rest.

How to correct it
    For a liquid give the ML that were drawn up. For powder give whole vials, and bill the rest that was
    thrown away with JW, where the payer wants it (Medicare does). If less was used of a vial for several
    patients, say so by the quantity.
"""

from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere, is_wastage
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.dosage import Dispensed, dispensed, is_compound, number_of

edit = Edit(
    id="UNIT-10",
    title="Part of a vial",
    snip=7,
    severity="info",
    sources=("S-ASP25Q4",),
    needs=("ndc", "drug"),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    parts = {line.index: line for line in claim.lines if _counts_part(line, context)}
    for line in parts.values():
        message = f"Line {line.index} counts {line.drugs[0].quantity} pieces (UN) of its NDC."
        yield Hit(at=line.drugs[0].quantity, message=message, line=line)
    if not any(line.drugs and line.drugs[0].unit == "UN" for line in claim.lines):
        return
    for entry in dispensed(claim, context):
        if entry.drug.unit == "UN" and entry.line.index not in parts and _leaves_rest(entry, context):
            message = (
                f"The {entry.drug.quantity} pieces of line {entry.line.index} hold "
                f"{entry.held.normalize():f} units; {entry.line.units} are billed."
            )
            yield Hit(at=entry.drug.quantity, message=message, line=entry.line)


def _counts_part(line: ServiceLine, context: Context) -> bool:
    if len(line.drugs) != 1 or line.drugs[0].unit != "UN" or not context.codes.is_in("drug", line.hcpcs):
        return False
    quantity = line.drugs[0].quantity.decimal
    aside = is_wastage(line) or is_supplied_elsewhere(line) or is_compound(line)
    return quantity is not None and quantity > 0 and quantity != int(quantity) and not aside


def _leaves_rest(entry: Dispensed, context: Context) -> bool:
    """Whether single-dose packages hold at least a whole unit more than is billed in any way of reading."""
    assert entry.line.service is not None
    assert entry.line.service.start is not None
    known = context.tables.aside.drug(entry.line.hcpcs, entry.line.service.start).value
    if known is None or known.container(number_of(entry.drug)) != "single-dose":
        return False
    return all(billed <= held - Decimal(1) for billed, held in entry.billed)
