"""The date of service is in the future.

What is wrong
    The date of service (DTP*472), or the end of its date range, is later than the day on which the claim is
    sent.

Why it is refused
    A service that has not taken place cannot be billed; the claim is rejected.

How to correct it
    Correct the date; often the year was mistyped. If the service is really scheduled for that day, hold the
    claim until it has been given.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked

edit = Edit(
    id="DATE-01",
    title="Date of service is in the future",
    snip=4,
    severity="reject",
    to_do="Correct the date of service in DTP*472, or hold the claim until the service has been given.",
    sources=("X12-837P", "S-CSCLIST"),
    denials=("CO-110", "CO-16", "M52"),
    claim_status=("A7:510",),
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    service = line.service
    if service is None or service.end is None:
        yield Unchecked("a service line has no readable date of service")
    elif service.end > context.as_of:
        message = (
            f"Line {line.index}: date of service {service.end} is in the future (today is {context.as_of})."
        )
        yield Hit(at=service.value, message=message, line=line)
