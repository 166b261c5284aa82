"""The billing provider's address is a P.O. box, or a ZIP code is missing its last four digits.

What is wrong
    The billing provider's street (2010AA N301, N302) is a post office box, drawer, lockbox or private
    mailbox (PMB), however it is spelled (P0 Box with a zero, PO Drawer, POB); or that of a
    service facility is; or the ZIP code of the billing provider or of the service facility (2310C, 2420C)
    does not have nine digits.

Why it is refused
    The implementation guide (TR3) requires the street address of the billing provider and the full
    nine-digit ZIP code: payers use them to find the provider's record and the fee locality.
    Clearinghouses reject anything else.

How to correct it
    Enter the street address. A P.O. box that receives payments belongs in the pay-to address (loop
    2010AB). Look up the nine-digit ZIP code with the postal service and store it in the provider's
    record. A safe fix removes a hyphen; digits are never made up.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from scrubber.claim import Party
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

from ..shared.parties import lacks_country

edit = Edit(
    id="BILL-06",
    title="Billing address is a P.O. box, or ZIP code is not nine digits",
    snip=4,
    severity="reject",
    variants={"facility": "warn"},
    to_do=(
        "Enter a street address in N301 (a P.O. box belongs in loop 2010AB) and the nine-digit ZIP code "
        "in N403."
    ),
    sources=("X12-837P", "S-X12-RFI1451", "S-STEDI-ADDRESS", "S-STEDI-ZIP", "S-PRIMECLIN277"),
    denials=("CO-16", "N258"),
    claim_status=("A7:500", "A7:503"),
)

_BILLING = "2010AA"
_NINE_DIGITS_IN = (_BILLING, "2310C", "2420C")
_FACILITIES = ("2310C", "2420C")
_NUMBER = r"[ .:#]*(?:NO\.? *)?[0-9]"
_BOX = re.compile(
    # O or zero; box, bin or drawer; postal service in full; private mailboxes; an address that is only a box.
    r"\b(?:P[ .,/-]{0,2}[O0][ .,/-]{0,2}|POST(?:AL)?[ -]?(?:OFFICE|OFC|OFF)\.? |POSTAL )"
    r"(?:B[O0]?X|BIN|DRAWER|DWR)(?![A-Z])"
    r"|\bLOCK[ -]?(?:B[O0]X|BIN|DRAWER)(?![A-Z])"
    rf"|\b(?:P[. ]?[O0][. ]?B|PMB|DRAWER|APARTADO|CALLER (?:B[O0]X|SERVICE)|PRIVATE MAIL ?B[O0]X){_NUMBER}"
    rf"|\A *(?:B[O0]X|PO){_NUMBER}+[A-Z]? *\Z",
    re.IGNORECASE | re.ASCII,
)
_NINE = re.compile(r"[0-9]{9}", re.ASCII)


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    if party.loop not in _NINE_DIGITS_IN:
        return
    if party.loop == _BILLING:
        for street in (party.street, party.street_more):
            if street and _is_box(str(street)):
                message = f"Billing provider's street address ({street.name}) is a P.O. box, lockbox or PMB."
                to_do = "Enter the street address in loop 2010AA N301 and move the P.O. box to loop 2010AB."
                yield Hit(at=street, message=message, to_do=to_do)
    elif party.loop in _FACILITIES and _is_box(str(party.street)):
        prefix = f"Line {party.line.index}: service" if party.line else "Service"
        message = f"{prefix} facility's address (N301) is a P.O. box, where no service can be rendered."
        to_do = f"Enter the street address of the facility in N301 of loop {party.loop}."
        yield Hit(at=party.street, message=message, line=party.line, variant="facility", to_do=to_do)
    if party.has_us_address and not _NINE.fullmatch(party.postal_code) and not lacks_country(party, context):
        yield _short_zip_code(party)


@lru_cache(maxsize=256)  # a file often has many claims of one practice in a row
def _is_box(street: str) -> bool:
    return bool(_BOX.search(street))


def _short_zip_code(party: Party) -> Hit:
    code, line = party.postal_code, party.line
    clean = re.sub(r"[ -]", "", code)
    fix = safe((code, clean)) if _NINE.fullmatch(clean) else None
    prefix = f"Line {line.index}: " if line else ""
    message = f"{prefix}ZIP code in loop {party.loop} does not have nine digits."
    to_do = f"Enter the nine-digit ZIP code (ZIP+4) without a hyphen in N403 of loop {party.loop}."
    return Hit(at=code, message=message, line=line, fix=fix, to_do=to_do)
