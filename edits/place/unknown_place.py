"""The place of service code does not exist.

What is wrong
    The place of service of the claim (CLM05-1) or of a line (SV105) is not one of the two-digit codes
    that CMS maintains, or one that was not yet in effect on the date of service (10 since 2022, 27 since
    October 2023, 66 since August 2024).

Why it is refused
    The TR3 takes its place of service codes from CMS's list, for every payer. The clearinghouse or the
    payer rejects a claim with any other code before it is adjudicated.

How to correct it
    Enter the code for where the patient was: 11 for the office, 12 for the patient's home, 22 for the
    outpatient department of a hospital. A one-digit code lost its leading zero, or is a typo: check
    which. The place of service decides how much is paid.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim, Field, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import place_of

edit = Edit(
    id="POS-05",
    title="Place of service code is not valid",
    snip=5,
    severity="reject",
    to_do=(
        "Enter in CLM05-1 or SV105 the CMS place of service code for where the patient was (11 office, 12 "
        "home, 22 outpatient hospital)."
    ),
    sources=("S-CMSPOS", "X12-837P"),
    denials=("CO-16", "M77"),
    claim_status=("A8:249",),
)


@edit.line
def check_line(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if line.place:
        day = line.service.start if line.service else None
        if fault := _fault_of(line.place, day, context):
            message = f"Line {line.index}: place of service {line.place} {fault}."
            yield Hit(at=line.place, message=message, line=line)


@edit.lines
def check_claim(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if claim.place and (fault := _fault_of(claim.place, claim.first_service, context)):
        yield Hit(at=claim.place, message=f"Place of service {claim.place} {fault}.")


def _fault_of(place: Field, day: date | None, context: Context) -> str:
    """Return what is wrong with a code: not listed in the TR3, or not yet in effect by the table."""
    if any(_is_at(fault, place) for fault in context.faults):
        return "is not on the CMS list"
    # An unreadable date is reported by another edit and must be corrected first.
    if day and context.tables.place(place, day).is_absent:
        return f"was not in effect on {day}"
    return ""


def _is_at(fault: Fault, place: Field) -> bool:
    """Return True if the TR3 does not list the code at this place."""
    segment = place.segment
    if fault.kind is not FaultKind.BAD_CODE or segment is None or fault.segment.number != segment.number:
        return False
    return place_of(fault).name == place.name
