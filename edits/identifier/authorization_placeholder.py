"""An authorization or referral number is a word for none.

What is wrong
    The prior authorization number (REF*G1) or the referral number (REF*9F) of the claim or of a line is what
    people write where they have none: NONE, N/A, PENDING, 999999999.

Why it is refused
    The payer looks the number up, does not find it, and denies the service as not authorized. Where no
    authorization is needed, the segment is not sent.

How to correct it
    Enter the number of the approval. If the service needs none, remove the REF segment; if it is still
    pending, hold the claim.
"""

import re
from collections.abc import Iterator, Sequence

from scrubber.claim import Claim, Reference, ServiceLine
from scrubber.claim.signs import is_placeholder_number
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="ID-13",
    title="Placeholder in place of an authorization number",
    snip=7,
    severity="warn",
    to_do="Enter the number of the approval in REF02, or remove the REF segment if none is needed.",
    sources=("X12-837P",),
    denials=("CO-197", "N54"),
    claim_status=("A7:48",),
    needs=("referral numbers",),
)

_NONE_NEEDED = re.compile(
    r" *(no|not)[ -]?(auth|authorization|required|needed|applicable|obtained)( .*)? *", re.IGNORECASE
)
_NAMES = {"G1": "prior authorization number", "9F": "referral number"}


@edit.claim
def check_claim(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    yield from _placeholders(claim.references, None)


@edit.line
def check_line(line: ServiceLine, _context: Context) -> Iterator[CheckResult]:
    yield from _placeholders(line.references, line)


def _placeholders(references: Sequence[Reference], line: ServiceLine | None) -> Iterator[CheckResult]:
    prefix = f"Line {line.index}: " if line else ""
    for qualifier, number in references:
        if qualifier in _NAMES and (is_placeholder_number(number) or _NONE_NEEDED.fullmatch(number)):
            message = f"{prefix}REF*{qualifier}, the {_NAMES[qualifier]}, is a placeholder."
            yield Hit(at=number, message=message, line=line)
