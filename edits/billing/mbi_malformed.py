"""The Medicare member ID is not a valid MBI.

What is wrong
    The claim goes to Medicare (SBR09 is MB), but the member ID (2010BA NM109) does not have the format of a
    Medicare Beneficiary Identifier (MBI): eleven characters, digits and uppercase letters in set positions,
    never S, L, O, I, B or Z.

Why it is refused
    Medicare finds no such patient and rejects the claim. The old number, which was based on a Social Security
    number, has not been accepted since 2020.

How to correct it
    Copy the MBI from the patient's red, white and blue card. A zero is never the letter O. A safe fix removes
    hyphens and spaces and changes lowercase letters to uppercase.
"""

import re
from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

edit = Edit(
    id="BILL-08",
    title="Medicare member ID is not a valid MBI",
    snip=5,
    severity="reject",
    to_do="Enter the 11-character MBI from the patient's Medicare card in 2010BA NM109, without hyphens.",
    sources=("S-MBI",),
    denials=("CO-31", "CO-16", "MA27", "N382"),
    claim_status=("A7:164",),
    needs=("no MBI",),
)

MBI_SINCE = date(2020, 1, 1)  # the end of the transition, whatever the date of service
_LETTER, _EITHER = "[AC-HJKMNP-RT-Y]", "[0-9AC-HJKMNP-RT-Y]"
_NINE_DIGITS = re.compile(r"[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{4}", re.ASCII)  # another edit reports these
_MBI = re.compile(rf"[1-9]{_LETTER}{_EITHER}[0-9]{_LETTER}{_EITHER}[0-9]{_LETTER}{{2}}[0-9]{{2}}", re.ASCII)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if claim.subscriber is None or claim.subscriber.filing_code != "MB" or context.as_of < MBI_SINCE:
        return
    number = claim.subscriber.party.id
    if number and not _MBI.fullmatch(number) and not _NINE_DIGITS.fullmatch(number):
        clean = re.sub(r"[ -]", "", number).upper()
        fix = safe((number, clean)) if clean != number and _MBI.fullmatch(clean) else None
        message = "Member ID is not a valid Medicare Beneficiary Identifier (MBI)."
        yield Hit(at=number, message=message, fix=fix)
