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
from scrubber.guide.fault import FaultKind

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


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    unlisted: set[object] = set()
    if context.faults:
        unlisted = {_spot(place_of(fault)) for fault in context.faults if fault.kind is FaultKind.BAD_CODE}
    if claim.place:
        yield from _check_code(claim.place, claim.first_service, None, unlisted, context)
    for line in claim.lines:
        if line.place:
            day = line.service.start if line.service else None
            yield from _check_code(line.place, day, line, unlisted, context)


def _check_code(
    place: Field, day: date | None, line: ServiceLine | None, unlisted: set[object], context: Context
) -> Iterator[CheckResult]:
    """Yield a hit for a code that the TR3 does not list, or that was not yet in effect by the table."""
    subject = f"Line {line.index}: place of service {place}" if line else f"Place of service {place}"
    if unlisted and _spot(place) in unlisted:
        yield Hit(at=place, message=f"{subject} is not on the CMS list.", line=line)
    # An unreadable date is reported by another edit and must be corrected first.
    elif day and context.tables.place(place, day).is_absent:
        yield Hit(at=place, message=f"{subject} was not in effect on {day}.", line=line)


def _spot(place: Field) -> object:
    return place.segment and place.segment.number, place.name
