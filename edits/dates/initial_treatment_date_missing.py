"""Manipulation of the spine is billed to Medicare without the date of initial treatment.

What is wrong
    A line bills 98940, 98941 or 98942, and neither the claim (2300) nor the line (2400) has the date of
    initial treatment (DTP*454).

Why it is refused
    Medicare pays chiropractic manipulation as treatment of an acute or chronic problem, which began on a
    certain day. Without that day the claim is returned as unprocessable.

How to correct it
    Enter the date on which the treatment of this problem began. If it began on the day of service, that
    is the date.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="DATE-09",
    title="Initial treatment date missing for manipulation of the spine",
    snip=4,
    severity="reject",
    to_do="Enter the date when treatment of the problem began in DTP*454 of loop 2300.",
    sources=("S-NORIDIAN-CHIRO", "S-STEDI-CHIRO"),
    denials=("CO-16", "MA122"),
    claim_status=("A6:21",),
    needs=("spinal_manipulation",),
)

_INITIAL = "454"


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.is_in("spinal_manipulation", context.codes):
        return
    claim = context.claim
    if not any(period.qualifier == _INITIAL for period in (*line.dates, *claim.dates)):
        message = f"Line {line.index}: {line.procedure} has no initial treatment date (DTP*454)."
        yield Hit(at=claim.segment, message=message, element="DTP03", loop="2300", line=line, once=True)
