"""The billing provider's address is a post box, or a ZIP code lacks its last four digits.

What is wrong
    The billing provider's street (2010AA N301, N302) is a post office box or a lock box; or the ZIP code of
    the billing provider or of the place of service (2310C, 2420C) does not have nine digits.

Why it is refused
    The guide wants the street where the billing provider is, and its ZIP code with the four digits behind
    it: payers find the provider's record and the fee area by it. Clearinghouses reject others.

How to correct it
    Enter the street address. A post box to which payment is sent belongs into the pay-to address (2010AB).
    Look the nine digits up at the postal service and store them with the provider. A hyphen is removed
    safely; digits are never made up.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from scrubber.claim import Claim, Party, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

edit = Edit(
    id="BILL-06",
    title="Billing address is a post box, or ZIP code is short",
    snip=4,
    severity="reject",
    sources=("X12-837P", "S-X12-RFI1451", "S-STEDI-ZIP", "S-PRIMECLIN277"),
    denials=("CO-16", "N258"),
    claim_status=("A7:500", "A7:503"),
)

_OF_PLACES = ("2010AA", "2310C", "2420C")
_BOX = re.compile(
    r"\b(?:P[. ]{0,2}O[. ]{0,2}BOX|POST OFFICE BOX|LOCK[ -]?(?:BOX|BIN))(?![A-Z])|\bPOB[ #]*[0-9]",
    re.IGNORECASE,
)
_NINE = re.compile(r"[0-9]{9}", re.ASCII)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    billing = claim.billing_provider
    for street in (billing.street, billing.street_more) if billing else ():
        if street and _is_box(str(street)):
            yield Hit(at=street, message="The billing provider's street address is a post box.")
    for line, party in claim.all_providers:
        if party.loop in _OF_PLACES and party.has_us_address and not _NINE.fullmatch(party.postal_code):
            yield _short_zip_code(party, line)


@lru_cache(maxsize=256)  # claims of one practice follow each other
def _is_box(street: str) -> bool:
    return bool(_BOX.search(street))


def _short_zip_code(party: Party, line: ServiceLine | None) -> Hit:
    code = party.postal_code
    clean = re.sub(r"[ -]", "", code)
    fix = safe((code, clean)) if _NINE.fullmatch(clean) else None
    message = f"The ZIP code in loop {party.loop} does not have nine digits."
    return Hit(at=code, message=message, line=line, fix=fix)
