"""A visit is billed in more than one unit.

What is wrong
    A visit (office, hospital, emergency, nursing facility, home, eye care, consultation, preventive) has
    units other than 1.

Why it is refused
    A visit is one service a day, whatever was done. The payer denies the line, or pays one unit of it.

How to correct it
    Enter 1 in SV104. Visits of several days are billed on a line for each day.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.days import days_in

edit = Edit(
    id="EM-12",
    title="Visit billed in several units",
    snip=7,
    severity="warn",
    to_do="Enter 1 in SV104 of the visit; bill visits of several days on a line for each day.",
    sources=("S-MCPM12-30",),
    denials=("CO-151", "N362"),
    claim_status=("A7:476",),
    needs=("several units",),
    yields=True,
)

_VISITS = frozenset({"daily_visit", "preventive_visit"})


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if _VISITS.isdisjoint(line.sets_in(context.codes)) or line.unit_code != "UN":
        return
    units = line.units.decimal
    # A fraction of a unit is another fault.
    if units is not None and units == int(units) and units > days_in(line):
        message = f"Line {line.index}: visit {line.procedure} is billed in {line.units} units."
        yield Hit(at=line.units, message=message, line=line)
