"""An amount of another payer has leading zeros.

What is wrong
    What another payer paid or adjusted (AMT02, SVD02, or an amount in CAS) begins with a zero that is not
    needed, such as 060 for 60.

Why it is refused
    X12 numbers have no leading zeros, except before the decimal point of a value below 1. Some payers reject
    such amounts.

How to correct it
    Remove the zeros. A safe fix does this; the amount stays the same.
"""

import re
from collections.abc import Iterator

from scrubber.claim import Adjudication, Claim, Field, OtherPayer, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

from ..shared.numbers import without_leading_zeros

edit = Edit(
    id="COB-08",
    title="Other payer's amount has leading zeros",
    snip=1,
    severity="warn",
    to_do="Remove the leading zeros of the other payer's amount in AMT02, SVD02 or CAS03.",
    sources=("X12-5", "S-AVAILITY-1108"),
    denials=("CO-16", "MA04"),
    claim_status=("A7:693",),
    needs=("other payers",),
)

_ZEROS = re.compile(r"-?0+[0-9]+(?:\.[0-9]{0,2})?", re.ASCII)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for other in claim.other_payers:
        for amount in _amounts_of(other):
            yield from _zeros(amount, None)
    for line in claim.lines:
        for adjudication in line.adjudications:
            yield from _zeros(adjudication.paid, line)
            for amount in _amounts_of(adjudication):
                yield from _zeros(amount, line)


def _amounts_of(part: OtherPayer | Adjudication) -> list[Field]:
    return [*(each.amount for each in part.amounts), *(each.amount for each in part.adjustments)]


def _zeros(amount: Field, line: ServiceLine | None) -> Iterator[CheckResult]:
    if not _ZEROS.fullmatch(amount):
        return
    plain = without_leading_zeros(amount)
    prefix = f"Line {line.index}: other" if line else "Other"
    message = f"{prefix} payer's amount ({amount.name}) has leading zeros: {amount}."
    to_do = f"Remove the leading zeros from {amount.name} and enter {plain}."
    yield Hit(at=amount, message=message, line=line, fix=safe((amount, plain)), to_do=to_do)
