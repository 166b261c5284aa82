"""An NDC does not have 11 digits.

What is wrong
    The NDC (LIN03) is not written as 11 digits. A typed N4 in front of it is another fault (NDC-02).

Why it is refused
    Payers match the NDC in its billing format (5-4-2): five digits for the labeler, four for the product and
    two for the package, without hyphens or spaces. Any other format matches no drug.

How to correct it
    Enter the 11-digit NDC. A safe fix adds the missing zero to a hyphenated 4-4-2, 5-3-2 or 5-4-1 number and
    removes hyphens and spaces. Ten digits without hyphens can mean three different drugs: check the package
    and enter the number again.
"""

import re
from collections.abc import Iterator

from scrubber.claim import DrugIdentification, ServiceLine
from scrubber.claim.pairing import is_drug
from scrubber.engine import CheckResult, Context, Edit, Hit, safe
from scrubber.tables import eleven_digits

edit = Edit(
    id="NDC-03",
    title="NDC is not 11 digits",
    snip=5,
    severity="reject",
    to_do="Enter the 11-digit (5-4-2) NDC in LIN03, without hyphens or spaces.",
    about="ndc",
    sources=("X12-837P", "S-OP-NDC", "S-UHCNDC17"),
    denials=("CO-16", "M119"),
    claim_status=("A7:218",),
    needs=("ndc",),
)

_TYPED_AND_NUMBER = re.compile(r"(\s*N4\s*)?(.*)", re.IGNORECASE | re.DOTALL)
_ELEVEN = re.compile(r"[0-9]{11}")


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    for drug in line.drugs:
        if drug.ndc.strip() and _is_ndc(drug, line, context):
            yield from _check_number(drug, line)


def _is_ndc(drug: DrugIdentification, line: ServiceLine, context: Context) -> bool:
    return drug.qualifier == "N4" or (not drug.qualifier and is_drug(line, context.codes))


def _check_number(drug: DrugIdentification, line: ServiceLine) -> Iterator[CheckResult]:
    if _ELEVEN.fullmatch(drug.ndc):
        return
    match = _TYPED_AND_NUMBER.fullmatch(drug.ndc)
    typed, number = (match[1] or "", match[2]) if match else ("", str(drug.ndc))
    if number and not _ELEVEN.fullmatch(number):
        corrected = eleven_digits(number)
        fix = safe((drug.ndc, typed + corrected)) if corrected else None
        message = f"Line {line.index}: NDC {number} is not written as 11 digits."
        yield Hit(at=drug.ndc, message=message, line=line, fix=fix)
