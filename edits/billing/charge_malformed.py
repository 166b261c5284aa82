"""A charge is negative, has fractions of a cent, or is missing where one is expected.

What is wrong
    A charge (SV102, or the total CLM02) is below zero, has more than two decimals, is a hundred million or
    more, or has zeros in front or at its end that say nothing. Or the injection 96372 itself is charged with
    zero, which X12 allows, but which brings no payment.

Why it is refused
    Amounts are dollars and cents, never negative, of at most ten digits with the cents. Payers reject others
    before the claim is entered. An injection charged with zero is paid with zero.

How to correct it
    Enter the charge of your fee schedule. A correction of an earlier claim is no negative charge, but a
    replacement (frequency 7). Zeros that say nothing, in front or behind the cents, are removed safely.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim import Claim, Field, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, safe

edit = Edit(
    id="BILL-02",
    title="Charge is negative, too long or zero",
    snip=2,
    severity="reject",
    variants={"zero": "warn", "zeros that say nothing": "info"},
    sources=("X12-837P", "S-X12-RFI1526"),
    denials=("CO-16", "M79"),
    claim_status=("A7:583", "A7:693"),
    parameters={"charged": Parameter(("96372",), "services that nobody gives for nothing")},
)

_PLAIN = re.compile(r"(?:0|[1-9][0-9]{0,7})?(?:\.[0-9]{0,2})?", re.ASCII)
_MOST = Decimal("99999999.99")
_MOST_DIGITS = 18  # beyond, it is no amount at all, of which another edit speaks


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    right, charged = True, context.code_set("charged")
    for line in claim.lines:
        if not _PLAIN.fullmatch(line.charge):
            right = False
            yield from _malformed(line.charge, line)
        elif line.hcpcs in charged and line.charge.decimal == 0:
            message = f"Line {line.index} charges nothing for {line.procedure}."
            yield Hit(at=line.charge, message=message, line=line, variant="zero")
    if right and not _PLAIN.fullmatch(claim.total_charge):
        yield from _malformed(claim.total_charge, None)


def _malformed(charge: Field, line: ServiceLine | None) -> Iterator[CheckResult]:
    number = charge.decimal
    if number is None or sum(character.isdigit() for character in charge) > _MOST_DIGITS:
        return
    trimmed = _trimmed(charge)
    fix = None
    if number < 0:
        fault = "is negative"
    elif number > _MOST:
        fault = "is larger than any amount that a claim may have"
    elif _PLAIN.fullmatch(trimmed):
        fault, fix = "has zeros that say nothing", safe((charge, trimmed))
    else:
        fault = "has more than two decimals"
    variant = "zeros that say nothing" if fix else ""
    yield Hit(at=charge, message=f"{charge.name} {fault}.", line=line, fix=fix, variant=variant)


def _trimmed(charge: str) -> str:
    """The same amount without zeros that say nothing."""
    whole, _, cents = charge.partition(".")
    cents = cents.rstrip("0")
    return (whole.lstrip("0") + (f".{cents}" if cents else "")) or "0"
