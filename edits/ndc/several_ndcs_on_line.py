"""A line has more than one NDC.

What is wrong
    Loop 2410 is repeated on a service line. The TR3 allows one NDC per line.

Why it is refused
    A receiver that checks the TR3 (999) rejects the transaction set; one that does not reads only the first
    NDC and finds the quantity too low for the units.

How to correct it
    Bill one line per NDC, with the units and the charge that belong to it. The ingredients of one compound
    have the same link number (REF*VY in loop 2410). Some payers want modifier KP on the first line and KQ on
    the other lines of such a drug.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="NDC-11",
    title="More than one NDC on a line",
    snip=2,
    severity="reject",
    to_do="Split the line into one line per NDC (loop 2410), each with its own units and charge.",
    about="ndc",
    sources=("X12-837P", "S-EMDEON-NDC"),
    denials=("CO-16", "M119"),
    claim_status=("A8:218",),
    needs=("ndc",),
)


@edit.line
def check(line: ServiceLine, _context: Context) -> Iterator[CheckResult]:
    for drug in line.drugs[1:]:
        message = f"Line {line.index}: {len(line.drugs)} NDCs are reported (loop 2410); only one is allowed."
        yield Hit(at=drug.segment, message=message, line=line, loop="2410")
