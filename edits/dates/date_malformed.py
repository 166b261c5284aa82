"""A date is not a date.

What is wrong
    A date is not written CCYYMMDD, a span not CCYYMMDD-CCYYMMDD, there is no such day, or a span ends before
    it begins.

Why it is refused
    The claim cannot be put in time; it is rejected before it is entered.

How to correct it
    Correct the date. Only 2026-05-01 and 2026/05/01 are repaired safely; day and month are never guessed.
"""

import re
from collections.abc import Iterator

from scrubber.claim import Claim, Field, Party, Period, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, safe
from scrubber.x12.dates import parse_date

edit = Edit(
    id="DATE-03",
    title="Date is not a date",
    snip=1,
    severity="reject",
    sources=("X12-837P",),
    denials=("CO-16", "M52"),
    claim_status=("A7:187",),
)

_YEAR_FIRST = re.compile(r"([0-9]{4})([-/])([0-9]{2})\2([0-9]{2})", re.ASCII)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for line, period in _periods(claim):
        if period.start is None and period.value and period.format in ("D8", "RD8"):
            yield _found(period.value, line)
    people: list[Party | None] = [claim.patient]
    if claim.in_patient_loop and claim.subscriber:
        people.append(claim.subscriber.party)
    for person in people:
        if person and person.birth_date and person.birth_date.date is None:
            yield _found(person.birth_date, None)


def _periods(claim: Claim) -> Iterator[tuple[ServiceLine | None, Period]]:
    for period in claim.dates:
        yield None, period
    for line in claim.lines:
        for period in line.dates:
            yield line, period
        for decided in line.adjudications:
            if decided.date:
                yield line, decided.date


def _found(value: Field, line: ServiceLine | None) -> Hit:
    plain = "".join(match.group(1, 3, 4)) if (match := _YEAR_FIRST.fullmatch(value.strip())) else ""
    fix = safe((value, plain)) if parse_date(plain) else None
    return Hit(at=value, message=f"{value.name} is not a date.", line=line, fix=fix)
