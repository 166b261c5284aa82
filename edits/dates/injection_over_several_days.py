"""One injection is billed for several days.

What is wrong
    The line of the injection (96372), or of its drug, has a span of dates (DTP*472*RD8), but fewer units
    than the span has days.

Why it is refused
    An injection is given on one day. A span says that the same service was repeated on every day of it, so
    the units must be at least as many as the days; else payers cannot tell on which day it was given.

How to correct it
    Enter the day of the injection as a single date (D8). If there were several injections, bill a line for
    each day. A span is right only where the same service was given on each of its days, with a unit for each.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="DATE-04",
    title="One injection billed for several days",
    snip=7,
    severity="warn",
    denials=("CO-16", "N345"),
    claim_status=("A7:187",),
    needs=("administrations", "several days"),
    parameters={"procedures": Parameter(("96372",), "injections, which take place on one day")},
)


@edit.claim
def check(_claim: Claim, context: Context) -> Iterator[CheckResult]:
    told: set[int] = set()
    for entry in context.administrations:
        if entry.line.hcpcs not in context["procedures"]:
            continue
        for line in (entry.line, *entry.drugs):
            days, units = _days(line), line.units.decimal
            if line.service and days > 1 and units is not None and 0 < units < days:
                if line.index not in told:
                    message = f"Line {line.index} bills {units} of {line.procedure} over {days} days."
                    yield Hit(at=line.service.value, message=message, line=line)
                told.update((line.index, *(drug.index for drug in entry.drugs)))
                break  # the injection and its drug are one service


def _days(line: ServiceLine) -> int:
    service = line.service
    return (service.end - service.start).days + 1 if service and service.start and service.end else 0
