"""Units have leading zeros.

What is wrong
    The units of a line (SV104), or the units that another payer paid (SVD05), begin with a zero that is not
    needed, such as 01 for 1.

Why it is refused
    X12 numbers have no leading zeros, except before the decimal point of a value below 1. Strict receivers
    reject the line.

How to correct it
    Remove the zeros. A safe fix does this; the quantity stays the same.
"""

import re
from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

from ..shared.numbers import without_leading_zeros

edit = Edit(
    id="UNIT-15",
    title="Units have leading zeros",
    snip=1,
    severity="info",
    to_do="Remove the leading zeros of the units in SV104 or SVD05: 1 instead of 01.",
    sources=("X12-5",),
    denials=("CO-16", "M53"),
    claim_status=("A7:476",),
    needs=("several units",),
)

_ZEROS = re.compile(r"0+[0-9]+(?:\.[0-9]*)?", re.ASCII)


@edit.line
def check(line: ServiceLine, _context: Context) -> Iterator[CheckResult]:
    for units in (line.units, *(adjudication.units for adjudication in line.adjudications)):
        if _ZEROS.fullmatch(units) and len(units) <= 15 and units.decimal:
            plain = without_leading_zeros(units)
            message = f"Line {line.index}: units ({units.name}) have leading zeros: {units}."
            to_do = f"Enter {plain} in {units.name}, without leading zeros."
            yield Hit(at=units, message=message, line=line, fix=safe((units, plain)), to_do=to_do)
