"""An injection into muscle or under the skin has a modifier for a side or a part of the body.

What is wrong
    The injection (96372) has a modifier for left, right, both sides, an eyelid, a finger, a toe or a heart
    vessel.

Why it is refused
    The fee schedule knows no sides for this service (bilateral indicator 0): payers ignore such a modifier
    or deny the line because it does not go with the code.

How to correct it
    Take the modifier off. If two injections were given, that is said with units or with the modifier that
    the payer wants for a separate service. If a joint or a lesion was injected, the code itself is wrong.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="MOD-06",
    title="Side or part of the body on an injection",
    snip=7,
    severity="warn",
    sources=("S-PFS24", "S-AAPC-BILAT"),
    denials=("CO-4",),
    claim_status=("A7:453",),
    needs=("injection", "modifiers"),
    parameters={
        "modifiers": Parameter(
            ("50", "LT", "RT", "E1-E4", "FA", "F1-F9", "TA", "T1-T9", "LC", "LD", "LM", "RC", "RI"),
            "modifiers for sides and parts of the body",
        ),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    wrong = context.code_set("modifiers")
    for line in claim.lines:
        if context.codes.is_in("injection", line.hcpcs):
            found = [field for field in line.modifiers if field.strip().upper() in wrong]
            if found:
                message = f"{line.procedure} has no sides or parts of the body ({', '.join(found)})."
                yield Hit(at=found[0], message=message, line=line)
