"""Botulinum toxin is billed with the plain injection 96372 only.

What is wrong
    The claim bills a botulinum toxin (J0585-J0589) and the injection 96372, but no other drug that day
    and no procedure for the site into which the toxin was injected.

Why it is refused
    The toxin is injected into specific muscles, glands or the bladder, and these injections have their
    own procedure codes (64611-64653 and others). 96372 is bundled into those and does not describe what
    was done.

How to correct it
    Bill the procedure for the injected site instead of 96372. Check the chart for which one, and how
    many.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.pairing import injections_instead
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="ADM-10",
    title="Botulinum toxin with plain injection 96372",
    snip=7,
    severity="warn",
    to_do=(
        "Replace 96372 with the procedure for the site injected (64611-64653 and others), as the chart shows."
    ),
    about="drug",
    sources=("S-NCCI24Q3", "S-MCDIDX"),
    denials=("CO-16", "N56"),
    claim_status=("A8:454",),
    needs=("injection", "botulinum_toxin"),
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line, toxin in injections_instead(claim, context.codes, "botulinum_toxin", "surgery"):
        message = (
            f"Line {line.index}: {line.procedure} does not describe the injection of botulinum toxin "
            f"{toxin.procedure} (line {toxin.index})."
        )
        yield Hit(at=line.procedure, message=message, line=line)
