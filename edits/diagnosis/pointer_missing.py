"""A service line points at no diagnosis.

What is wrong
    The service line has no diagnosis pointer (SV107), or its first one is empty.

Why it is refused
    The guide demands a pointer on every line: the payer must know which diagnosis the service is for.

How to correct it
    Link the line to at least one diagnosis of the claim, the one that is the reason for the service first.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, Field
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="DX-01",
    title="Diagnosis pointer is missing",
    snip=4,
    severity="reject",
    about="diagnoses",
    sources=("X12-837P", "S-CSCLIST"),
    denials=("CO-16", "M76"),
    claim_status=("A7:477",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        if line.pointers and line.pointers[0].strip():
            continue
        if line.segment.id == "SV1":
            message = "The service line points at no diagnosis."
            yield Hit(at=Field.of(line.segment, 7, 1, "2400"), message=message, line=line)
