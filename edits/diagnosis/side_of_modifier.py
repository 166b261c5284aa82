"""The side of a modifier is not the side of the diagnosis.

What is wrong
    A line has a modifier for the right or the left side (RT, LT; E1 to E4 for eyelids, FA to F9 for fingers,
    TA to T9 for toes), and the first diagnosis that it points to is of the other side; or surgery has
    modifier 50 for both sides, and its diagnoses are of one side only. Anthem also wants no bilateral
    diagnosis with RT or LT; for other payers, that is reported for information.

Why it is refused
    Payers compare the side of the diagnosis with the side of the procedure and deny the line where they
    conflict. One of the two is an error, and it may be the record of which side was treated.

How to correct it
    Check the chart for the side, and correct the modifier or the diagnosis. If both sides were treated for
    different conditions, point each line to the diagnosis of its own side.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.coverage import pointed_codes

edit = Edit(
    id="DX-26",
    title="Side of the modifier conflicts with the diagnosis",
    snip=7,
    severity="warn",
    to_do="Check the chart for the side, and correct the modifier (RT, LT, 50) or the diagnosis (SV107).",
    about="diagnoses",
    variants={"bilateral diagnosis": "info"},
    sources=("S-ICD10-TABULAR", "S-ANTHEM-LATERALITY", "S-EXCELLUS-LATERALITY", "S-WELLCARE-CE329"),
    denials=("CO-4", "CO-11"),
    claim_status=("A7:453",),
    needs=("modifiers",),
)

_MODIFIERS = {
    "R": ("RT", "E3", "E4", "F5", "F6", "F7", "F8", "F9", "T5", "T6", "T7", "T8", "T9"),
    "L": ("LT", "E1", "E2", "FA", "F1", "F2", "F3", "F4", "TA", "T1", "T2", "T3", "T4"),
    "B": ("50",),
}
_NAMES = {"R": "the right side", "L": "the left side", "B": "both sides"}


@edit.line_diagnosis
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    billed = _side_of_modifiers(line)
    if not billed or context.claim.is_void:
        return
    codes = pointed_codes(line, context)
    sides = [_side_of(code, context) for code in codes]
    known = {side for side in sides if side in _NAMES}
    if not codes or sides[0] not in known or billed in known or known == {"R", "L"}:
        return
    if sides[0] != "B" and "B" in known:
        return
    if billed == "B" and not line.is_in("surgery", context.codes):
        return  # an image of both sides, for comparison
    modifier = line.modifiers_among(_MODIFIERS[billed])[0]
    message = (
        f"Line {line.index}: modifier {modifier} is for {_NAMES[billed]}, "
        f"but {codes[0]} is for {_NAMES[sides[0]]}."
    )
    variant = "bilateral diagnosis" if sides[0] == "B" else ""
    yield Hit(at=modifier, message=message, line=line, variant=variant)


def _side_of_modifiers(line: ServiceLine) -> str:
    """Return R, L or B for the side that a line's modifiers name; empty for none, or for several."""
    sides = [side for side, modifiers in _MODIFIERS.items() if line.has_modifier(*modifiers)]
    return sides[0] if len(sides) == 1 else ""


def _side_of(code: str, context: Context) -> str:
    day = context.claim.first_service
    rule = context.tables.diagnosis_rule(code, day).value if day else None
    return rule.side if rule else ""
