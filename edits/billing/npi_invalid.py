"""An NPI is missing or invalid.

What is wrong
    The National Provider Identifier (NM109) of the billing, rendering or another provider does not have
    ten digits or fails its check digit; or the billing or rendering provider has no identifier at all, or
    the billing provider only a tax ID; or, on a claim to Medicare, a referring, ordering or supervising
    provider has none.

Why it is refused
    An NPI has ten digits, the last of which is a check digit. An NPI that fails it does not exist, so the
    payer cannot tell who billed or rendered the service. A provider that is no health care provider (home
    help, transport) has no NPI and may be known by its tax ID; Medicare requires an NPI of everyone.

How to correct it
    Compare it with the NPI registry (NPPES); usually two digits were transposed. Check whether a billing
    provider with a tax ID only has an NPI. A safe fix removes spaces and hyphens.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from scrubber.claim import Claim, Party
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

edit = Edit(
    id="BILL-03",
    title="NPI is missing or fails its check digit",
    snip=5,
    severity="reject",
    to_do="Enter the provider's ten-digit NPI in NM109, exactly as listed in NPPES.",
    variants={"tax ID": "warn", "referring": "warn"},
    sources=("CFR-162.406", "X12-837P", "S-X12-RFI1301"),
    denials=("CO-206", "CO-207"),
    claim_status=("A7:562",),
)

_NEEDED = ("2010AA", "2310B", "2420A")
_ORDERING = ("2310A", "2310D", "2420D", "2420E", "2420F")
_SECONDARY = ("0B", "1G", "G2", "LU")  # REF qualifiers for a provider without an NPI
_TAX_IDS = ("EI", "SY")
_CHECK_PREFIX = "80840"


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    if not party.is_provider:
        return
    if party.id:
        if party.qualifier == "XX" and not is_npi(party.id):
            yield _wrong_number(party)
    elif party.loop in _NEEDED and not _has_other_identifier(context.claim, party):
        # What bills without NPI and payer's number may still be known by its tax ID.
        by_tax_id = party.loop == "2010AA" and not party.qualifier and party.reference(*_TAX_IDS)
        other = "is identified by its tax ID only" if by_tax_id else "has no other identifier"
        message = f"{_prefix(party)}Provider in loop {party.loop} has no NPI and {other}."
        to_do = f"Enter the provider's NPI in NM109 of loop {party.loop}, with XX in NM108."
        at = party.id if party.id.segment else context.claim.segment
        yield Hit(at=at, message=message, line=party.line, variant="tax ID" if by_tax_id else "", to_do=to_do)
    elif party.loop in _ORDERING and _is_medicare(context.claim):
        message = f"{_prefix(party)}Provider in loop {party.loop} has no NPI, which Medicare requires."
        to_do = f"Enter the provider's individual NPI in NM109 of loop {party.loop}, with XX in NM108."
        yield Hit(at=party.id, message=message, line=party.line, variant="referring", to_do=to_do)


def _is_medicare(claim: Claim) -> bool:
    return claim.subscriber is not None and claim.subscriber.filing_code == "MB"


def _has_other_identifier(claim: Claim, party: Party) -> bool:
    if party.reference(*_SECONDARY):
        return True
    # The billing provider's payer-assigned identifier is in the payer's loop (2010BB).
    return party.loop == "2010AA" and any(
        reference.qualifier in _SECONDARY for reference in claim.payer_references
    )


def _wrong_number(party: Party) -> Hit:
    clean = re.sub(r"[ -]", "", party.id)
    fix = safe((party.id, clean)) if clean != party.id and is_npi(clean) else None
    why = _what_is_wrong(clean)
    message = f"{_prefix(party)}NPI in loop {party.loop} {why}."
    return Hit(at=party.id, message=message, line=party.line, fix=fix)


def _what_is_wrong(number: str) -> str:
    if not (number.isascii() and number.isdigit()):
        return "has other characters than digits"
    if len(number) != 10:
        return f"has {len(number)} digits, not ten"
    return "fails its check digit" if number[0] in "12" else "does not begin with 1 or 2"


def _prefix(party: Party) -> str:
    """Return how a message begins: with the line, or without where the provider is the claim's."""
    return f"Line {party.line.index}: " if party.line else ""


def is_npi(text: str) -> bool:
    """Return True for ten digits that begin with 1 or 2 and end in the Luhn check digit of 80840 + NPI."""
    return _is_npi(str(text))  # a plain str: the cache must not keep a claim's field alive


@lru_cache(maxsize=4096)
def _is_npi(text: str) -> bool:
    if not re.fullmatch(r"[12][0-9]{9}", text, re.ASCII):
        return False
    digits = [int(character) for character in reversed(_CHECK_PREFIX + text)]
    doubled = (digit * 2 if at % 2 else digit for at, digit in enumerate(digits))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0
