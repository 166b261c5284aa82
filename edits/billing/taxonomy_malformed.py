"""A taxonomy code is not valid.

What is wrong
    A provider's taxonomy code (PRV03) is not ten characters, uppercase letters and digits. Or it is, but does
    not end in X, as all codes on the current list do.

Why it is refused
    The implementation guide (TR3) allows only codes on the national list. Payers that use the code to choose
    the contract do not find one.

How to correct it
    Copy the code from NPPES; a zero is often mistaken for the letter O, and the final X is often lost. A safe
    fix removes spaces and changes lowercase letters to uppercase. This edit does not know whether the code is
    the right one for the provider.
"""

import re
from collections.abc import Iterator

from scrubber.claim import Field, Party, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

edit = Edit(
    id="BILL-23",
    title="Invalid taxonomy code",
    snip=5,
    severity="reject",
    to_do="Enter the provider's ten-character taxonomy code from NPPES in PRV03.",
    variants={"old": "warn"},
    sources=("X12-837P",),
    denials=("CO-16", "N255", "N288"),
    claim_status=("A7:145",),
)

_FORM = re.compile(r"[0-9A-Z]{10}", re.ASCII)


@edit.party
def check(party: Party, _context: Context) -> Iterator[CheckResult]:
    if party.is_provider:
        code = party.taxonomy
        if code and not (code[-1] == "X" and _FORM.fullmatch(code)):
            yield _malformed(code, party.line)


def _malformed(code: Field, line: ServiceLine | None) -> Hit:
    prefix = f"Line {line.index}: " if line else ""
    if _FORM.fullmatch(code):
        message = f"{prefix}Taxonomy code {code} is not on the current list, whose codes all end in X."
        return Hit(at=code, message=message, line=line, variant="old")
    clean = code.replace(" ", "").upper()
    fix = safe((code, clean)) if _FORM.fullmatch(clean) and clean[-1] == "X" else None
    message = f"{prefix}{code} does not have the format of a taxonomy code."
    return Hit(at=code, message=message, line=line, fix=fix)
