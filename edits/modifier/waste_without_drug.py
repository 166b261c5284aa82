"""Discarded drug is billed that cannot be discarded drug.

What is wrong
    A line with modifier JW bills what was discarded of a drug, but no line bills what was given of it on
    that day; or as much as a whole container is billed as discarded.

Why it is refused
    Discarded drug is paid only beside the part that was given, and only what remained in an opened
    container. Where one billing unit covers the whole container, nothing of it may be billed with JW.

How to correct it
    Check the drug code and the date of both lines, which must agree. The line of what was given has the
    units given and no JW. If the drug was not given at all, it is not billed. Count the discarded units
    from the size of the container on the NDC: container minus dose, rounded down.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, Field, ServiceLine
from scrubber.claim.pairing import same_day
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.dosage import number_of

edit = Edit(
    id="MOD-03",
    title="Discarded drug without the drug, or too much of it",
    snip=7,
    severity="warn",
    sources=("S-NORIDIAN-JZ", "S-ASP25Q4"),
    denials=("CO-151", "CO-16"),
    claim_status=("A7:476",),
    needs=("wastage",),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    # An injection without any drug, or with a drug of another day only, is spoken of by other edits.
    told = any(
        not entry.drugs and not context.codes.is_in("add_on", entry.line.hcpcs)
        for entry in context.administrations
    )
    for waste in claim.lines:
        # Another edit speaks of JZ and JW on one line.
        if not waste.modifiers or not _is_waste(waste) or "JZ" in waste.modifier_codes:
            continue
        given = any(
            line.procedure == waste.procedure and not _is_waste(line) and same_day(line, waste) is not False
            for line in claim.lines
        )
        if not given and told:
            continue
        if not given:
            message = (
                f"Line {waste.index} bills discarded {waste.procedure}; no line bills any that was given."
            )
            yield Hit(at=_mark_of(waste), message=message, line=waste)
        elif whole := _whole_container(waste, context):
            message = f"{waste.units} units of {waste.procedure} are discarded; a container holds {whole}."
            yield Hit(at=waste.units, message=message, line=waste)


def _is_waste(line: ServiceLine) -> bool:
    return "JW" in line.modifier_codes


def _mark_of(waste: ServiceLine) -> Field:
    return next(field for field in waste.modifiers if field.strip().upper() == "JW")


def _whole_container(waste: ServiceLine, context: Context) -> str:
    """The units in one container of the line's package, if no fewer are billed as discarded."""
    day = waste.service.start if waste.service else None
    units = waste.units.decimal
    ndc = number_of(waste.drugs[0]) if len(waste.drugs) == 1 and waste.unit_code == "UN" else ""
    # Without account: that there is a line of what was given is checked without the table, too.
    if day is None or units is None or not ndc or not context.tables.aside.asp(ndc, day).records:
        return ""
    for priced in context.tables.asp(ndc, day).records:
        if priced.procedure == waste.procedure and priced.units and units >= priced.units:
            return f"{priced.units.normalize():f}"
    return ""
