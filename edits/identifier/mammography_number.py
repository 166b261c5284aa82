"""A mammogram is billed to Medicare without the FDA certification number of the facility.

What is wrong
    A line bills a mammogram, and neither the claim (2300) nor the line (2400) has the mammography
    certification number (REF*EW); or the number does not have six digits.

Why it is refused
    Mammograms are paid only in facilities that the FDA certified. The TR3 requires the number of a certified
    facility, and Medicare returns a claim without the six-digit number as unprocessable.

How to correct it
    Enter the number from the facility's MQSA certificate. The professional component (modifier 26) is not
    checked.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, Reference, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.forms import mammography_form

edit = Edit(
    id="ID-05",
    title="Mammography certification number missing or malformed",
    snip=5,
    severity="reject",
    to_do="Enter the facility's six-digit FDA certification number in REF*EW of loop 2300.",
    sources=("X12-837P", "S-CMS1387"),
    denials=("CO-16", "MA128"),
    claim_status=("A6:21",),
    needs=("mammography",),
)

_NUMBER = "EW"


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    lines = [line for line in claim.lines if line.is_in("mammography", context.codes)]
    of_claim = _NUMBER in claim.reference_qualifiers
    if of_claim:
        yield from _malformed(claim.references, None)
    for line in lines:
        if _NUMBER in line.reference_qualifiers:
            yield from _malformed(line.references, line)
        elif not of_claim and not line.has_modifier("26"):
            message = f"Line {line.index}: mammogram {line.procedure} has no certification number (REF*EW)."
            yield Hit(at=claim.segment, message=message, element="REF02", loop="2300", line=line, once=True)


def _malformed(references: tuple[Reference, ...], line: ServiceLine | None) -> Iterator[CheckResult]:
    for reference in references:
        if reference.qualifier == _NUMBER and (fault := mammography_form(reference.value).fault):
            prefix = f"Line {line.index}: " if line else ""
            message = f"{prefix}Mammography certification number (REF*EW) {fault}."
            yield Hit(at=reference.value, message=message, line=line)
