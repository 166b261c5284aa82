"""A date is not valid.

What is wrong
    A date is not in the format CCYYMMDD, a date range is not in the format CCYYMMDD-CCYYMMDD, the day does
    not exist, or a range ends before it begins.

Why it is refused
    The payer cannot tell when the service took place; the claim is rejected before it enters adjudication.

How to correct it
    Correct the date. A safe fix changes only 2026-05-01 and 2026/05/01; day and month are never guessed.
"""

import re
from collections.abc import Iterator

from scrubber.claim import Claim, Field, Party, Period, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, safe
from scrubber.x12.dates import parse_date

edit = Edit(
    id="DATE-03",
    title="Invalid date",
    snip=1,
    severity="reject",
    to_do="Enter a valid date in DTP03 or DMG02: CCYYMMDD, or a range CCYYMMDD-CCYYMMDD, earlier date first.",
    sources=("X12-837P",),
    denials=("CO-16", "M52"),
    claim_status=("A7:187",),
)

_YEAR_FIRST = re.compile(r"([0-9]{4})([-/])([0-9]{2})\2([0-9]{2})", re.ASCII)


@edit.line
def check_line(line: ServiceLine, _context: Context) -> Iterator[CheckResult]:
    for period in line.dates:
        if _is_invalid(period):
            yield _invalid(period.value, line)
    for adjudication in line.adjudications:
        if adjudication.date and _is_invalid(adjudication.date):
            yield _invalid(adjudication.date.value, line)


@edit.claim
def check_claim(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for period in claim.dates:
        if _is_invalid(period):
            yield _invalid(period.value, None)
    if claim.signs.valid_births:
        return
    people: list[Party | None] = [claim.patient]
    if claim.in_patient_loop and claim.subscriber:
        people.append(claim.subscriber.party)
    for person in people:
        if person and person.birth_date and person.birth_date.date is None:
            yield _invalid(person.birth_date, None)


def _is_invalid(period: Period) -> bool:
    """Return True if there is a text where a date should be that is not one."""
    return period.start is None and period.format in ("D8", "RD8") and bool(period.value)


def _invalid(value: Field, line: ServiceLine | None) -> Hit:
    plain = "".join(match.group(1, 3, 4)) if (match := _YEAR_FIRST.fullmatch(value.strip())) else ""
    fix = safe((value, plain)) if parse_date(plain) else None
    prefix = f"Line {line.index}: " if line else ""
    return Hit(at=value, message=f"{prefix}{value.name} {_what_is_wrong(value)}.", line=line, fix=fix)


def _what_is_wrong(value: Field) -> str:
    first, dash, last = value.partition("-")
    start, end = parse_date(first), parse_date(last)
    if dash and start and end:
        if start > end:
            return f"is a date range that ends ({end}) before it begins ({start})"
        return "is a date range where a single date is expected (D8)"
    if start:
        return "is a single date where a date range is expected (RD8)"
    return "is not a valid date"
