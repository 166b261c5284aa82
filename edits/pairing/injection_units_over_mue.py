"""More injections are billed for one day than the payer pays.

What is wrong
    The units (SV104) of all 96372 lines for one provider and day add up to more than the daily limit. Over a
    range of dates, the limit applies to each day of the range.

Why it is refused
    Medicare and Medicaid publish the largest number of units they expect for one patient, provider and day
    (MUE). Units above it are denied; several lines are added up, whatever their modifiers.

How to correct it
    Compare the units with the injections in the chart. Often the drug's units were entered on the injection
    line. If that many injections were really given, be ready to prove it on appeal. There is no automatic
    fix, because the number of injections is not known.
"""

from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

from ..shared.days import by_provider_and_day, day_of, days_in

edit = Edit(
    id="PAIR-06",
    title="Injection units exceed the daily MUE",
    snip=7,
    severity="warn",
    to_do=(
        "Correct SV104 of the 96372 line to the number of injections in the chart; report the drug's "
        "units on the drug line."
    ),
    sources=("S-NORTHSTAR-MUE24", "S-SOPHIE-MUE26", "S-SJANOE-MCDMUE26"),
    denials=("CO-151", "N362", "CO-222"),
    claim_status=("A7:476",),
    needs=("administrations",),
    needs_codes=("procedure",),
    parameters={
        "procedure": Parameter("96372", "administration code whose units are counted"),
        "limit": Parameter(4, "maximum units for one provider and day"),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    counted: list[ServiceLine] = []
    for line in claim.lines_billing((context["procedure"],)):
        if line.units.decimal is None or line.unit_code != "UN":
            yield Unchecked("the units of an injection line are missing, unreadable or not reported in UN")
        elif day_of(line) is None:
            yield Unchecked("the date of service of an injection line is missing or unreadable")
        else:
            counted.append(line)
    for lines in by_provider_and_day(claim, counted):
        yield from _over_limit(lines, context["limit"])


def _over_limit(lines: list[ServiceLine], limit: int) -> Iterator[CheckResult]:
    allowed = limit * max(map(days_in, lines))
    so_far = Decimal(0)
    for line in lines:
        so_far += line.units.decimal or Decimal(0)
        if so_far > allowed:
            total = sum((each.units.decimal or Decimal(0) for each in lines), Decimal(0))
            message = f"Line {line.index}: {total} units of {line.procedure} exceed the MUE of {allowed}."
            yield Hit(at=line.units, message=message, line=line)
            return
