"""A procedure code is not written as one.

What is wrong
    The procedure (SV101-2) is said to be HCPCS or CPT (HC), but it is not five characters: five digits, four
    digits and a letter, or a letter and four digits.

Why it is refused
    No code of this form exists, so the payer has no price and no rule for it. The claim is rejected before it
    is entered.

How to correct it
    Look the code up. Often a letter O stands for a zero, a modifier was typed behind the code, or a code of
    your own charge list was not translated.
"""

import re
from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-24",
    title="Procedure code is not written as one",
    snip=5,
    severity="reject",
    sources=("CFR-162.1002", "S-CEDI-HCPCS"),
    denials=("CO-16", "M51", "CO-181"),
    claim_status=("A7:507",),
)

_FORM = re.compile(r"[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4}", re.ASCII)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        code = line.procedure
        if not code or line.qualifier != "HC" or _FORM.fullmatch(code):
            continue
        # Small letters and blanks are repaired, by another edit.
        if not _FORM.fullmatch(code.strip().upper()):
            yield Hit(at=code, message=f"{code} is not written as a procedure code.", line=line)
