"""Drugs or vaccines are billed to Medicare without assignment.

What is wrong
    The claim goes to Medicare and has lines of drugs or vaccines, but CLM07 does not say that assignment is
    accepted (A).

Why it is refused
    Medicare pays for drugs, biologicals and vaccines only on assignment, whether or not the practice
    participates; the administration of a vaccine may stay unassigned. The MAC splits the claim or treats all
    of it as assigned, and the patient's bill is then wrong.

How to correct it
    Change CLM07 to A. A non-participating practice may bill its other services unassigned on a separate
    claim.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-15",
    title="Drug or vaccine billed to Medicare without assignment",
    snip=7,
    severity="warn",
    to_do="Change CLM07 to A (assignment accepted); bill services that stay unassigned on a separate claim.",
    sources=("S-MCPM17-50",),
    denials=("CO-16",),
    claim_status=("A7:732",),
    needs=("assigned",),
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    assignment = context.claim.assignment
    if assignment not in ("B", "C") or not line.is_in("assigned", context.codes):
        return
    if not is_supplied_elsewhere(line):
        message = f"Line {line.index}: {line.procedure} is billed to Medicare without assignment (CLM07)."
        yield Hit(at=assignment, message=message, once=True)
