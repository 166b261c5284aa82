"""A transport has no pick-up or drop-off location.

What is wrong
    The claim bills an ambulance or another transport of a patient, and the pick-up location (loop 2310E) or
    the drop-off location (loop 2310F) is missing.

Why it is refused
    The implementation guide (TR3) requires both for ambulance and non-emergency transport. Medicare and
    others pay by the ZIP code of the pick-up, and reject the claim without it.

How to correct it
    Enter street, city, state and ZIP code of both locations from the run report or trip log. Locations of a
    single line (loops 2420G, 2420H) are for lines that differ from the claim.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="GUIDE-17",
    title="Pick-up or drop-off location missing",
    snip=4,
    severity="reject",
    to_do="Enter the pick-up location in loop 2310E (NM1*PW) and the drop-off location in 2310F (NM1*45).",
    variants={"not an ambulance": "warn"},
    sources=("X12-837P", "S-FIDELIS-NEMT"),
    denials=("CO-16", "N706"),
    claim_status=("A6:21",),
    needs=("transport",),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    missing = [
        (loop, name)
        for loop, of_line, name in (("2310E", "2420G", "pick-up"), ("2310F", "2420H", "drop-off"))
        if loop not in claim.provider_loops
        and not any(of_line in line.provider_loops for line in claim.lines)
    ]
    line = next((line for line in claim.lines if line.is_in("transport", context.codes)), None)
    if not missing or line is None:
        return
    is_ambulance = any(each.is_in("ambulance_transport", context.codes) for each in claim.lines)
    variant = "" if is_ambulance else "not an ambulance"
    names = " and ".join(f"{name} location (loop {loop})" for loop, name in missing)
    verb = "are" if len(missing) > 1 else "is"
    message = f"Line {line.index} bills transport {line.procedure}, and the {names} {verb} missing."
    yield Hit(at=claim.segment, message=message, element="NM1", loop=missing[0][0], variant=variant)
