"""An ambulance claim does not describe the transport.

What is wrong
    The claim bills an ambulance transport, and loop 2300 has no CR1 segment: reason for the transport and
    distance.

Why it is refused
    The implementation guide (TR3) requires CR1 in loop 2300 on all claims that involve an ambulance
    transport. A CR1 on a service line is for what differs there and does not replace it. Payers decide
    medical necessity and mileage by it.

How to correct it
    Enter the patient's weight if known, the reason for the transport and the loaded miles from the run
    report.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="GUIDE-16",
    title="Ambulance transport information (CR1) missing",
    snip=4,
    severity="reject",
    to_do="Enter the reason for the transport (CR104) and the miles (CR106) in a CR1 segment of loop 2300.",
    sources=("X12-837P", "S-X12-RFI1876", "S-STEDI-CR1"),
    denials=("CO-16", "N706"),
    claim_status=("A6:21",),
    needs=("ambulance_transport",),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if claim.has_transport:
        return
    for line in claim.lines:
        if not line.is_in("ambulance_transport", context.codes):
            continue
        message = f"Line {line.index} bills ambulance transport {line.procedure}, and loop 2300 has no CR1."
        yield Hit(at=claim.segment, message=message, element="CR1", loop="2300")
        return
