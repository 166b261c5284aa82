"""The NDC quantity counts vials, but only part of a vial is billed.

What is wrong
    The NDC quantity counts vials or syringes (UN) but is not a whole number; or the vials of a single-dose
    package hold more units than the claim bills, including discarded ones (JW). Both may be correct, so they
    are for information. They cannot be where the line has JZ, which says that nothing was discarded, or where
    each package is one dose (a depot kit or a prefilled syringe): that is a warning.

Why it is refused
    UN counts whole pieces. A payer that multiplies vials by their content finds more than was billed; it may
    ask what happened to the rest.

How to correct it
    For a liquid, report the ML that were drawn up. For powder, report whole vials, and bill the discarded
    rest with JW where the payer wants it (Medicare does). If less was used because a vial was for several
    patients, show that in the quantity.
"""

from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.ask_last import unless_supplied
from ..shared.dosage import Dispensed, dispensed, is_compound, number_of, ways_to_read

edit = Edit(
    id="UNIT-10",
    title="Partial vial billed",
    snip=7,
    severity="info",
    to_do=(
        "Enter whole vials (UN) or, for a liquid, the ML drawn up in CTP04; bill the discarded rest with "
        "JW where required."
    ),
    sources=("S-ASP25Q4",),
    needs=("ndc", "drug"),
    variants={"whole": "warn"},
)

_BILL_THE_REST = (
    "Bill the discarded rest on a JW line where the payer wants it, or correct the quantity in CTP04."
)

_BILL_THE_WHOLE = (
    "Correct SV104 to the units that the package holds, or the NDC (LIN03) and its quantity (CTP04)."
)


@edit.line
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.drugs or line.drugs[0].unit != "UN":
        return
    entry = dispensed(line, context)
    if _counts_part(line, context):
        quantity = line.drugs[0].quantity
        message = f"Line {line.index}: NDC quantity {quantity} UN is not in whole vials or syringes."
        yield Hit(at=quantity, message=message, line=line)
    elif entry and _leaves_rest(entry, context):
        message = (
            f"Line {line.index}: the NDC quantity ({entry.drug.quantity} UN) holds "
            f"{entry.held.normalize():f} units of {line.procedure}, more than billed ({line.units})."
        )
        is_whole = line.has_modifier("JZ") or _is_one_dose(entry, context)
        variant, to_do = ("whole", _BILL_THE_WHOLE) if is_whole else ("", _BILL_THE_REST)
        yield Hit(at=entry.drug.quantity, message=message, line=line, variant=variant, to_do=to_do)


def _counts_part(line: ServiceLine, context: Context) -> bool:
    if len(line.drugs) != 1 or not line.is_in("drug", context.codes):
        return False
    quantity = line.drugs[0].quantity.decimal
    if quantity is None or quantity <= 0 or quantity == int(quantity):
        return False
    return not (line.is_wastage or is_compound(line))


def _leaves_rest(entry: Dispensed, context: Context) -> bool:
    """Return True if single-dose packages hold at least a whole unit more than is billed, however read."""
    assert entry.line.service is not None
    assert entry.line.service.start is not None
    known = context.tables.aside.drug(entry.line.hcpcs, entry.line.service.start).value
    if known is None or known.container(number_of(entry.drug)) != "single-dose":
        return False
    return all(billed <= held - Decimal(1) for billed, held in ways_to_read(entry, context))


def _is_one_dose(entry: Dispensed, context: Context) -> bool:
    """Return True if each package of the drug is one dose, and its own size is among them."""
    assert entry.line.service is not None
    assert entry.line.service.start is not None
    known = context.tables.aside.drug(entry.line.hcpcs, entry.line.service.start).value
    doses = known.of_name("label_units") if known else ()
    return entry.content.per_piece in {Decimal(fact.value) for fact in doses}
