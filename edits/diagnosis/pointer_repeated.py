"""A service line points to the same diagnosis twice.

What is wrong
    The same diagnosis pointer is repeated on one line (SV107), such as 1:1.

Why it is refused
    A repeated pointer adds nothing and takes the place of another one; some payers reject the line.

How to correct it
    Remove the repeated pointer. A safe fix does this: it keeps the first of each, in the same order. If
    another diagnosis was meant, enter its number instead.
"""

from collections.abc import Iterator
from itertools import zip_longest

from scrubber.claim import Claim, Field, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

edit = Edit(
    id="DX-03",
    title="Repeated diagnosis pointer on a service line",
    snip=4,
    severity="warn",
    to_do=(
        "Remove the repeated pointer from SV107, or replace it with the number of "
        "the diagnosis that was meant."
    ),
    about="diagnoses",
    denials=("CO-16",),
    claim_status=("A7:477",),
    needs=("odd pointers",),
)

_MOST = 4


@edit.line_diagnosis
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    # Another edit reports more than four: which of them count is not known.
    if 1 < len(line.pointers) <= _MOST and (repeated := _repeated(context.claim, line)):
        kept = [pointer for pointer in line.pointers if not any(pointer is gone for gone in repeated)]
        changes = [
            (before, str(after))
            for before, after in zip_longest(line.pointers, kept, fillvalue=Field())
            if before != after
        ]
        message = f"Line {line.index}: diagnosis pointer {repeated[0]} is repeated."
        yield Hit(at=repeated[0], message=message, line=line, fix=safe(*changes))


def _repeated(claim: Claim, line: ServiceLine) -> list[Field]:
    """Return the pointers to a diagnosis that an earlier one points to; DX-02 reports invalid ones."""
    seen: set[int] = set()
    repeated: list[Field] = []
    for pointer in line.pointers:
        diagnosis = claim.diagnosis(pointer)
        if diagnosis and diagnosis.position in seen:
            repeated.append(pointer)
        elif diagnosis:
            seen.add(diagnosis.position)
    return repeated
