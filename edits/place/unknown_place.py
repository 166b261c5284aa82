"""The place of service does not exist.

What is wrong
    The place of service of the claim (CLM05-1) or of a line (SV105) is none of the two-digit codes that CMS
    keeps, or one that was not yet in use on the day of service (10 since 2022, 27 since October 2023, 66
    since August 2024).

Why it is refused
    The guide takes its places of service from CMS's list, for every payer. The clearinghouse or the payer
    rejects a claim with another code before it is looked at.

How to correct it
    Enter the code of the place where the patient was: 11 the office, 12 the patient's home, 22 the
    hospital's outpatient department. A code of one digit lost its leading zero, or is a mistyped one: look
    up which. Nothing is repaired here, since the place decides how much is paid.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim, Field, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.guide.fault import FaultKind

from ..shared.guide_faults import place_of

edit = Edit(
    id="POS-05",
    title="Place of service does not exist",
    snip=5,
    severity="reject",
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
        yield from _judge(claim.place, claim.first_service, None, unlisted, context)
    for line in claim.lines:
        if line.place:
            day = line.service.start if line.service else None
            yield from _judge(line.place, day, line, unlisted, context)


def _judge(
    place: Field, day: date | None, line: ServiceLine | None, unlisted: set[object], context: Context
) -> Iterator[CheckResult]:
    """The guide knows which places there are, the table since when."""
    whose = f"Line {line.index}: " if line else ""
    if unlisted and _spot(place) in unlisted:
        yield Hit(at=place, message=f"{whose}The place of service {place} is not on CMS's list.", line=line)
    # Whoever reports an unreadable date has it corrected first.
    elif day and context.tables.place(place, day).is_absent:
        yield Hit(
            at=place, message=f"{whose}The place of service {place} was not in use on {day}.", line=line
        )


def _spot(place: Field) -> object:
    return place.segment and place.segment.number, place.name
