"""Only an injection is billed, and nobody is named who gave or supervised it.

What is wrong
    Nothing need be wrong. In the office, the claim bills an injection and its drug but no visit, and it names
    no rendering, supervising, ordering or referring provider.

Why it is refused
    It is not refused for this. But 96372 stands for an injection under a physician's direct supervision: if
    no physician was in the office, a nurse's visit (99211) takes its place. Supervision is not on the claim,
    so this is only a reminder.

How to correct it
    Make sure that a physician or practitioner was there. If not, ask whoever decides on codes; if so, name
    who rendered or supervised the service (loop 2310B or 2310D).
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PAIR-11",
    title="Injection alone, nobody named who supervised it",
    snip=7,
    severity="info",
    sources=("S-BCBSAL-INJ",),
    needs=("administrations",),
    parameters={
        "procedure": Parameter("96372", "the injection"),
        "places": Parameter(("11",), "places where the practice's own people inject"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    shots = [line for line in claim.lines if line.hcpcs == context["procedure"]]
    if not shots or claim.providers or any(line.providers for line in claim.lines):
        return
    # A practitioner who bills in his own name is the one who rendered it.
    billing = claim.billing_provider
    if billing is None or billing.kind != "2" or claim.place_of(shots[0]) not in context["places"]:
        return
    codes = context.codes
    if all(
        line is shot or line.hcpcs == shot.hcpcs or codes.is_in("drug", line.hcpcs)
        for shot in shots[:1]
        for line in claim.lines
    ):
        message = "The claim bills an injection alone and names nobody who gave or supervised it."
        yield Hit(at=shots[0].procedure, message=message, line=shots[0])
