"""A line says in two ways that it was a separate service.

What is wrong
    A line has modifier 59 together with XE, XP, XS or XU, or more than one of those four.

Why it is refused
    The four are narrower forms of 59. CMS calls it incorrect to put both on one line, and several payers
    do not accept it.

How to correct it
    Keep the one modifier that says why the service was separate: XE another encounter, XP another
    practitioner, XS another part of the body, XU no overlap otherwise. Keep 59 only where none of them fits
    or the payer does not know them. A person who may decide that chooses.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="MOD-08",
    title="Separate service is said twice",
    snip=7,
    severity="warn",
    sources=("S-CMS8863", "S-HMSA-59"),
    denials=("CO-4", "N519"),
    claim_status=("A7:453",),
    needs=("several modifiers",),
    parameters={
        "separate": Parameter(("59", "XE", "XP", "XS", "XU"), "of these a line has one at most"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        if len(line.modifiers) < 2:
            continue
        # By its text: one that is repeated is another edit's affair.
        found = {field.strip().upper(): field for field in line.modifiers}
        said = [field for text, field in found.items() if text in context["separate"]]
        if len(said) > 1:
            message = f"Line {line.index} says with {' and '.join(said)} that it was separate: one is enough."
            yield Hit(at=said[1], message=message, line=line)
