"""One Medicare claim has services of two calendar years.

What is wrong
    The lines of the claim, or the days of one line's span, are of different calendar years.

Why it is refused
    Medicare keeps deductible and benefits by the calendar year, and its contractors want the services of each
    year on a claim of their own; what is mixed is returned or split by hand.

How to correct it
    Make two claims, one for each year. A span over the turn of the year becomes two lines. First look whether
    the year of one date was mistyped, as happens in January.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="DATE-06",
    title="Services of two calendar years on one claim",
    snip=7,
    severity="warn",
    denials=("CO-16",),
    claim_status=("A8:773",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    first: int | None = None
    for line in claim.lines:
        service = line.service
        if service is None or service.start is None or service.end is None:
            continue  # other edits speak of dates that are missing or malformed
        first = first or service.start.year
        if service.start.year != first or service.end.year != first:
            other = service.start.year if service.start.year != first else service.end.year
            message = f"Line {line.index} is of {other}, the claim begins with {first}."
            yield Hit(at=service.value, message=message, line=line)
            return
