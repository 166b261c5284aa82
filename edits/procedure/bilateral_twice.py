"""A bilateral procedure is reported twice over: modifier 50 with two units, or with RT or LT.

What is wrong
    The line has modifier 50 and more than one unit; or modifier 50 together with RT or LT; or RT and LT
    together with one unit.

Why it is refused
    Modifier 50 alone states both sides: the line is one unit at 150 percent. With two units or with a side
    it contradicts itself, and the line is denied or paid for one side.

How to correct it
    For both sides, report modifier 50 with one unit, or one line with RT and one with LT where the payer
    asks for two lines. For one side, remove modifier 50.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="PROC-08",
    title="Both sides reported by 50 and by units, RT or LT",
    snip=7,
    severity="warn",
    yields=True,
    to_do="Use modifier 50 with one unit (SV104) and without RT or LT, or split the line into RT and LT.",
    sources=("S-MCPM12-40",),
    denials=("CO-4", "N519"),
    claim_status=("A7:453",),
    needs=("modifiers",),
)

_SIDES = ("RT", "LT")


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    # The injection, which has no side at all, has an edit of its own.
    if line.is_in("injection", context.codes):
        return
    sides = line.modifiers_among(_SIDES)
    is_bilateral = line.has_modifier("50")
    # Supplies and devices of level II are reported by side and in units.
    if not (is_bilateral or len(sides) > 1) or not line.hcpcs[:1].isdigit():
        return
    what = f"Line {line.index}: {line.procedure}"
    units = line.units.decimal
    if is_bilateral and sides:
        message = f"{what} has modifier 50, which is both sides, together with {sides[0]}."
        yield Hit(at=sides[0], message=message, line=line)
    elif is_bilateral and line.unit_code == "UN" and units is not None and units > 1:
        message = f"{what} has modifier 50, which is both sides, and {line.units} units."
        yield Hit(at=line.units, message=message, line=line)
    elif not is_bilateral and len({*map(str.upper, sides)}) > 1 and units == 1:
        yield Hit(at=sides[1], message=f"{what} has RT and LT on one line of one unit.", line=line)
