"""One injection is billed over several days.

What is wrong
    The line of the injection (96372), or of its drug, has a date range (DTP*472*RD8), but fewer units than
    the range has days.

Why it is refused
    An injection is given on one day. A date range means that the same service was repeated on every day of
    it, so there must be at least as many units as days; otherwise payers cannot tell on which day the
    injection was given.

How to correct it
    Enter the date of the injection as a single date (D8). If there were several injections, bill one line for
    each day. A date range is correct only if the same service was given on every day of it, with a unit for
    each.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="DATE-04",
    title="One injection billed over a date range",
    snip=7,
    severity="warn",
    to_do="Enter the date of the injection as a single date (DTP*472*D8), or bill one line for each day.",
    denials=("CO-16", "N345"),
    claim_status=("A7:187",),
    needs=("administrations", "several days"),
    needs_codes=("procedures",),
    parameters={"procedures": Parameter(("96372",), "injections, which are given on one day")},
)


@edit.lines
def check(_claim: Claim, context: Context) -> Iterator[CheckResult]:
    reported: set[int] = set()
    for entry in context.administrations:
        if entry.line.hcpcs not in context["procedures"]:
            continue
        for line in (entry.line, *entry.drugs):
            days, units = _days(line), line.units.decimal
            if line.service and days > 1 and units is not None and 0 < units < days:
                if line.index not in reported:
                    message = (
                        f"Line {line.index}: {line.procedure} is billed with fewer units ({units}) "
                        f"than days in its date range ({days})."
                    )
                    yield Hit(at=line.service.value, message=message, line=line)
                reported.update((line.index, *(drug.index for drug in entry.drugs)))
                break  # the injection and its drug are one service


def _days(line: ServiceLine) -> int:
    """Return the days of a line's date range; of a single date it is 1."""
    service = line.service
    if service is None or service.start is None or service.end is None:
        return 0
    return (service.end - service.start).days + 1 if service.start < service.end else 1
