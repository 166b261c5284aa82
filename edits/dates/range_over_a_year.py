"""A service line covers more than a year.

What is wrong
    The date of service of a line (DTP*472) is a range of more than 366 days.

Why it is refused
    No service is billed for more than a year on one line. The year of one of the two dates is mistyped, and
    the payer rejects the line, or denies it as past timely filing.

How to correct it
    Correct the beginning or the end of the range in DTP03. Bill services of different years on claims of
    their own.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="DATE-11",
    title="Date of service covers more than a year",
    snip=4,
    severity="warn",
    to_do="Correct the range of dates of service in DTP*472 (DTP03); usually one year is mistyped.",
    denials=("CO-16", "MA31"),
    claim_status=("A7:188",),
    needs=("several days",),
)

_MOST_DAYS = 366


@edit.line
def check(line: ServiceLine, _context: Context) -> Iterator[CheckResult]:
    service = line.service
    if service is None or service.start is None or service.end is None:
        return
    days = (service.end - service.start).days + 1
    if days > _MOST_DAYS:
        message = f"Line {line.index}: date of service covers {days} days ({service.start} to {service.end})."
        yield Hit(at=service.value, message=message, line=line)
