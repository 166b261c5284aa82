"""An amount or quantity is not a number.

What is wrong
    An amount or quantity contains something other than digits and one decimal point: a thousands separator,
    a currency sign, spaces, letters, or more than 18 digits.

Why it is refused
    The claim cannot be totaled or priced; it is rejected before it is entered.

How to correct it
    Enter the plain number: 1250.00, not $1,250.00. A safe fix removes separators, signs and spaces; a letter
    in a number is never guessed at.
"""

import re
from collections.abc import Iterator

from scrubber.claim import Claim, Field, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

edit = Edit(
    id="STR-05",
    title="Amount or quantity is not a number",
    snip=1,
    severity="reject",
    to_do="Enter the plain number in the amount or quantity: digits and one decimal point, such as 1250.00.",
    sources=("X12-837P",),
    denials=("CO-16", "M79"),
    claim_status=("A7:697",),
)

_MOST_DIGITS = 18
_DECORATED = re.compile(r"\$? *(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?", re.ASCII)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for line, field in _numbers(claim):
        if not field or (field.decimal is not None and _is_short(field)):
            continue
        plain = re.sub(r"[$, ]", "", field)
        clean = _DECORATED.fullmatch(field.strip()) and len(plain) <= _MOST_DIGITS
        fix = safe((field, plain)) if clean and plain != field else None
        wrong = "is not a plain number" if field.decimal is None else f"has more than {_MOST_DIGITS} digits"
        message = f"{field.name} {wrong}."
        if line:
            message = f"Line {line.index}: {message}"
        yield Hit(at=field, message=message, line=line, fix=fix)


def _numbers(claim: Claim) -> Iterator[tuple[ServiceLine | None, Field]]:
    """Yield the amounts and quantities of the claim; NDC-06 checks the NDC quantity."""
    yield None, claim.total_charge
    for amount in claim.amounts:
        yield None, amount.amount
    for other in claim.other_payers:
        yield from ((None, amount.amount) for amount in other.amounts)
        yield from ((None, adjustment.amount) for adjustment in other.adjustments)
    for line in claim.lines:
        yield line, line.charge
        yield line, line.units
        for amount in line.amounts:
            yield line, amount.amount
        for adjudication in line.adjudications:
            yield line, adjudication.paid
            yield from ((line, adjustment.amount) for adjustment in adjudication.adjustments)


def _is_short(field: Field) -> bool:
    return len(field) <= _MOST_DIGITS or sum(map(str.isdigit, field)) <= _MOST_DIGITS
