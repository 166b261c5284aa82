"""Discarded drug (JW) is billed without the drug given, or for a whole container.

What is wrong
    A line with modifier JW bills discarded drug, but no line bills what was given of it on that date; or a
    whole container or more is billed as discarded.

Why it is refused
    Discarded drug is paid only in addition to the part that was given, and only what was left in an opened
    container. If one billing unit covers the whole container, nothing of it may be billed with JW.

How to correct it
    Check the drug code and the date of both lines, which must match. The line for the amount given has the
    units given and no JW. If the drug was not given at all, do not bill it. Calculate the discarded units
    from the container size of the NDC: container minus dose, rounded down.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, Field, ServiceLine
from scrubber.claim.near import index_of
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.containers import is_single_dose
from ..shared.dosage import number_of

edit = Edit(
    id="MOD-03",
    title="JW without the drug given, or for a whole container",
    snip=7,
    severity="warn",
    to_do=(
        "Correct or add the line for the amount given (same code and date, no JW), or remove the JW line "
        "if none was given."
    ),
    sources=("S-NORIDIAN-JZ", "S-ASP25Q4", "S-ASP26Q1"),
    denials=("CO-151", "CO-16"),
    claim_status=("A7:476",),
    needs=("wastage",),
)

_CORRECT_UNITS = "Correct the JW units in SV104 to the container size minus the dose given, rounded down."


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    # An injection without any drug, or with a drug of another day only, is reported by other edits.
    is_reported_there = any(
        not entry.drugs and not entry.line.is_in("add_on", context.codes) for entry in context.administrations
    )
    for waste in claim.lines:
        # JZ and JW on one line are reported by MOD-02.
        if not waste.modifiers or not _is_waste(waste) or "JZ" in waste.modifier_codes:
            continue
        given = any(
            not _is_waste(line)
            for line in index_of(claim, context.codes).of_procedure(waste.procedure).near(waste)
        )
        if not given and is_reported_there:
            continue
        if not given:
            message = (
                f"Line {waste.index}: JW bills discarded {waste.procedure}, but no line bills the dose given."
            )
            yield Hit(at=_mark_of(waste), message=message, line=waste)
        elif whole := _whole_container(waste, context):
            message = (
                f"Line {waste.index}: {waste.units} units of {waste.procedure} billed as discarded are "
                f"a whole container or more (a container holds {whole})."
            )
            yield Hit(at=waste.units, message=message, line=waste, to_do=_CORRECT_UNITS)


def _is_waste(line: ServiceLine) -> bool:
    return "JW" in line.modifier_codes


def _mark_of(waste: ServiceLine) -> Field:
    return next(field for field in waste.modifiers if field.strip().upper() == "JW")


def _whole_container(waste: ServiceLine, context: Context) -> str:
    """Return the units in one container of the line's drug, if no fewer are billed as discarded."""
    day = waste.service.start if waste.service else None
    units = waste.units.decimal
    ndc = number_of(waste.drugs[0]) if len(waste.drugs) == 1 and waste.unit_code == "UN" else ""
    # Looked up aside: whether a line bills the amount given is checked without the table, too.
    if day is None or units is None or waste.unit_code != "UN":
        return ""
    if not ndc:
        # Which container it was is not said: compare with the largest one.
        sizes = context.tables.aside.package_sizes(waste.hcpcs, day).value if not waste.drugs else None
        largest = sizes.units[-1] if sizes and is_single_dose(waste, context) else None
        return f"{largest.normalize():f}" if largest and units >= largest else ""
    if not context.tables.aside.asp(ndc, day).records:
        return ""
    for priced in context.tables.asp(ndc, day).records:
        if priced.procedure == waste.procedure and priced.units and units >= priced.units:
            return f"{priced.units.normalize():f}"
    return ""
