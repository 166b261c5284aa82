"""A claim is about an accident and does not say when or where it was.

What is wrong
    The claim says that its cause is an accident (CLM11: AA for a car, OA for another), but the date of the
    accident (DTP*439) is missing; or the state of a car accident (CLM11-4) is.

Why it is refused
    The guide demands the date, and for a car accident the state: liability and no-fault rules are the
    state's. Clearinghouses reject the claim.

How to correct it
    Enter the day of the accident and, for a car accident in the United States, the two letters of the state.
    If it was no accident, remove the cause.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, Field
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-14",
    title="Accident without its date or state",
    snip=4,
    severity="reject",
    sources=("X12-837P", "S-KAREO-AA"),
    denials=("CO-16",),
    claim_status=("A7:633",),
    needs=("related causes",),
)

_CAR, _OTHER = "AA", "OA"


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    causes = claim.related_causes
    if _CAR not in causes and _OTHER not in causes:
        return
    if not any(period.qualifier == "439" for period in claim.dates):
        message = "The claim is about an accident and does not say on which day it was."
        yield Hit(at=claim.segment, message=message, element="DTP03", loop="2300")
    state, country = (Field.of(claim.segment, 11, part, "2300") for part in (4, 5))
    if _CAR in causes and not state and country in ("", "US"):
        yield Hit(at=state, message="The claim is about a car accident and does not name the state.")
