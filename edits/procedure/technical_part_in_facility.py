"""A test is billed to Medicare with its technical part for a patient of a hospital.

What is wrong
    The place of service is a hospital (19, 21, 22, 23, 51, 61), and the line bills a diagnostic test as a
    whole, without 26, or its technical component alone (TC, or a code that is nothing else).

Why it is refused
    In a hospital, the equipment and staff are the hospital's, which bills them. The practitioner is paid for
    the interpretation only, and the line is denied for its place of service.

How to correct it
    Append 26 for the interpretation, or bill the code that is the interpretation alone (93010 in place of
    93000). If the test was done in the office, correct the place of service.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import day_of

edit = Edit(
    id="PROC-20",
    title="Technical part of a test for a hospital patient",
    snip=7,
    severity="warn",
    to_do="Append 26 to SV101-3 if only the interpretation was done; correct SV105 if it was in the office.",
    sources=("S-PFS25Q4",),
    denials=("CO-5", "CO-109", "M77"),
    claim_status=("A7:249",),
    needs=("medicare",),
    about="line",
    parameters={
        "places": Parameter(("19", "21", "22", "23", "51", "61"), "places of service that are hospitals"),
    },
)

# PC/TC 1: both components, 3: technical only, 4: both in one code.
_TEST, _WITH_TECHNICAL = "1", "134"


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    place, day = context.claim.place_of(line), day_of(line)
    if place not in context["places"] or day is None or line.has_modifier("26"):
        return
    policy = context.tables.aside.payment_policy(line.hcpcs, day).value
    if policy is None or policy.pctc not in _WITH_TECHNICAL:
        return
    part = "the technical part" if line.has_modifier("TC") or policy.pctc != _TEST else "the whole test"
    message = (
        f"Line {line.index}: {line.procedure} bills {part}; in a hospital (POS {place}) it is not payable."
    )
    yield Hit(at=line.procedure, message=message, line=line)
