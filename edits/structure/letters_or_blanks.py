"""A code has lowercase letters or spaces, or an identifier has spaces around it.

What is wrong
    A procedure code has lowercase letters or spaces, or the member ID, the payer ID or another identifier
    has a leading or trailing space.

Why it is refused
    A payer's system does not match j3420 to J3420, and an identifier with a space matches no one.

How to correct it
    Enter the code in uppercase without spaces, and correct the fields in the practice management system. A
    safe fix does all of this; letters are never replaced with other letters.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, Field, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

edit = Edit(
    id="STR-03",
    title="Lowercase letters or spaces in a code or identifier",
    snip=1,
    severity="reject",
    to_do="Enter the procedure code (SV101-2) in uppercase, without spaces.",
    variants={"spaces around an identifier": "warn"},
    sources=("X12-837P", "CFR-162.1002"),
    denials=("CO-16",),
    claim_status=("A7:511",),
)


@edit.line
def check_procedure(line: ServiceLine, _context: Context) -> Iterator[CheckResult]:
    code = line.procedure
    if code.isalnum() and code == code.upper():
        return
    clean = "".join(code.split()).upper()
    if clean != code and clean.isascii() and clean.isalnum():
        message = f"Line {line.index}: procedure code has lowercase letters or spaces (should be {clean})."
        yield Hit(at=code, message=message, line=line, fix=safe((code, clean)))


@edit.claim
def check_ids(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    if claim.signs.trimmed_ids:
        return
    for number in _ids(claim):
        clean = number.strip(" ")
        if clean and clean != number:
            yield Hit(
                at=number,
                message=f"{number.name} has a leading or trailing space.",
                fix=safe((number, clean)),
                variant="spaces around an identifier",
                to_do=f"Remove the leading and trailing spaces from {number.name}.",
            )


def _ids(claim: Claim) -> Iterator[Field]:
    """Yield the identifiers that a payer matches on and that no other edit checks."""
    if claim.subscriber:
        # Another edit checks the MBI for spaces.
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
