"""A date besides the date of service cannot be right.

What is wrong
    A date of the claim (DTP in loop 2300) or of a line (loop 2400) contradicts others: something that
    came before the service (onset, accident, admission, initial treatment, last X-ray and so on) is later
    than it, something that comes after it (discharge, receipt by the repricer) is earlier, something that
    has happened is in the future, or it is before the patient's birth. Or two dates are in
    the wrong order: discharge before admission, return to work before the last day worked.
    Or onset (DTP*431) is the day of service, where it is not reported, or that of the last menstrual period.

Why it is refused
    These dates decide whether and by whom the service is paid: accident and onset on liability, admission
    on inpatient rules. Clearinghouses and payers reject dates that are impossible.

How to correct it
    Compare the date with the chart; usually the year was mistyped, or the date of entry was filled in. If
    the symptoms began on the day of service, leave the date of onset out.
"""

from collections.abc import Generator, Iterable, Iterator
from datetime import date

from scrubber.claim import Claim, Period, ServiceLine
from scrubber.claim.date_kinds import DATE_KINDS, MENSTRUAL_PERIOD, ONSET, PAIRS, DateKind
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.engine.traits import INPATIENT

edit = Edit(
    id="DATE-08",
    title="Date is later than the service, in the future or out of order",
    snip=4,
    severity="reject",
    to_do="Correct the date in DTP03 against the chart; usually the year is mistyped.",
    variants={"onset on the day of service": "warn", "before the service": "warn"},
    sources=("X12-837P", "S-STEDI-ACCIDENT", "S-STEDI-ONSET", "S-AVAILITY-1108"),
    denials=("CO-16", "MA122"),
    claim_status=("A8:187", "A7:510"),
    needs=("odd dates",),
)

_SERVICE, _DISCHARGE = "472", "096"


@edit.claim
def check_claim(claim: Claim, context: Context) -> Iterator[CheckResult]:
    periods = [period for period in claim.dates if period.start]
    if not periods:
        return
    last = max((line.service.end for line in claim.lines if line.service and line.service.end), default=None)
    reported = yield from _impossible(periods, last, context, None)
    if not reported:
        yield from _out_of_order(periods)
        yield from _before_service(periods, claim)
        yield from _onset_of_the_day(periods, claim)


@edit.line
def check_line(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    periods = [period for period in line.dates if period.start and period.qualifier != _SERVICE]
    if periods:
        yield from _impossible(periods, line.service.end if line.service else None, context, line)


def _impossible(
    periods: Iterable[Period], last: date | None, context: Context, line: ServiceLine | None
) -> Generator[CheckResult, None, bool]:
    """Yield what is impossible for a date by itself; return whether anything is."""
    reported = False
    for period in periods:
        kind, day = DATE_KINDS.get(period.qualifier), period.start
        if kind is None or day is None:
            continue
        fault = _fault(kind, day, last, context)
        if fault:
            reported = True
            prefix = f"Line {line.index}: " if line else ""
            name = kind.name if line else kind.name[0].upper() + kind.name[1:]
            message = f"{prefix}{name} {day} (DTP*{period.qualifier}) {fault}."
            to_do = (
                f"Correct the {kind.name} in DTP*{period.qualifier}, or the date of service if that is wrong."
            )
            yield Hit(at=period.value, message=message, line=line, to_do=to_do)
    return reported


def _fault(kind: DateKind, day: date, last: date | None, context: Context) -> str:
    if day > context.as_of:
        return f"is in the future (today is {context.as_of})"
    if kind.before_service and last is not None and day > last:
        return f"is after the date of service ({last})"
    patient = context.claim.patient
    born = patient.birth_date.date if patient else None
    return "is before the patient's date of birth" if born and day < born else ""


def _out_of_order(periods: Iterable[Period]) -> Iterator[CheckResult]:
    by_kind = {str(period.qualifier): period for period in periods}
    for one, other, fault in PAIRS:
        first, second = by_kind.get(one), by_kind.get(other)
        if first and second and first.start and second.start and first.start > second.start:
            message = (
                f"{fault[0].upper()}{fault[1:]} (DTP*{one} is {first.start}, DTP*{other} {second.start})."
            )
            to_do = f"Correct DTP*{one} or DTP*{other} so that they are in order."
            yield Hit(at=second.value, message=message, to_do=to_do)


def _before_service(periods: Iterable[Period], claim: Claim) -> Iterator[CheckResult]:
    for period in periods:
        kind, first = DATE_KINDS.get(period.qualifier), claim.first_service
        if period.qualifier == _DISCHARGE and claim.place not in INPATIENT:
            continue  # another edit reports a discharge where there was no stay
        if kind and kind.after_service and first and period.start and period.start < first:
            name = kind.name[0].upper() + kind.name[1:]
            message = (
                f"{name} {period.start} (DTP*{period.qualifier}) is before the date of service ({first})."
            )
            to_do = (
                f"Correct the {kind.name} in DTP*{period.qualifier}, or the date of service if that is wrong."
            )
            yield Hit(at=period.value, message=message, variant="before the service", to_do=to_do)


def _onset_of_the_day(periods: Iterable[Period], claim: Claim) -> Iterator[CheckResult]:
    onset = next((period for period in periods if period.qualifier == ONSET), None)
    last = next((period for period in periods if period.qualifier == MENSTRUAL_PERIOD), None)
    if onset and last and onset.start == last.start:
        message = "Onset date (DTP*431) and last menstrual period (DTP*484) are the same day."
        to_do = "Remove DTP*431: a pregnancy is reported with DTP*484 only; or correct the onset date."
        yield Hit(at=last.value, message=message, variant="onset on the day of service", to_do=to_do)
    elif onset and onset.start == claim.first_service:
        message = "Onset date (DTP*431) is the date of service; it is reported only if it differs."
        to_do = "Remove DTP*431, or enter the day when the symptoms began if that was before the service."
        yield Hit(at=onset.value, message=message, variant="onset on the day of service", to_do=to_do)
