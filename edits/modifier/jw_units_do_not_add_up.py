"""The units given and the units discarded (JW) of a drug do not add up to whole vials.

What is wrong
    A line bills what was given of a single-dose drug, another one with JW what was discarded. Together they
    are more than the vials that the NDC quantity counts (UN), or no number of vials of the sizes that
    Medicare prices under the code holds exactly so much.

Why it is refused
    What was given and what was discarded came out of the same vials, so together they are what these vials
    hold. More is billed than was opened, or part of what was opened is billed nowhere; an audit recovers the
    first, and the payer may ask about the second.

How to correct it
    Check the chart for the dose and for the vials that were opened. Bill the dose on the line without JW, and
    on the JW line what the vials hold less the dose, rounded down. If vials of several sizes were used,
    report the NDC of each on its own line.
"""

from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.near import index_of
from scrubber.claim.pairing import is_supplied_elsewhere
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.containers import is_single_dose
from ..shared.days import day_of, is_by_another
from ..shared.dosage import content_of, is_compound, number_of

edit = Edit(
    id="MOD-13",
    title="Given and discarded units do not add up to whole vials",
    snip=7,
    severity="warn",
    to_do=(
        "Correct the units given or the JW units (SV104): together they are what the opened vials hold, no "
        "more and no less."
    ),
    about="drug",
    sources=("S-CMSJZ", "S-NORIDIAN-JZ", "S-ASP25Q4", "S-ASP26Q1"),
    denials=("CO-151", "CO-16"),
    claim_status=("A7:476",),
    needs=("wastage", "drug"),
)

_MOST_VIALS = 20


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    index = index_of(claim, context.codes)
    for waste in index.wastage.lines:
        lines = [
            line
            for line in index.of_procedure(str(waste.procedure)).near(waste)
            if not is_by_another(claim, line, waste)
        ]
        first = next(line for line in lines if line.is_wastage)
        if first is not waste or all(line.is_wastage for line in lines) or claim.is_void:
            continue
        if not _is_comparable(lines, context) or any(map(is_supplied_elsewhere, lines)):
            continue
        total = sum((line.units.decimal or Decimal(0) for line in lines), Decimal(0))
        if fault := _over_the_vials(total, lines, context) or _fits_no_vials(total, waste, context):
            message = (
                f"Line {waste.index}: {total.normalize():f} units of {waste.procedure} are given and "
                f"discarded together, {fault}."
            )
            yield Hit(at=waste.units, message=message, line=waste)


def _is_comparable(lines: list[ServiceLine], context: Context) -> bool:
    return all(
        line.unit_code == "UN"
        and line.units.decimal is not None
        and line.units.decimal == int(line.units.decimal)
        and line.is_in("drug", context.codes)
        and not is_compound(line)
        and is_single_dose(line, context)
        for line in lines
    )


def _over_the_vials(total: Decimal, lines: list[ServiceLine], context: Context) -> str:
    """Say how much the vials hold that the NDC quantities count, if that is less; else return empty text."""
    held = [held for line in lines if line.drugs for held in [_held_in_vials(line, context)]]
    known = [number for number in held if number is not None]
    # A line without NDC is about the same vials; one whose vials are unknown may be about others.
    in_all = sum(known, Decimal(0))
    if not known or len(known) < len(held) or total < in_all + 1:
        return ""
    return f"but the vials of the NDC quantity hold {in_all.normalize():f}"


def _held_in_vials(line: ServiceLine, context: Context) -> Decimal | None:
    """Return the units in the whole vials that a line counts."""
    day, drug = day_of(line), line.drugs[0]
    vials = drug.quantity.decimal
    if day is None or len(line.drugs) > 1 or drug.unit != "UN" or vials is None or vials != int(vials):
        return None
    content = content_of(number_of(drug), str(line.procedure), day, context.tables.aside)
    return content.units_in(vials, "UN") if content else None


def _fits_no_vials(total: Decimal, waste: ServiceLine, context: Context) -> str:
    """Say which vials there are if no number of them holds the total; else return empty text."""
    day = day_of(waste)
    sizes = context.tables.aside.package_sizes(waste.hcpcs, day).value if day else None
    if sizes is None or any(size != int(size) for size in sizes.units):
        return ""
    drug = context.tables.aside.drug(waste.hcpcs, day).value if day else None
    if drug is not None and drug.of_name("label_units"):  # UNIT-03 reports it
        return ""
    units = [int(size) for size in sizes.units]
    if total > _MOST_VIALS * units[-1] or _is_sum(int(total), units):
        return ""
    return f"which no combination of vials holds ({', '.join(map(str, units))} units)"


def _is_sum(total: int, parts: list[int]) -> bool:
    """Return True if the total is a sum of parts, each of which may be used repeatedly."""
    if 1 in parts:
        return True
    reached = 1
    for part in parts:
        for _ in range(total // part):
            reached |= reached << part
    return bool(reached >> total & 1)
