"""Two lines of a claim have the same line item control number.

What is wrong
    A line repeats the line item control number (REF*6R) of an earlier line.

Why it is refused
    The number tells the line within its claim: payers return it on the remittance advice, and a payment
    cannot be posted if two lines answer to it. Clearinghouses reject the claim.

How to correct it
    Have the practice management system number the lines, so that no number comes twice in a claim; or leave
    REF*6R out, and payers return LX01.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="GUIDE-19",
    title="Line item control number repeated",
    snip=4,
    severity="reject",
    to_do="Enter another line item control number in REF*6R of each line, or leave REF*6R out.",
    sources=("X12-837P", "S-STEDI-6R"),
    denials=("CO-16",),
    claim_status=("A8:732",),
    needs=("repeated line number",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    first: dict[str, ServiceLine] = {}
    for line in claim.lines:
        number = line.control_number
        if not number:
            continue
        earlier = first.setdefault(str(number), line)
        if earlier is not line:
            message = f"Line {line.index}: line item control number (REF*6R) is that of line {earlier.index}."
            yield Hit(at=number, message=message, line=line)
