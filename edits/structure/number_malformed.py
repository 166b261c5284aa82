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
from collections.abc import Iterable, Iterator

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
    needs=("unusual numbers",),
)

_MOST_DIGITS = 18
_DECORATED = re.compile(r"\$? *(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?", re.ASCII)


@edit.line
def check_line(line: ServiceLine, _context: Context) -> Iterator[CheckResult]:
    yield from _malformed((line.units, line.charge), line)
    yield from _malformed((amount.amount for amount in line.amounts), line)
    for adjudication in line.adjudications:
        adjustments = (adjustment.amount for adjustment in adjudication.adjustments)
        yield from _malformed((adjudication.paid, *adjustments), line)


@edit.claim
def check_claim(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    yield from _malformed((claim.total_charge, *(amount.amount for amount in claim.amounts)), None)
    for other in claim.other_payers:
        yield from _malformed((amount.amount for amount in other.amounts), None)
        yield from _malformed((adjustment.amount for adjustment in other.adjustments), None)


def _malformed(numbers: Iterable[Field], line: ServiceLine | None) -> Iterator[CheckResult]:
    """Yield a hit for each amount or quantity that is not a number; NDC-06 checks the NDC quantity."""
    for number in numbers:
        if not number or (number.decimal is not None and _is_short(number)):
            continue
        plain = re.sub(r"[$, ]", "", number)
        clean = _DECORATED.fullmatch(number.strip()) and len(plain) <= _MOST_DIGITS
        fix = safe((number, plain)) if clean and plain != number else None
        wrong = "is not a plain number" if number.decimal is None else f"has more than {_MOST_DIGITS} digits"
        prefix = f"Line {line.index}: " if line else ""
        yield Hit(at=number, message=f"{prefix}{number.name} {wrong}.", line=line, fix=fix)


def _is_short(field: Field) -> bool:
    return len(field) <= _MOST_DIGITS or sum(map(str.isdigit, field)) <= _MOST_DIGITS
