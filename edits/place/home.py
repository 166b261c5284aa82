"""An injection is given at the patient's home.

What is wrong
    An injection or infusion line has a place of service where the patient lives: 12, 13, 14 or 33.

Why it is refused
    Medicare pays a practice for an injection by its nurse as incident to the practitioner's services. For
    that the practitioner must supervise it directly: be in the home as well or, since the rules allow it,
    be reachable at once by sound and picture. Where that was not so, the payment can be taken back.

How to correct it
    If the practitioner gave the injection or was there, nothing is to be done; the record should say so. If
    the practice's nurse went alone, check how she was supervised, and whether a home health agency should
    bill the visit instead. The claim is not held for it.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="POS-06",
    title="Injection at the patient's home",
    snip=7,
    severity="info",
    sources=("CFR-410.26",),
    needs=("administration",),
    parameters={"places": Parameter(("12", "13", "14", "33"), "places of service where patients live")},
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    is_said = False
    for line in claim.lines:
        place = claim.place_of(line)
        if place not in context["places"] or not context.codes.is_in("administration", line.hcpcs):
            continue
        if line.place or not is_said:
            is_said = is_said or not line.place
            message = f"Line {line.index} bills {line.procedure} at place of service {place}, a home."
            yield Hit(at=place, message=message, line=line)
