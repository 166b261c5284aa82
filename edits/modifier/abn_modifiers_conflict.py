"""Modifiers GA, GX, GY and GZ on one line contradict each other.

What is wrong
    GA reports that a required notice of non-coverage (ABN) was issued, GZ that none was, GX that a voluntary
    notice was issued, and GY that the service is excluded from Medicare by law. The line has two of them that
    cannot both be true: GA with GZ, GX with GA or GZ, GY with GA or GZ.

Why it is refused
    These modifiers decide who pays if Medicare does not. Medicare treats GA with GZ as an invalid modifier
    and the line as unprocessable.

How to correct it
    Check whether a signed notice is on file, and why the service may not be covered: not medically necessary
    (GA with a notice, GZ without) or excluded by law (GY, with GX if a voluntary notice was issued). Keep
    what is true and remove the rest.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="MOD-09",
    title="Conflicting ABN modifiers (GA, GX, GY, GZ)",
    snip=7,
    severity="warn",
    to_do=(
        "Check for a signed ABN, keep the modifier that is true (GA, GX, GY or GZ), and remove the one "
        "that is not."
    ),
    sources=("S-CMS-GAGZ", "S-RCM-ABN"),
    denials=("CO-4", "N519"),
    claim_status=("A7:453",),
    needs=("several modifiers",),
    variants={"unprocessable": "warn"},
)

# The pair that CMS itself calls unprocessable comes first.
_PAIRS = (("GA", "GZ"), ("GX", "GZ"), ("GX", "GA"), ("GY", "GA"), ("GY", "GZ"))


@edit.line
def check(line: ServiceLine, _context: Context) -> Iterator[CheckResult]:
    modifiers = line.modifier_codes
    for one, other in _PAIRS:
        if one in modifiers and other in modifiers:
            place = next(field for field in line.modifiers if field.strip().upper() == other)
            message = f"Line {line.index}: modifiers {one} and {other} contradict each other."
            variant = "unprocessable" if (one, other) == _PAIRS[0] else ""
            yield Hit(at=place, message=message, line=line, variant=variant)
            return
