"""The service is older than the payer's time limit for claims.

What is wrong
    Between the date of service (DTP*472; of a span, its first day) and today lies more time than the payer
    allows for a first claim. For Medicare that is one calendar year, by law. For other payers the usual
    limit of their contracts is warned of; yours may differ.

Why it is refused
    A late claim is denied whatever is on it, and the patient must not be billed for it. For Medicare a
    service of 29 February must be filed by 28 February; a limit that ends on a weekend or a federal holiday
    ends on the next working day (the holidays are not known here).

How to correct it
    Correct the date if the year was mistyped. Else look whether the claim was sent before and has proof of
    it, and whether the payer knows an exception (retroactive eligibility, an error of the payer's): then
    enter the reason for the delay in CLM20, with what the payer wants as proof. Replacements, claims after
    another payer and claims with CLM20 have other limits and are not judged here. What nearly is too late is
    said before, so that it can be sent at once.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

edit = Edit(
    id="DATE-05",
    title="Claim is filed too late",
    snip=7,
    severity="warn",
    variants={"near": "warn"},
    sources=("S-TFL-MEDCLAIMS", "S-TFL-MEDTRANSIC"),
    denials=("CO-29",),
    claim_status=("A3:718",),
    parameters={
        "years": Parameter(0, "the limit in calendar years; 0 where there is none"),
        "days": Parameter(0, "the limit in days; 0 where there is none"),
        "notice": Parameter(15, "how many days before the limit it is said that it is near"),
        "apart": Parameter((), "claim filing codes (SBR09) that have limits of their own"),
        "first": Parameter("1", "the frequency (CLM05-3) of first claims"),
    },
)

_SATURDAY = 5


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if not (context["years"] or context["days"]) or _is_excused(claim, context):
        return
    day = claim.first_service
    if day is None:
        yield Unchecked("no line has a readable date of service")
        return
    limit = _last_day(day, context["years"], context["days"])
    if limit >= context.as_of and (limit - context.as_of).days > context["notice"]:
        return
    line = next(line for line in claim.lines if line.service and line.service.start == day)
    place = line.service.value if line.service else line.segment
    if limit < context.as_of:
        message = f"The service is of {day}; the time to file it ended on {limit}."
        yield Hit(at=place, message=message, line=line)
    else:
        message = f"The service is of {day}; the time to file it ends on {limit}: send it at once."
        yield Hit(at=place, message=message, line=line, variant="near")


def _is_excused(claim: Claim, context: Context) -> bool:
    """Whether other limits hold: for a replacement, after another payer, or with a reason for the delay."""
    filing_code = claim.subscriber.filing_code if claim.subscriber else ""
    is_first = claim.frequency == context["first"] and not claim.other_payers
    return not is_first or bool(claim.delay_reason.strip()) or filing_code in context["apart"]


@lru_cache(maxsize=4096)
def _last_day(day: date, years: int, days: int) -> date:
    """The last day on which a claim is in time; a weekend moves it to Monday where a law counts by years."""
    if not years:
        return day + timedelta(days)
    is_leap_day = (day.month, day.day) == (2, 29)
    limit = day.replace(year=day.year + years, day=28 if is_leap_day else day.day)
    return limit + timedelta(7 - limit.weekday() if limit.weekday() >= _SATURDAY else 0)
