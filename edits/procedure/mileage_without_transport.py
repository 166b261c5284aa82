"""Ambulance mileage is billed without a transport.

What is wrong
    The claim bills mileage (A0425, A0435, A0436) for a day on which no transport (A0426-A0434, A0225) is
    billed.

Why it is refused
    Mileage is paid with the transport that it belongs to, on the same claim.

How to correct it
    Add the transport of that day from the run report, or remove the mileage.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.pairing import same_day
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PROC-25",
    title="Ambulance mileage without a transport",
    snip=7,
    severity="warn",
    to_do="Add the transport (A0426-A0434) of that day to the claim, or remove the mileage line.",
    sources=("S-MCPM15-30",),
    denials=("CO-16", "CO-107", "N34"),
    claim_status=("A8:454",),
    needs=("ambulance_transport",),
    needs_codes=("mileage",),
    parameters={
        "mileage": Parameter(("A0380", "A0390", "A0425", "A0435", "A0436"), "mileage"),
        "transports": Parameter(("A0225", "A0426-A0434", "A0998-A0999"), "transports"),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    transports = claim.lines_billing(context.code_set("transports"))
    for line in () if claim.is_void else claim.lines:
        if line.hcpcs not in context.code_set("mileage"):
            continue
        if not any(same_day(line, other) is not False for other in transports):
            message = f"Line {line.index}: mileage {line.procedure} is billed without a transport."
            yield Hit(at=line.procedure, message=message, line=line)
