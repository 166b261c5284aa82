"""Only an injection is billed, and no provider who gave or supervised it is on the claim.

What is wrong
    This may be correct. In the office, the claim bills an injection and its drug but no visit, and reports
    no rendering, supervising, ordering or referring provider.

Why it is refused
    It is not refused for this. But 96372 requires direct physician supervision: if no physician was in the
    office, a nurse visit (99211) takes its place. Supervision is not reported on the claim, so this is only
    a reminder.

How to correct it
    Make sure that a physician or practitioner was present. If not, have a certified coder decide on the
    code; if so, report who rendered or supervised the service (loop 2310B or 2310D).
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PAIR-11",
    title="Injection alone without a rendering or supervising provider",
    snip=7,
    severity="info",
    to_do=(
        "Add the rendering or supervising provider (loop 2310B or 2310D), or verify that a physician "
        "supervised the injection."
    ),
    sources=("S-BCBSAL-INJ",),
    needs=("administrations",),
    needs_codes=("procedure",),
    parameters={
        "procedure": Parameter("96372", "injection code"),
        "places": Parameter(("11",), "places of service where the practice's own staff inject"),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    shots = claim.lines_billing((context["procedure"],))
    if not shots or claim.place_of(shots[0]) not in context["places"]:
        return
    if not all(line in shots or line.is_in("drug", context.codes) for line in claim.lines):
        return
    if claim.provider_loops or any(line.provider_loops for line in claim.lines):
        return
    # A practitioner who bills under an individual NPI is the one who rendered the service.
    if claim.billing_kind == "2":
        shot = shots[0]
        message = (
            f"Line {shot.index}: {shot.procedure} is billed alone, "
            "with no rendering or supervising provider on the claim."
        )
        yield Hit(at=shot.procedure, message=message, line=shot)
