"""The claim is past the payer's timely filing limit, or close to it.

What is wrong
    More time has passed between the date of service (DTP*472) and today than the payer allows for an original
    claim. A date range counts from its first day for Medicare, and from its last for others. For Medicare the
    limit is one calendar year, by law. For other payers the usual limit in their contracts is used, as a
    warning; yours may differ. Where no limit is known, a claim more than 90 days old is not fully checked.

Why it is refused
    A late claim is denied whatever is on it, and the patient must not be billed for it. For Medicare a
    service on February 29 must be filed by February 28; a limit that ends on a weekend or a federal holiday
    ends on the next business day (this edit does not know the holidays).

How to correct it
    Correct the date if the year was mistyped. Otherwise check whether the claim was sent before and there is
    proof of it, and whether the payer allows an exception (retroactive eligibility, an error of the payer):
    then enter the delay reason in CLM20, with the proof that the payer requires. Replacement claims,
    secondary claims and claims with CLM20 have other limits and are not checked here. A claim close to its
    limit is reported too, so that it can be sent at once. If the limit of a payer is not known, look it up in
    your contract and enter it in a pack of your own (parameters `days` or `years`).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

edit = Edit(
    id="DATE-05",
    title="Past or near timely filing limit",
    snip=7,
    severity="warn",
    to_do=(
        "Correct the date of service if it is mistyped; otherwise enter the delay reason code in CLM20 "
        "and attach proof."
    ),
    variants={"near": "warn"},
    sources=("S-TFL-MEDCLAIMS", "S-TFL-MEDTRANSIC"),
    denials=("CO-29",),
    claim_status=("A3:718",),
    parameters={
        "years": Parameter(0, "timely filing limit in calendar years; 0 for none", range(11)),
        "days": Parameter(0, "timely filing limit in days; 0 for none", range(3661)),
        "notice": Parameter(
            15, "number of days before the limit from which a claim is reported as near it", range(366)
        ),
        "apart": Parameter((), "claim filing indicator codes (SBR09) with limits of their own"),
        "years_apart": Parameter(0, "their limit in calendar years; 0: they are not checked", range(11)),
        "unknown_after": Parameter(
            90,
            "age in days from which a claim to a payer without a known limit is not fully checked",
            range(3661),
        ),
        "spans": Parameter("last", "day of a date range from which the limit counts", ("first", "last")),
        "first": Parameter("1", "claim frequency (CLM05-3) of an original claim"),
    },
)

_SATURDAY = 5


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    years, days = _limit(claim, context)
    notice = context["notice"]
    if _is_excused(claim, context):
        return
    day = claim.first_service
    if not (years or days):
        age = context["unknown_after"]
        if day is not None and day < context.as_of - timedelta(age):
            why = f"the payer's timely filing limit is not known, and the claim is more than {age} days old"
            yield Unchecked(why)
        return
    if day is None:
        yield Unchecked("no line has a readable date of service")
        return
    if day > _latest_reported(context.as_of, years, days, notice):
        return
    line = next(line for line in claim.lines if line.service and line.service.start == day)
    if context["spans"] == "last":
        day, line = _earliest_end(claim)
        if day > _latest_reported(context.as_of, years, days, notice):
            return
    limit = _last_day(day, years, days)
    place = line.service.value if line.service else line.segment
    if limit < context.as_of:
        message = f"Line {line.index}: date of service {day} is past the timely filing limit ({limit})."
        yield Hit(at=place, message=message, line=line)
    else:
        message = f"Line {line.index}: date of service {day} is near the timely filing limit ({limit})."
        to_do = f"Submit the claim by {limit}, or correct the date of service (DTP*472) if it is mistyped."
        yield Hit(at=place, message=message, line=line, variant="near", to_do=to_do)


def _limit(claim: Claim, context: Context) -> tuple[int, int]:
    """Return the limit in years, and that in days; 0 for none."""
    filing_code = claim.subscriber.filing_code if claim.subscriber else ""
    if filing_code in context["apart"]:
        return context["years_apart"], 0
    return context["years"], context["days"]


def _earliest_end(claim: Claim) -> tuple[date, ServiceLine]:
    """Return the earliest last day of the lines, one of which has a readable date, and its line."""
    ends = ((line.service.end, line) for line in claim.lines if line.service)
    return min(((end, line) for end, line in ends if end), key=lambda each: each[0])


def _is_excused(claim: Claim, context: Context) -> bool:
    """Return True if other limits apply: to replacements, secondary claims and claims with a delay reason."""
    is_first = claim.frequency == context["first"] and not claim.other_payers
    return not is_first or bool(claim.delay_reason.strip())


@lru_cache(maxsize=256)
def _latest_reported(as_of: date, years: int, days: int, notice: int) -> date:
    """Return the latest date of service whose limit is past or near."""
    horizon = as_of + timedelta(notice)
    if years:
        # One day more than the years before the horizon, since February 29 has the limit of February 28.
        day = date(max(horizon.year - years, date.min.year), horizon.month, 1) + timedelta(horizon.day)
    else:
        day = date.fromordinal(max(horizon.toordinal() - days, 1))
    while day > date.min and _last_day(day, years, days) > horizon:
        day -= timedelta(1)
    return day


def _last_day(day: date, years: int, days: int) -> date:
    """Return the last day for filing; a limit in years that ends on a weekend moves to Monday."""
    if not years:
        return day + timedelta(days)
    is_leap_day = (day.month, day.day) == (2, 29)
    limit = day.replace(year=day.year + years, day=28 if is_leap_day else day.day)
    return limit + timedelta(7 - limit.weekday() if limit.weekday() >= _SATURDAY else 0)
