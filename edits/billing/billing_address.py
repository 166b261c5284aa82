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

from scrubber.claim import Claim, Party, ServiceLine
from scrubber.claim.parties import has_us_address
from scrubber.edit import Context, Edit, Found, Outcome, safe

edit = Edit(
    id="BILL-06",
    title="Billing address is a post box, or ZIP code is short",
    snip=4,
    severity="reject",
    sources=("X12-837P", "S-X12-RFI1451", "S-STEDI-ZIP", "S-PRIMECLIN277"),
    denials=("CO-16", "N258"),
    claim_status=("A7:500", "A7:503"),
)

_BOX = re.compile(
    r"\b(?:P[. ]{0,2}O[. ]{0,2}BOX|POST OFFICE BOX|LOCK[ -]?(?:BOX|BIN))(?![A-Z])|\bPOB[ #]*[0-9]",
    re.IGNORECASE,
)
_NINE = re.compile(r"[0-9]{9}", re.ASCII)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[Outcome]:
    billing = claim.billing_provider
    if billing:
        for street in (billing.street, billing.street_more):
            if street and _BOX.search(street):
                yield Found(at=street, message="The billing provider's street address is a post box.")
        yield from _zip_code(billing, None)
    for party in claim.providers:
        if party.loop == "2310C":
            yield from _zip_code(party, None)
    for line in claim.lines:
        for party in line.providers:
            if party.loop == "2420C":
                yield from _zip_code(party, line)


def _zip_code(party: Party, line: ServiceLine | None) -> Iterator[Outcome]:
    code = party.postal_code
    if _NINE.fullmatch(code) or not has_us_address(party):
        return
    clean = re.sub(r"[ -]", "", code)
    fix = safe((code, clean)) if _NINE.fullmatch(clean) else None
    message = f"The ZIP code in loop {party.loop} does not have nine digits."
    yield Found(at=code, message=message, line=line, fix=fix)
