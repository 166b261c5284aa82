"""A ZIP code does not have five or nine digits.

What is wrong
    An address in the United States has no ZIP code, or one that is not of five or nine digits. (Where the
    guide wants nine, another edit says so.)

Why it is refused
    The guide takes the postal service's codes only. A wrong one rejects the claim, or sends the payer's
    letters astray.

How to correct it
    Correct the ZIP code; it is written without hyphen. An address abroad needs its country (N404). Hyphens
    and blanks are removed safely, digits are never made up.
"""

import re
from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

edit = Edit(
    id="BILL-21",
    title="ZIP code does not have five or nine digits",
    snip=5,
    severity="reject",
    sources=("X12-837P", "S-STEDI-ZIP"),
    denials=("CO-16", "N258"),
    claim_status=("A7:500",),
)

_NINE_WANTED = ("2010AA", "2310C", "2420C")  # of these another edit speaks
_ZIP = re.compile(r"[0-9]{5}(?:[0-9]{4})?", re.ASCII)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for line, party in claim.us_addresses:
        code = party.postal_code
        if party.loop in _NINE_WANTED or _ZIP.fullmatch(code):
            continue
        clean = re.sub(r"[ -]", "", code)
        fix = safe((code, clean)) if _ZIP.fullmatch(clean) else None
        message = "The ZIP code does not have five or nine digits."
        yield Hit(at=code, message=message, line=line, fix=fix)
