"""A service line points at the same diagnosis twice.

What is wrong
    The same diagnosis pointer stands twice on one line (SV107), such as 1:1.

Why it is refused
    A repeated pointer says nothing new, and takes the place of another one; some payers reject the line.

How to correct it
    Remove the second one. This is repaired safely: the first of each stays, and so does their order. If
    another diagnosis was meant, enter its number instead.
"""

from collections.abc import Iterator
from itertools import zip_longest

from scrubber.claim import Claim, Field, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

edit = Edit(
    id="DX-03",
    title="Diagnosis pointer is repeated on a line",
    snip=4,
    severity="warn",
    about="diagnoses",
    denials=("CO-16",),
    claim_status=("A7:477",),
)

_MOST = 4


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        # More than four are another edit's: which of them count is not known.
        if 1 < len(line.pointers) <= _MOST and (repeated := _repeated(claim, line)):
            kept = [pointer for pointer in line.pointers if not any(pointer is gone for gone in repeated)]
            changes = [
                (before, str(after))
                for before, after in zip_longest(line.pointers, kept, fillvalue=Field())
                if before != after
            ]
            message = f"Line {line.index} points at diagnosis {repeated[0]} more than once."
            yield Hit(at=repeated[0], message=message, line=line, fix=safe(*changes))


def _repeated(claim: Claim, line: ServiceLine) -> list[Field]:
    """The pointers that name what an earlier one names; those that name nothing are another edit's."""
    seen: set[int] = set()
    repeated: list[Field] = []
    for pointer in line.pointers:
        diagnosis = claim.diagnosis(pointer)
        if diagnosis and diagnosis.position in seen:
            repeated.append(pointer)
        elif diagnosis:
            seen.add(diagnosis.position)
    return repeated
