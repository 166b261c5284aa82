"""The route modifier JA or JB contradicts the administration.

What is wrong
    The drug line has JA (given IV), but the claim has only injections that day; or it has JB (given SC),
    but the claim has only infusions and IV pushes.

Why it is refused
    JA and JB decide whether and how the drug is paid. An administration by another route contradicts
    them.

How to correct it
    Check the chart for how the drug was given. Correct the modifier or the administration, whichever is
    wrong. The route is a statement about what was done.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.routes import by_needle, by_vein

edit = Edit(
    id="ROUTE-04",
    title="Modifier JA or JB contradicts the administration",
    snip=7,
    severity="reject",
    to_do="Check the chart for the route, then correct JA or JB on the drug line or the administration code.",
    about="drug",
    sources=("S-HCPCS20", "S-NORIDIAN-SADR20", "S-A52527"),
    denials=("CO-4", "N519"),
    claim_status=("A8:453",),
    needs=("administrations", "drug", "modifiers"),
)


@edit.lines
def check(_claim: Claim, context: Context) -> Iterator[CheckResult]:
    for entry in context.administrations:
        for line in entry.drugs:
            if line.modifiers and (contradiction := _contradiction(line, context)):
                marked, how = contradiction
                place = next(field for field in line.modifiers if field.strip().upper() == marked)
                message = (
                    f"Line {line.index}: modifier {marked} on {line.procedure} contradicts "
                    f"{entry.line.procedure} on line {entry.line.index}: {how}."
                )
                # A drug shared by several administrations is reported once, with the first of them.
                yield Hit(at=place, message=message, line=line, once=True)


def _contradiction(line: ServiceLine, context: Context) -> tuple[str, str] | None:
    modifiers = line.modifier_codes
    if {"JA", "JB"} <= modifiers:
        return None
    if "JA" in modifiers and not by_vein(line, context):
        return "JA", "nothing was given IV"
    if "JB" in modifiers and not by_needle(line, context):
        return "JB", "everything was given IV"
    return None
