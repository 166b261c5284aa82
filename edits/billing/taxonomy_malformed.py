"""A taxonomy code cannot be one.

What is wrong
    A provider's taxonomy code (PRV03) does not have ten characters, capitals and digits. Or it has, but does
    not end in X as all codes of today's list do.

Why it is refused
    The guide takes codes of the national list only. Payers that choose the contract by it find none.

How to correct it
    Copy the code from NPPES; a zero is often taken for the letter O, and the X at the end is lost. Small
    letters and blanks are repaired safely. Whether the code is the right one is not known here.
"""

import re
from collections.abc import Iterator

from scrubber.claim import Claim, Field, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

edit = Edit(
    id="BILL-23",
    title="Taxonomy code cannot be one",
    snip=5,
    severity="reject",
    variants={"old": "warn"},
    sources=("X12-837P",),
    denials=("CO-16", "N255", "N288"),
    claim_status=("A7:145",),
)

_FORM = re.compile(r"[0-9A-Z]{10}", re.ASCII)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for line, party in claim.all_providers:
        code = party.taxonomy
        if code and not (code[-1] == "X" and _FORM.fullmatch(code)):
            yield _malformed(code, line)


def _malformed(code: Field, line: ServiceLine | None) -> Hit:
    if _FORM.fullmatch(code):
        message = f"The taxonomy code {code} is none of today's list, whose codes all end in X."
        return Hit(at=code, message=message, line=line, variant="old")
    clean = code.replace(" ", "").upper()
    fix = safe((code, clean)) if _FORM.fullmatch(clean) and clean[-1] == "X" else None
    return Hit(at=code, message=f"{code} is not written as a taxonomy code.", line=line, fix=fix)
