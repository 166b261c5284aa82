"""A claim to a property and casualty insurer has no claim number of the insurer.

What is wrong
    The claim is for workers' compensation, an auto or another liability insurer (SBR09 WC, AM or LM), or has
    the date of first contact (DTP*444) that only such claims have; and the number that the insurer gave to
    the case (REF*Y4) is missing with the patient.

Why it is refused
    The implementation guide (TR3) requires the number on property and casualty claims: the insurer finds the
    injury by it. With DTP*444 clearinghouses reject the claim; otherwise it comes back from most insurers.

How to correct it
    Ask the insurer or the employer for the claim number of the injury. If none was given yet, ask the insurer
    what to enter.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="GUIDE-20",
    title="Property and casualty claim number missing",
    snip=4,
    severity="warn",
    to_do="Enter the insurer's claim number of the injury in REF*Y4 of the patient (loop 2010CA or 2010BA).",
    variants={"first contact": "reject"},
    sources=("X12-837P", "S-X12-RFI974", "S-STEDI-Y4", "S-OFFICEALLY-WC"),
    denials=("CO-16", "N706"),
    claim_status=("A6:21",),
    needs=("property and casualty",),
    parameters={
        "insurers": Parameter(("AM", "LM", "WC"), "claim filing indicators (SBR09) of property and casualty")
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    subscriber = claim.subscriber.party if claim.subscriber else None
    parties = [party for party in (subscriber, claim.patient) if party]
    patient = parties[-1] if parties else None
    if patient is None or patient.entity.segment is None or any(party.reference("Y4") for party in parties):
        return
    if "444" in claim.date_qualifiers:
        message = "Claim has a date of first contact (DTP*444) and no claim number of the insurer (REF*Y4)."
        variant = "first contact"
    else:
        filing = claim.subscriber.filing_code if claim.subscriber else ""
        if filing not in context["insurers"]:
            return
        message = f"Claim to a property and casualty insurer (SBR09 {filing}) has no claim number (REF*Y4)."
        variant = ""
    yield Hit(patient.entity.segment, message, element="REF", loop=patient.loop, variant=variant)
