"""An injection or infusion is billed by a practitioner in a facility.

What is wrong
    The place of service of an injection or infusion line (SV105, or CLM05-1 if the line has none) is a
    hospital or another facility.

Why it is refused
    In a facility, its own staff gives the injection, and the facility bills it. Medicare's physician fee
    schedule has no payment to a practitioner for it there, and several other payers deny it in the same
    places.

How to correct it
    Check where the patient was. If it was the office, correct the place of service. If it was the
    facility, remove the line from the practitioner's claim. Only the practice knows where the service
    took place.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="POS-01",
    title="Injection or infusion in a facility",
    snip=7,
    severity="warn",
    to_do=(
        "Verify the place of service: if it was the office, correct SV105 or CLM05-1; if the facility, "
        "remove the line (the facility bills it)."
    ),
    sources=("S-REGENCE109", "S-PFS25Q4"),
    denials=("CO-58", "CO-5", "M77", "CO-97", "M97"),
    claim_status=("A7:249",),
    needs_codes=("procedures",),
    parameters={
        "places": Parameter(
            ("19", "21", "22", "23", "24", "26", "51", "52", "61"), "places of service that are facilities"
        ),
        # Not 96376 and 96379: Medicare's fee schedule treats these two differently.
        "procedures": Parameter(
            ("96360-96375", "96377", "96401-96402"), "administrations that a facility bills itself"
        ),
    },
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    place = context.claim.place_of(line)
    if place in context["places"] and line.hcpcs in context.code_set("procedures"):
        where = f"in a facility (POS {place})"
        message = f"Line {line.index}: {line.procedure} is not payable to a practitioner {where}."
        yield Hit(at=place, message=message, line=line, once=True)
