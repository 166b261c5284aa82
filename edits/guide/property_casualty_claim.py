"""A claim to a property and casualty insurer does not identify the injury.

What is wrong
    The claim is for workers' compensation, an auto or another liability insurer (SBR09 WC, AM or LM), or has
    the date of first contact (DTP*444) that only such claims have. The number that the insurer gave to the
    case (REF*Y4) is missing with the patient; or such an insurer gets neither the date of the accident
    (DTP*439) nor an onset date (DTP*431).

Why it is refused
    The implementation guide (TR3) requires the number on property and casualty claims: the insurer finds the
    injury by it. With DTP*444 clearinghouses reject the claim; otherwise it comes back from most insurers.
    They also want the day of the injury, as their companion guides say.

How to correct it
    Ask the insurer or the employer for the claim number of the injury. If none was given yet, ask the insurer
    what to enter. Enter the day of the injury or, for an occupational disease, of its onset.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="GUIDE-20",
    title="Property and casualty claim number or date of injury missing",
    snip=4,
    severity="warn",
    to_do="Enter the insurer's claim number of the injury in REF*Y4 of the patient (loop 2010CA or 2010BA).",
    variants={"first contact": "reject"},
    sources=("X12-837P", "S-X12-RFI974", "S-STEDI-Y4", "S-OFFICEALLY-WC", "S-CALIBER-WC"),
    denials=("CO-16", "N706"),
    claim_status=("A6:21",),
    needs=("property and casualty",),
    parameters={
        "insurers": Parameter(("AM", "LM", "WC"), "claim filing indicators (SBR09) of property and casualty")
    },
)

_INJURY, _ONSET, _FIRST_CONTACT = "439", "431", "444"
_ACCIDENT_CAUSES = ("AA", "OA")  # with these the TR3 requires the date, which another edit reports


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    filing = claim.subscriber.filing_code if claim.subscriber else ""
    is_insurer = filing in context["insurers"]
    is_first_contact = _FIRST_CONTACT in claim.date_qualifiers
    if is_insurer or is_first_contact:
        yield from _unnumbered(claim, filing, is_first_contact=is_first_contact)
    is_dated = _INJURY in claim.date_qualifiers or _ONSET in claim.date_qualifiers
    if is_insurer and not is_dated and not any(cause in _ACCIDENT_CAUSES for cause in claim.related_causes):
        message = "Property and casualty claim has no date of injury (DTP*439)."
        to_do = "Enter the date of injury in DTP*439, or the onset of an occupational disease in DTP*431."
        yield Hit(claim.segment, message, element="DTP03", loop="2300", to_do=to_do)


def _unnumbered(claim: Claim, filing: str, *, is_first_contact: bool) -> Iterator[CheckResult]:
    subscriber = claim.subscriber.party if claim.subscriber else None
    parties = [party for party in (subscriber, claim.patient) if party]
    patient = parties[-1] if parties else None
    if patient is None or patient.entity.segment is None or any(party.reference("Y4") for party in parties):
        return
    message = f"Claim to a property and casualty insurer (SBR09 {filing}) has no claim number (REF*Y4)."
    if is_first_contact:
        message = "Claim has a date of first contact (DTP*444) and no claim number of the insurer (REF*Y4)."
    variant = "first contact" if is_first_contact else ""
    yield Hit(patient.entity.segment, message, element="REF", loop=patient.loop, variant=variant)
