"""One line has more than one NDC.

What is wrong
    Loop 2410 is there more than once on a service line. The guide allows one NDC a line.

Why it is refused
    A receiver that checks the guide (999) rejects the transaction; one that does not reads the first NDC only
    and finds the quantity too small for the units.

How to correct it
    Bill one line for each NDC, with the units and the charge that belong to it. The ingredients of one
    compound bear the same link number (REF*VY in loop 2410). Some payers want modifier KP on the first and
    KQ on the other lines of such a drug.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="NDC-11",
    title="Several NDCs on one line",
    snip=2,
    severity="reject",
    about="ndc",
    sources=("X12-837P", "S-EMDEON-NDC"),
    denials=("CO-16", "M119"),
    claim_status=("A8:218",),
    needs=("ndc",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        for drug in line.drugs[1:]:
            message = (
                f"Line {line.index} has {len(line.drugs)} drug identifications (loop 2410); one is allowed."
            )
            yield Hit(at=drug.segment, message=message, line=line, loop="2410")
