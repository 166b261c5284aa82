"""The modifier for the route says another one than the service.

What is wrong
    The drug's line says with JA that it went into a vein, but the claim has only injections on that day; or
    it says with JB that it went under the skin, but the claim has only infusions and pushes.

Why it is refused
    JA and JB decide whether and how the drug is paid. A service that gives it otherwise contradicts them.

How to correct it
    Read in the record how the drug was given. Correct the modifier, or the service, whichever is wrong.
    Neither is changed here: the route is a statement about what was done.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.routes import by_needle, by_vein

edit = Edit(
    id="ROUTE-04",
    title="Modifier JA or JB contradicts the service",
    snip=7,
    severity="reject",
    about="drug",
    sources=("S-HCPCS20", "S-NORIDIAN-SADR20", "S-A52527"),
    denials=("CO-4", "N519"),
    claim_status=("A8:453",),
    needs=("administrations", "drug", "modifiers"),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for entry in context.administrations:
        for line in entry.drugs:
            if line.modifiers and (said := _contradiction(claim, line, context)):
                marked, how = said
                place = next(field for field in line.modifiers if field.strip().upper() == marked)
                message = (
                    f"{marked} of {line.procedure} contradicts {entry.line.procedure} "
                    f"on line {entry.line.index}: {how}."
                )
                # A drug that is shared by several services is said once, with the first of them.
                if entry is next(other for other in context.administrations if line in other.drugs):
                    yield Hit(at=place, message=message, line=line)


def _contradiction(claim: Claim, line: ServiceLine, context: Context) -> tuple[str, str] | None:
    modifiers = line.modifier_codes
    if {"JA", "JB"} <= modifiers:
        return None
    if "JA" in modifiers and not by_vein(claim, line, context):
        return "JA", "nothing was given into a vein"
    if "JB" in modifiers and not by_needle(claim, line, context):
        return "JB", "everything was given into a vein"
    return None
