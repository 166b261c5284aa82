"""An injection is given at the patient's home.

What is wrong
    The place of service of an injection or infusion line is where the patient lives: 12, 13, 14 or 33.

Why it is refused
    Medicare pays a practice for an injection by its nurse as incident to the practitioner's services.
    This requires direct supervision: the practitioner must be in the home as well or, since the rules
    allow it, be immediately available by real-time audio and video. Where that was not so, the payment
    can be recouped.

How to correct it
    If the practitioner gave the injection or was there, nothing is to be done; the chart should say so.
    If the practice's nurse went alone, check how the nurse was supervised, and whether a home health
    agency should bill the visit instead. The claim is not held for this.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="POS-06",
    title="Injection at the patient's home",
    snip=7,
    severity="info",
    to_do=(
        "Verify that the practitioner gave or supervised the injection at home (POS 12); if not, check "
        "whether home health should bill it."
    ),
    sources=("CFR-410.26",),
    needs=("administration",),
    parameters={"places": Parameter(("12", "13", "14", "33"), "places of service where the patient lives")},
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    place = context.claim.place_of(line)
    if place in context["places"] and line.is_in("administration", context.codes):
        where = f"at the patient's home (POS {place})"
        message = f"Line {line.index}: {line.procedure} {where} requires direct supervision."
        yield Hit(at=place, message=message, line=line, once=True)
