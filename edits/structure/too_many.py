"""A claim has more diagnoses, or a line more pointers, than there is room for.

What is wrong
    The claim has more than twelve diagnoses (HI), or a line points at more than four of them (SV107).

Why it is refused
    The guide has room for twelve and four. A receiver that checks it rejects the transaction; others drop
    the rest, and the diagnosis that supports a service may be among it.

How to correct it
    Keep the diagnoses that the day's services were for, the most important first; who knows the record
    decides. Services with further diagnoses go on a second claim. For more than 50 lines see GUIDE-03.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, Field
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="STR-04",
    title="Too many diagnoses or pointers",
    snip=2,
    severity="reject",
    sources=("X12-837P",),
    denials=("CO-16",),
    claim_status=("A7:481",),
    needs=("faults",),
)

_MOST_DIAGNOSES, _MOST_POINTERS = 12, 4


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    extra = next((dx for dx in claim.diagnoses if dx.position > _MOST_DIAGNOSES), None)
    if extra and extra.code.element > _MOST_DIAGNOSES:  # in further segments the guide sees more than this
        message = f"The claim has more than {_MOST_DIAGNOSES} diagnoses."
        yield Hit(at=Field.of(extra.code.segment, extra.code.element, 0, "2300"), message=message)
    for line in claim.lines:
        if len(line.pointers) > _MOST_POINTERS:
            message = f"Line {line.index} points at more than {_MOST_POINTERS} diagnoses."
            yield Hit(at=Field.of(line.segment, 7, 0, "2400"), message=message, line=line)
