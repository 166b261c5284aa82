"""An NPI is missing or cannot be one.

What is wrong
    The National Provider Identifier (NM109) of the billing, rendering or another provider does not have ten
    digits or fails its check digit; or the billing or rendering provider has no identifier at all.

Why it is refused
    An NPI is ten digits of which the last is a check digit. One that fails belongs to nobody, so the payer
    cannot tell who billed or rendered the service.

How to correct it
    Compare it with the NPI registry (NPPES); usually two digits were swapped. Blanks and hyphens are
    removed safely.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from scrubber.claim import Claim, Party, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

edit = Edit(
    id="BILL-03",
    title="NPI is missing or fails its check digit",
    snip=5,
    severity="reject",
    sources=("CFR-162.406", "X12-837P"),
    denials=("CO-206", "CO-207"),
    claim_status=("A7:562",),
)

_NEEDED = ("2010AA", "2310B", "2420A")
_SECONDARY = ("0B", "1G", "G2", "LU")  # REF qualifiers of a provider who has no NPI
_CHECK_PREFIX = "80840"


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for line, party in claim.all_providers:
        if party.id:
            if party.qualifier == "XX" and not is_npi(party.id):
                yield _wrong_number(party, line)
        elif party.loop in _NEEDED and not _has_other_identifier(claim, party):
            message = "The provider has no NPI and no other identifier."
            yield Hit(at=party.id if party.id.segment else claim.segment, message=message, line=line)


def _has_other_identifier(claim: Claim, party: Party) -> bool:
    if party.reference(*_SECONDARY):
        return True
    # The billing provider's identifier with the payer stands in the payer's loop (2010BB).
    return party.loop == "2010AA" and any(
        reference.qualifier in _SECONDARY for reference in claim.payer_references
    )


def _wrong_number(party: Party, line: ServiceLine | None) -> Hit:
    clean = re.sub(r"[ -]", "", party.id)
    fix = safe((party.id, clean)) if clean != party.id and is_npi(clean) else None
    why = "fails its check digit" if re.fullmatch(r"[0-9]{10}", clean) else "does not have ten digits"
    return Hit(at=party.id, message=f"The NPI in loop {party.loop} {why}.", line=line, fix=fix)


def is_npi(text: str) -> bool:
    """Ten digits, first 1 or 2, whose last one is the Luhn check digit over 80840 and the NPI."""
    return _is_npi(str(text))  # a plain text: the cache must not keep a claim's field


@lru_cache(maxsize=4096)
def _is_npi(text: str) -> bool:
    if not re.fullmatch(r"[12][0-9]{9}", text, re.ASCII):
        return False
    digits = [int(character) for character in reversed(_CHECK_PREFIX + text)]
    doubled = (digit * 2 if at % 2 else digit for at, digit in enumerate(digits))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0
