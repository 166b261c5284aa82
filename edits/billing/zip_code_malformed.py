"""A ZIP code does not have five or nine digits, or does not exist.

What is wrong
    An address in the United States has no ZIP code, or one that does not have five or nine digits, or a
    placeholder (00000, 99999). (Where nine digits are required, another edit reports the length.)

Why it is refused
    The implementation guide (TR3) allows only the postal service's codes. A wrong ZIP code gets the claim
    rejected, or sends the payer's letters to the wrong address.

How to correct it
    Correct the ZIP code; it is entered without a hyphen. An address outside the United States needs its
    country (N404). A safe fix removes hyphens and spaces; digits are never made up.
"""

import re
from collections.abc import Iterator

from scrubber.claim import Party
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

from ..shared.parties import lacks_country

edit = Edit(
    id="BILL-21",
    title="ZIP code is not five or nine digits",
    snip=5,
    severity="reject",
    to_do=(
        "Enter the five- or nine-digit ZIP code in N403 without a hyphen, or the country in N404 if "
        "outside the US."
    ),
    sources=("X12-837P", "S-STEDI-ZIP"),
    denials=("CO-16", "N258"),
    claim_status=("A7:500",),
)

_NINE_DIGITS_IN = ("2010AA", "2310C", "2420C")  # another edit checks these
_NO_ZIP = ("00000", "99999")
_ZIP = re.compile(r"[0-9]{5}(?:[0-9]{4})?", re.ASCII)


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    if not party.has_us_address:
        return
    code, line = party.postal_code, party.line
    if code.startswith(_NO_ZIP) and _ZIP.fullmatch(code):
        prefix = f"Line {line.index}: " if line else ""
        message = f"{prefix}ZIP code (N403) is a placeholder: {code[:5]} does not exist."
        to_do = f"Enter the ZIP code of the address in N403 of loop {party.loop}."
        yield Hit(at=code, message=message, line=line, to_do=to_do)
    elif party.loop not in _NINE_DIGITS_IN and not _ZIP.fullmatch(code):
        if lacks_country(party, context):
            return  # another edit reports that
        clean = re.sub(r"[ -]", "", code)
        fix = safe((code, clean)) if _ZIP.fullmatch(clean) else None
        prefix = f"Line {line.index}: " if line else ""
        message = f"{prefix}ZIP code (N403) does not have five or nine digits."
        yield Hit(at=code, message=message, line=line, fix=fix)
