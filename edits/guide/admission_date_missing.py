"""An inpatient service has no date of admission.

What is wrong
    The place of service of the claim (CLM05-1) or of a line (SV105) is an inpatient facility, and the claim
    has no date of admission (DTP*435).

Why it is refused
    The implementation guide (TR3) requires it on all claims of inpatient visits, even if only one line is
    inpatient. Clearinghouses and payers reject the claim without it. For a skilled
    nursing facility (31) some payers want the date and others do not, so that is information only.

How to correct it
    Enter the day on which the patient was admitted. If the patient was not admitted (observation, emergency
    room, outpatient department), correct the place of service to 22, 19 or 23.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, Field
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="GUIDE-14",
    title="Admission date missing on an inpatient claim",
    snip=4,
    severity="reject",
    to_do="Enter the date of admission in DTP*435, or correct the place of service of an outpatient.",
    variants={"nursing facility": "info"},
    sources=("X12-837P", "S-X12-RFI154", "S-X12-RFI2130", "S-CGS-DISCHARGE"),
    denials=("CO-16", "MA40"),
    claim_status=("A7:189",),
    needs=("inpatient",),
    parameters={
        "places": Parameter(("21", "51", "61"), "places of service that need a date of admission"),
        "nursing_facilities": Parameter(("31",), "places of service for which payers differ"),
    },
)

_ADMITTED = "435"


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if _ADMITTED in claim.date_qualifiers:
        return
    places = [claim.place, *(line.place for line in claim.lines)]
    hospital = next((place for place in places if place in context["places"]), None)
    if hospital is not None:
        yield _missing(hospital, claim, "")
        return
    nursing = next((place for place in places if place in context["nursing_facilities"]), None)
    if nursing is not None:
        yield _missing(nursing, claim, "nursing facility")


def _missing(place: Field, claim: Claim, variant: str) -> Hit:
    message = (
        f"Place of service {place} ({place.name}) is inpatient; the admission date (DTP*435) is missing."
    )
    return Hit(at=claim.segment, message=message, element="DTP03", loop="2300", variant=variant)
