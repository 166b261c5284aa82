"""A service line has no diagnosis pointer.

What is wrong
    The service line has no diagnosis pointer (SV107), or its first pointer is empty.

Why it is refused
    The TR3 requires a pointer on every line: the payer must know which diagnosis the service is for.

How to correct it
    Link the line to at least one diagnosis on the claim, with the main reason for the service first.
"""

from collections.abc import Iterator

from scrubber.claim import Field, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="DX-01",
    title="Missing diagnosis pointer",
    snip=4,
    severity="reject",
    to_do=(
        "Enter in SV107-1 the number of the diagnosis on the claim that is the main reason for the service."
    ),
    about="diagnoses",
    sources=("X12-837P", "S-CSCLIST"),
    denials=("CO-16", "M76"),
    claim_status=("A7:477",),
    needs=("odd pointers",),
)


@edit.line
def check(line: ServiceLine, _context: Context) -> Iterator[CheckResult]:
    if line.pointers and line.pointers[0].strip():
        return
    if line.segment.id == "SV1":
        message = f"Line {line.index}: the diagnosis pointer (SV107) is missing."
        yield Hit(at=Field.of(line.segment, 7, 1, "2400"), message=message, line=line)
