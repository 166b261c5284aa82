"""A drug's code was not yet effective on the date of service.

What is wrong
    The HCPCS code of the drug is effective only from a date after the service.

Why it is refused
    A code is valid by date of service. Before its first day no payer recognizes it, no matter when the claim
    is sent.

How to correct it
    Bill the code that was valid on the date of service: the predecessor that the message names, or an
    unclassified code with name and dose. Check the date of service, too; a wrong year looks the same.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked

from ..shared.dosage import has_days

edit = Edit(
    id="UNIT-05",
    title="Drug code not yet effective on the date of service",
    snip=7,
    severity="reject",
    to_do=(
        "Replace the code in SV101-2 with one that was valid on the date of service, or correct the date "
        "if it is wrong."
    ),
    sources=("S-HCPCS24",),
    denials=("CO-181", "M20"),
    claim_status=("A7:507",),
    needs=("drug",),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    reported = set()
    for line in claim.lines:
        code, day = line.hcpcs, line.service.start if line.service else None
        if code in reported or not has_days(code, context):
            continue
        if day is None:
            yield Unchecked("the date of service of a drug line is missing or unreadable")
            continue
        days = context.tables.code_days(code, day)
        if days and day < days.first:
            reported.add(code)
            known = context.tables.aside.drug(code, day).value
            before = " or ".join(fact.value for fact in known.of_name("predecessor")) if known else ""
            message = f"Line {line.index}: {code} is not effective until {days.first} (service on {day})"
            message += f"; its predecessor is {before}." if before else "."
            yield Hit(at=line.procedure, message=message, line=line)
