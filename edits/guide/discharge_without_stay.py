"""A claim without an inpatient service has a date of discharge.

What is wrong
    The claim has a date of discharge (DTP*096), but no place of service of the claim or of a line is an
    inpatient or other residential facility.

Why it is refused
    The implementation guide (TR3) allows the date on inpatient claims only, when the patient was discharged.
    Medicare takes the claim, but it is rejected when it crosses over to the next payer.

How to correct it
    Remove the date of discharge. If the patient was an inpatient, correct the place of service.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="GUIDE-15",
    title="Discharge date without an inpatient service",
    snip=4,
    severity="warn",
    to_do="Remove the discharge date (DTP*096), or correct the place of service if the patient was admitted.",
    sources=("X12-837P", "S-X12-RFI2130", "S-CGS-DISCHARGE"),
    denials=("CO-16", "N318"),
    claim_status=("A7:190",),
    needs=("stay dates",),
    parameters={
        "stays": Parameter(
            ("21", "25", "31", "32", "33", "34", "51", "54", "55", "56", "61"),
            "places of service from which a patient is discharged",
        )
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    discharge = next((period for period in claim.dates if period.qualifier == "096"), None)
    if discharge is None or claim.place in context["stays"]:
        return
    if not any(line.place in context["stays"] for line in claim.lines):
        message = f"There is a discharge date (DTP*096), but place of service {claim.place} is not inpatient."
        yield Hit(at=discharge.value, message=message)
