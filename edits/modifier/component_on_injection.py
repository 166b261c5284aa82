"""An injection has a modifier for a part of the service or for a second surgeon.

What is wrong
    The injection (96372) has a modifier that splits a service into the physician's part and the rest (26,
    TC), or one for an assistant, a second surgeon or a team (62, 66, 80, 81, 82, AS).

Why it is refused
    By the fee schedule the injection is not split (PC/TC indicator 5), and no assistant and no second
    surgeon is paid for it (indicators 0). Medicare refuses a modifier that does not go with the code.

How to correct it
    Take the modifier off. If the place was a hospital, the practice cannot bill the injection at all,
    neither with 26 nor without it.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="MOD-07",
    title="Component or assistant modifier on an injection",
    snip=7,
    severity="warn",
    sources=("S-PFS24",),
    denials=("CO-4",),
    claim_status=("A7:453",),
    needs=("injection", "modifiers"),
    parameters={
        "modifiers": Parameter(
            ("26", "TC", "62", "66", "80", "81", "82", "AS"),
            "modifiers for a part of a service, an assistant, a second surgeon or a team",
        ),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        if context.codes.is_in("injection", line.hcpcs):
            found = [field for field in line.modifiers if field.strip().upper() in context["modifiers"]]
            if found:
                message = f"{line.procedure} is neither split nor assisted ({', '.join(found)})."
                yield Hit(at=found[0], message=message, line=line)
