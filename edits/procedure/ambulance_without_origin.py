"""An ambulance line does not say from where to where the patient was taken.

What is wrong
    A transport or mileage line (A0425-A0436) has no modifier of two letters that name origin and
    destination: D diagnostic site, E residential facility, G hospital dialysis unit, H hospital, I transfer
    site, J other dialysis unit, N nursing facility, P physician's office, R home, S scene, X stop at an
    office (as destination only).

Why it is refused
    Whether a transport is covered depends on origin and destination. Medicare, and others who follow it,
    return an ambulance line without them.

How to correct it
    Enter the two letters by the run report as the first modifier, the same on the transport and its
    mileage.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PROC-15",
    title="Ambulance without origin and destination modifier",
    snip=7,
    severity="warn",
    to_do="Enter the letters of origin and destination (such as RH) in SV101-3 of the ambulance line.",
    sources=("S-MCPM15-30",),
    denials=("CO-4", "CO-16", "N519"),
    claim_status=("A7:453",),
    needs=("ambulance_transport",),
    parameters={
        "origins": Parameter("DEGHIJNPRS", "letters of origins"),
        "destinations": Parameter("DEGHIJNPRSX", "letters of destinations"),
        "instead": Parameter(("QL", "GY"), "modifiers with which none is needed"),
    },
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.is_in("ambulance_transport", context.codes) or line.has_modifier(*context["instead"]):
        return
    if not any(_is_way(modifier, context) for modifier in line.modifier_codes):
        message = f"Line {line.index}: {line.procedure} has no origin and destination modifier."
        yield Hit(at=line.procedure, message=message, line=line)


def _is_way(modifier: str, context: Context) -> bool:
    return len(modifier) == 2 and modifier[0] in context["origins"] and modifier[1] in context["destinations"]
