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
from datetime import date
from decimal import Decimal

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

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
    parameters={
        "procedure": Parameter("96372", "administration code whose units are counted"),
        "limit": Parameter(4, "maximum units for one provider and day"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    together: dict[tuple[str, date], list[ServiceLine]] = {}
    procedure = context["procedure"]
    for line in claim.lines:
        if line.hcpcs != procedure:
            continue
        if line.units.decimal is None or line.unit_code != "UN":
            yield Unchecked("the units of an injection line are missing, unreadable or not reported in UN")
        elif line.service is None or line.service.start is None:
            yield Unchecked("the date of service of an injection line is missing or unreadable")
        else:
            together.setdefault((_provider(claim, line), line.service.start), []).append(line)
    for lines in together.values():
        yield from _over_limit(lines, context["limit"])


def _provider(claim: Claim, line: ServiceLine) -> str:
    """Return who rendered the line; an unknown provider is never the same as that of another line."""
    party = claim.rendering_of(line)
    return str(party.id) if party and party.id else f"line {line.index}"


def _over_limit(lines: list[ServiceLine], limit: int) -> Iterator[CheckResult]:
    allowed = limit * max(_days(line) for line in lines)
    so_far = Decimal(0)
    for line in lines:
        so_far += line.units.decimal or Decimal(0)
        if so_far > allowed:
            total = sum((each.units.decimal or Decimal(0) for each in lines), Decimal(0))
            message = f"Line {line.index}: {total} units of {line.procedure} exceed the MUE of {allowed}."
            yield Hit(at=line.units, message=message, line=line)
            return


def _days(line: ServiceLine) -> int:
    service = line.service
    return (service.end - service.start).days + 1 if service and service.start and service.end else 1
