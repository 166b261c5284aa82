"""Botulinum toxin is billed with the injection 96372 only.

What is wrong
    The claim bills a botulinum toxin (J0585-J0589) and the injection 96372, no other drug of that day and
    no procedure into which the toxin was injected.

Why it is refused
    The toxin is injected into certain muscles, glands or the bladder, which has procedures of its own
    (64611-64653 and others). 96372 is a part of those and is not what was done.

How to correct it
    Bill the procedure for the place that was injected instead of 96372. Which one it is, and how many, the
    record shows; a billed procedure is never changed here.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.pairing import injections_instead
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="ADM-10",
    title="Botulinum toxin with a plain injection",
    snip=7,
    severity="warn",
    about="drug",
    sources=("S-NCCI24Q3", "S-MCDIDX"),
    denials=("CO-16", "N56"),
    claim_status=("A8:454",),
    needs=("injection", "botulinum_toxin"),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line, toxin in injections_instead(claim, context.codes, "botulinum_toxin", "surgery"):
        message = (
            f"Line {line.index} bills {line.procedure} for the botulinum toxin {toxin.procedure} "
            f"(line {toxin.index})."
        )
        yield Hit(at=line.procedure, message=message, line=line)
