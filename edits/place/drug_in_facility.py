"""A drug is billed by a practitioner in a hospital.

What is wrong
    The place of service of a drug line (SV105, or CLM05-1 if the line has none) is a hospital: 19, 21,
    22, 23, 51 or 61. Drugs that someone else supplied (charge of 0.01 or less) and discarded drug
    (modifier JW) do not count. Where an injection or infusion has the same place of service, POS-01
    reports it.

Why it is refused
    In a hospital the drug is the hospital's, which bills it on its own claim. Medicare pays a
    practitioner for a drug only as incident to the practitioner's services, and that only outside of
    hospitals. Other payers deny it likewise.

How to correct it
    Check where the patient was. If it was the office, correct the place of service. If it was the
    hospital, remove the drug from the practitioner's claim; if the practice bought it, settle that with
    the hospital. Only the practice knows where the service took place.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.pairing import is_supplied_elsewhere
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

VOID = "8"

edit = Edit(
    id="POS-02",
    title="Drug billed by a practitioner in a hospital",
    snip=7,
    severity="warn",
    to_do=(
        "Verify the place of service: if it was the office, correct SV105 or CLM05-1; if the hospital, "
        "remove the drug line."
    ),
    sources=("S-UHCSUPPLY", "CFR-410.26"),
    denials=("CO-58", "M97", "CO-109"),
    claim_status=("A7:249",),
    needs=("drug",),
    parameters={
        "places": Parameter(
            ("19", "21", "22", "23", "51", "61"), "places of service where the hospital bills its drugs"
        ),
        # The same codes as in POS-01: the place of service is then one fault, and its finding is enough.
        "administrations": Parameter(
            ("96360-96375", "96377", "96401-96402"), "administrations whose place of service POS-01 reports"
        ),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    places = context["places"]
    if claim.frequency == VOID or not any(claim.place_of(line) in places for line in claim.lines):
        return
    given = context.code_set("administrations")
    reported: set[str] = {claim.place_of(line) for line in claim.lines if line.hcpcs in given}
    for line in claim.lines:
        place = claim.place_of(line)
        if place not in places or place in reported or not line.is_in("drug", context.codes):
            continue
        if line.is_wastage or is_supplied_elsewhere(line):
            continue
        if not line.place:
            reported.add(place)
        where = f"in a hospital (POS {place})"
        message = f"Line {line.index}: {line.procedure} is not payable to a practitioner {where}."
        yield Hit(at=place, message=message, line=line)
