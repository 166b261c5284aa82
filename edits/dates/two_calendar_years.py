"""One Medicare claim has services from two calendar years.

What is wrong
    The lines of the claim, or the days of one line's date range, are in different calendar years.

Why it is refused
    Medicare tracks deductible and benefits by calendar year, and its MACs want the services of each year on a
    separate claim; mixed claims are returned or split by hand.

How to correct it
    Split the claim in two, one for each year. A date range over the turn of the year becomes two lines. First
    check whether the year of one date was mistyped, as happens in January.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="DATE-06",
    title="Services from two calendar years on one claim",
    snip=7,
    severity="warn",
    to_do=(
        "Split the claim by calendar year, or correct the date of service (DTP*472) if its year is mistyped."
    ),
    denials=("CO-16",),
    claim_status=("A8:773",),
    needs=("different days",),
)


@edit.lines
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    first: date | None = None
    for line in claim.lines:
        service = line.service
        if service is None or service.start is None or service.end is None:
            continue  # other edits report missing and malformed dates
        first = first or service.start
        if service.start == first == service.end:
            continue
        other = service.start.year if service.start.year != first.year else service.end.year
        if other != first.year:
            message = f"Line {line.index}: service is in {other}, but the claim begins in {first.year}."
            yield Hit(at=service.value, message=message, line=line)
            return
