"""A drug is billed by a practitioner in a hospital.

What is wrong
    The place of service of a drug line (SV105, or CLM05-1 where the line has none) is a hospital: 19, 21,
    22, 23, 51 or 61. Drugs that someone else supplied (charge 0.01 or less) and discarded drug (modifier
    JW) are not counted. Where an injection or infusion stands at the same place, POS-01 speaks of the place.

Why it is refused
    In a hospital the drug belongs to the hospital, which bills it on its own claim. Medicare pays a
    practitioner for a drug only as incident to his services, and that only outside of hospitals. Other
    payers deny it likewise.

How to correct it
    Check where the patient was. If it was the office, correct the place of service. If it was the hospital,
    take the drug off the practitioner's claim; if the practice bought it, settle that with the hospital.
    Nothing is repaired here, since the place is a fact that only the practice knows.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.pairing import is_supplied_elsewhere, is_wastage
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

VOID = "8"

edit = Edit(
    id="POS-02",
    title="Drug billed in a hospital",
    snip=7,
    severity="warn",
    sources=("S-UHCSUPPLY", "CFR-410.26"),
    denials=("CO-58", "M97", "CO-109"),
    claim_status=("A7:249",),
    needs=("drug",),
    parameters={
        "places": Parameter(
            ("19", "21", "22", "23", "51", "61"), "places of service where the hospital bills its drugs"
        ),
        # The same as POS-01 judges: the place is then one fault, and its finding is enough.
        "administrations": Parameter(
            ("96360-96375", "96377", "96401-96402"), "administrations whose place POS-01 speaks of"
        ),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    places = context["places"]
    if claim.frequency == VOID or not any(claim.place_of(line) in places for line in claim.lines):
        return
    given = context.code_set("administrations")
    spoken_of: set[str] = {claim.place_of(line) for line in claim.lines if line.hcpcs in given}
    for line in claim.lines:
        place = claim.place_of(line)
        if place not in places or place in spoken_of or not context.codes.is_in("drug", line.hcpcs):
            continue
        if is_wastage(line) or is_supplied_elsewhere(line):
            continue
        if not line.place:
            spoken_of.add(place)
        message = f"Line {line.index} bills {line.procedure} at place of service {place}, a hospital."
        yield Hit(at=place, message=message, line=line)
