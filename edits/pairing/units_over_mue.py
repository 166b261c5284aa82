"""More units of a code are billed than the payer pays.

What is wrong
    The units (SV104) of a code exceed its unit limit for the quarter (the Medicare or Medicaid MUE). If the
    limit is per day, all lines of one provider and day are added up, including those for discarded drug
    (JW); if it is per line, each line counts by itself. Over a range of dates, the limit applies to each day
    of the range. The injection 96372 has an edit of its own.

    Limits change little from quarter to quarter: where the quarter's file is not imported, the last known
    limit counts for a year, as a warning. A limit of 0 says that the code is not paid at all: that is a
    matter of coverage, not of units. For commercial payers, most of which have limits of their own, a limit
    of 0 and units up to twice the limit are for information only.

Why it is refused
    Units above the limit are denied: for one provider and day, nothing of the code is paid until an appeal
    shows that it was right.

How to correct it
    Compare the units with the chart and with the amount of one unit of the code: often milligrams or
    milliliters were entered instead of units. If that much was really given, be ready to prove it on appeal.
    There is no automatic fix, because the amount given is not known.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import accumulate

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked
from scrubber.tables import Answer
from scrubber.tables.lookups import PROGRAMS
from scrubber.tables.rows import UnitLimit

from ..shared.days import by_provider_and_day, day_of, days_in

edit = Edit(
    id="PAIR-07",
    title="Units exceed the MUE of the code",
    snip=7,
    severity="warn",
    to_do=(
        "Correct SV104 to the units that the chart supports, by the amount of one unit of the code; "
        "if they are right, be ready to appeal."
    ),
    sources=("S-NORTHSTAR-MUE24", "S-MUE26Q2", "S-MUE26Q3", "S-SOPHIE-MUE26", "S-SJANOE-MCDMUE26"),
    denials=("CO-151", "N362"),
    claim_status=("A7:476",),
    variants={
        "line": "warn",
        "policy": "warn",
        "clinical": "warn",
        "older": "warn",
        "not paid": "warn",
        "near": "info",
    },
    needs=("several units",),
    parameters={
        "program": Parameter("medicare", "program whose unit limits apply", PROGRAMS),
        "since": Parameter(date(2007, 1, 1), "first date of service for which there were limits"),
        "elsewhere": Parameter(("96372",), "codes that another edit checks"),
        "supplied": Parameter(
            (
                "A4000-A9999",
                "B4000-B9999",
                "E0100-E9999",
                "J7604-J7699",
                "K0001-K9999",
                "L0100-L9999",
                "Q0510-Q0514",
            ),
            "what suppliers deliver for a month and more at home, where their own limits apply",
        ),
        "margin": Parameter(1, "how many times the limit is for information only: for payers it is not of"),
    },
)

_HOME = "12"
_ABSOLUTE, _NOT_BOTH_SIDES = "2", "029"
_VARIANTS = {"2": "policy", "3": "clinical"}  # any other is per line: 1, and Medicaid, which has none


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.hcpcs or line.hcpcs in context["elsewhere"] or line.unit_code == "MJ":  # anesthesia
        return
    claim = context.claim
    if line.units.decimal is None:
        if not claim.is_void:
            yield Unchecked("the units of a line are missing or unreadable")
        return
    same = [other for other in claim.same_procedure(line) if _is_counted(other)]
    if len(same) > 1:
        # Of the lines of one provider and day, the first is asked for all.
        same = next(lines for lines in by_provider_and_day(claim, same) if line in lines)
    if same[0] is not line or _total(same) <= 1 or claim.is_void:
        return
    day = day_of(line)
    if day is None:
        yield Unchecked("the date of service of a line is missing or unreadable")
    elif day >= context["since"]:
        yield from _over(context.tables.mue(line.hcpcs, day, context["program"]), same, context)


def _is_counted(line: ServiceLine) -> bool:
    return bool(line.hcpcs) and line.unit_code != "MJ" and line.units.decimal is not None


def _over(answer: Answer[UnitLimit], lines: list[ServiceLine], context: Context) -> Iterator[CheckResult]:
    limit = answer.value
    if limit is None:
        return
    # At home suppliers deliver, whose limits are others.
    at_home = any(context.claim.place_of(each) == _HOME for each in lines)
    if at_home and lines[0].hcpcs in context.code_set("supplied"):
        return
    variant = _VARIANTS.get(limit.indicator, "line")
    groups = [[line] for line in lines] if variant == "line" else [lines]
    for group in groups:
        total, allowed = _total(group), limit.limit * max(map(days_in, group))
        if total > allowed:
            line = _first_over(group, allowed)
            if allowed:
                is_near = total <= allowed * context["margin"] and not _is_once(limit, group[0], context)
                yield _excess(line, total, allowed, variant, answer, is_near=is_near)
            elif not at_home:
                yield _not_paid(line)


def _is_once(limit: UnitLimit, line: ServiceLine, context: Context) -> bool:
    """Return True if a service is one a day by its definition, and is not done on two sides of the body."""
    day = day_of(line)
    if limit.limit != 1 or limit.indicator != _ABSOLUTE or day is None:
        return False
    policy = context.tables.aside.payment_policy(line.hcpcs, day).value
    return policy is not None and policy.bilateral in _NOT_BOTH_SIDES


def _not_paid(line: ServiceLine) -> Hit:
    message = f"Line {line.index}: the MUE of {line.procedure} is 0; it is not paid to practitioners."
    to_do = "Check coverage and the code in SV101-2: correct the code, or expect a denial of the line."
    return Hit(at=line.procedure, message=message, line=line, variant="not paid", to_do=to_do)


def _excess(
    line: ServiceLine,
    total: Decimal,
    allowed: int,
    variant: str,
    answer: Answer[UnitLimit],
    *,
    is_near: bool,
) -> Hit:
    counted = "for the day" if variant != "line" else "on one line"
    older = ""
    if answer.older_list:
        variant, older = "older", f" ({answer.older_list} table; the quarter's is not imported)"
    message = (
        f"Line {line.index}: {total:f} units of {line.procedure} are billed {counted}, "
        f"over the MUE of {allowed}{older}."
    )
    return Hit(at=line.units, message=message, line=line, variant="near" if is_near else variant)


def _first_over(lines: list[ServiceLine], allowed: int) -> ServiceLine:
    totals = accumulate(line.units.decimal or Decimal(0) for line in lines)
    return next(line for line, total in zip(lines, totals, strict=True) if total > allowed)


def _total(lines: list[ServiceLine]) -> Decimal:
    return sum((line.units.decimal or Decimal(0) for line in lines), Decimal(0))
