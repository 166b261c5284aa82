"""An accident claim does not give the date or the state of the accident.

What is wrong
    The claim reports an accident as its cause (CLM11: AA for an auto accident, OA for another accident), but
    the accident date (DTP*439) is missing; or, for an auto accident, the state (CLM11-4) is missing. Or a
    workers' compensation claim (SBR09 WC) with employment as its cause (EM) has neither that date nor an
    onset date.

Why it is refused
    The implementation guide (TR3) requires the date and, for an auto accident, the state, because liability
    and no-fault rules are set by the state. Clearinghouses reject the claim.

How to correct it
    Enter the accident date and, for an auto accident in the United States, the two-letter state code. If
    there was no accident, remove the cause from CLM11.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, Field
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-14",
    title="Accident date or state missing",
    snip=4,
    severity="reject",
    to_do="Enter the accident date in DTP*439 and, for an auto accident, the state in CLM11-4.",
    variants={"employment": "warn"},
    sources=("X12-837P", "S-KAREO-AA", "S-CALIBER-WC"),
    denials=("CO-16",),
    claim_status=("A7:633",),
    needs=("related causes",),
)

_AUTO, _OTHER, _EMPLOYMENT = "AA", "OA", "EM"
_ACCIDENT, _ONSET = "439", "431"


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    causes = claim.related_causes
    if _AUTO not in causes and _OTHER not in causes:
        yield from _undated_injury(claim)
        return
    if _ACCIDENT not in claim.date_qualifiers:
        message = "Accident claim has no accident date (DTP*439)."
        yield Hit(at=claim.segment, message=message, element="DTP03", loop="2300")
    state, country = (Field.of(claim.segment, 11, part, "2300") for part in (4, 5))
    if _AUTO in causes and not state and country in ("", "US"):
        message = "Auto accident claim has no accident state (CLM11-4)."
        to_do = "Enter the two-letter state code of the auto accident in CLM11-4."
        yield Hit(at=state, message=message, to_do=to_do)


def _undated_injury(claim: Claim) -> Iterator[CheckResult]:
    """Yield a hit if workers' compensation is not told when the injury or illness began."""
    filing = claim.subscriber.filing_code if claim.subscriber else ""
    if filing != "WC" or _EMPLOYMENT not in claim.related_causes:
        return
    if _ACCIDENT not in claim.date_qualifiers and _ONSET not in claim.date_qualifiers:
        message = "Workers' compensation claim has no date of injury (DTP*439)."
        to_do = "Enter the date of injury in DTP*439, or the onset of an occupational disease in DTP*431."
        yield Hit(claim.segment, message, element="DTP03", loop="2300", variant="employment", to_do=to_do)
