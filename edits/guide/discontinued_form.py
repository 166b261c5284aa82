"""A line for Medicare carries a certificate of medical necessity that was discontinued.

What is wrong
    The line has a certificate of medical necessity (CMN) or a DME information form (LQ*UT), and the service
    is of 2023 or later.

Why it is refused
    CMS discontinued these forms for services from January 1, 2023. Medicare's DME contractors reject claims
    that carry one.

How to correct it
    Remove the form (loop 2440) with its questions and the PWK*CT that announces it. Keep what it said in the
    medical record.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="GUIDE-21",
    title="Certificate of medical necessity was discontinued",
    snip=7,
    severity="reject",
    to_do="Remove the form (LQ*UT and FRM, loop 2440) and PWK*CT from the service line.",
    sources=("S-CEDI-CMN", "S-CGS-CMN"),
    denials=("CO-16", "M60"),
    claim_status=("A7:698",),
    needs=("forms",),
    parameters={"since": Parameter(date(2023, 1, 1), "the first date of service without forms")},
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    day = line.service.start if line.service else None
    if day and line.forms and day >= context["since"]:
        message = f"Line {line.index}: form {line.forms[0]} (LQ*UT) was discontinued for services since 2023."
        yield Hit(at=line.forms[0], message=message, line=line)
