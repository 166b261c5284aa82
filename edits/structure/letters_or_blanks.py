"""A code has small letters or blanks, or an id has blanks around it.

What is wrong
    A procedure code is written with small letters or with blanks, or a blank stands before or behind the
    member's, the payer's or another identifier.

Why it is refused
    j3420 is not J3420 to a payer's computer, and an id with a blank finds nobody.

How to correct it
    Type the code in capitals, without blanks, and clean the fields in the practice-management system. All of
    this is repaired safely; letters are never replaced by others.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, Field
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

edit = Edit(
    id="STR-03",
    title="Small letters or blanks in a code or an identifier",
    snip=1,
    severity="reject",
    variants={"blanks around an id": "warn"},
    sources=("X12-837P", "CFR-162.1002"),
    denials=("CO-16",),
    claim_status=("A7:511",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        code = line.procedure
        if code.isalnum() and code == code.upper():
            continue
        clean = "".join(code.split()).upper()
        if clean != code and clean.isascii() and clean.isalnum():
            message = f"The procedure code of line {line.index} has small letters or blanks."
            yield Hit(at=code, message=message, line=line, fix=safe((code, clean)))
    for number in _ids(claim):
        clean = number.strip(" ")
        if clean and clean != number:
            message = f"{number.name} has a blank before or behind the identifier."
            fix = safe((number, clean))
            yield Hit(at=number, message=message, fix=fix, variant="blanks around an id")


def _ids(claim: Claim) -> Iterator[Field]:
    """Identifiers by which somebody looks something up, and of which no other edit speaks."""
    if claim.subscriber:
        # Of blanks in a Medicare number another edit speaks.
        if claim.subscriber.filing_code != "MB":
            yield claim.subscriber.party.id
        yield claim.subscriber.group_number
    if claim.payer:
        yield claim.payer.id
    for other in claim.other_payers:
        yield other.subscriber.party.id
        yield other.payer.id
    for reference in claim.references:
        yield reference.value
