"""An amount or a quantity is not a number.

What is wrong
    An amount or quantity holds something else than digits and one decimal point: thousands separators, a
    currency sign, blanks, letters, or more than 18 digits.

Why it is refused
    The claim cannot be added up or priced; it is rejected before it is entered.

How to correct it
    Type the plain number, 1250.00 and not $1,250.00. Separators, signs and blanks are removed safely; a
    letter in a number is not guessed at.
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
        yield Hit(at=field, message=f"{field.name} is not a number.", line=line, fix=fix)


def _numbers(claim: Claim) -> Iterator[tuple[ServiceLine | None, Field]]:
    """The amounts and quantities of the claim; the NDC quantity has an edit of its own (NDC-06)."""
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
        for decided in line.adjudications:
            yield line, decided.paid
            yield from ((line, adjustment.amount) for adjustment in decided.adjustments)


def _is_short(field: Field) -> bool:
    return len(field) <= _MOST_DIGITS or sum(map(str.isdigit, field)) <= _MOST_DIGITS
