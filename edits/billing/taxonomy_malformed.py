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

from scrubber.claim import Claim, Party, ServiceLine
from scrubber.edit import Context, Edit, Found, Outcome, safe

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
def check(claim: Claim, _context: Context) -> Iterator[Outcome]:
    if claim.billing_provider:
        yield from _form(claim.billing_provider, None)
    for party in claim.providers:
        yield from _form(party, None)
    for line in claim.lines:
        for party in line.providers:
            yield from _form(party, line)


def _form(party: Party, line: ServiceLine | None) -> Iterator[Outcome]:
    code = party.taxonomy
    if not code or (len(code) == 10 and code[-1] == "X" and _FORM.fullmatch(code)):
        return
    clean = code.replace(" ", "").upper()
    if _FORM.fullmatch(code):
        message = f"The taxonomy code {code} is none of today's list, whose codes all end in X."
        yield Found(at=code, message=message, line=line, variant="old")
        return
    fix = safe((code, clean)) if _FORM.fullmatch(clean) and clean[-1] == "X" else None
    yield Found(at=code, message=f"{code} is not written as a taxonomy code.", line=line, fix=fix)
