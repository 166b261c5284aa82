"""A drug's code did not exist yet on the day of service.

What is wrong
    The HCPCS code of the drug is valid from a day after the service only.

Why it is refused
    A code is valid by its own days. Before the first one no payer knows it, whenever the claim is sent.

How to correct it
    Bill the code that was valid on the day of service: the predecessor that the message names, or an
    unclassified code with name and dose. Check the date of service, too; a wrong year looks the same.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked

from ..shared.dosage import has_days

edit = Edit(
    id="UNIT-05",
    title="Drug code was not valid yet on the day of service",
    snip=7,
    severity="reject",
    sources=("S-HCPCS24",),
    denials=("CO-181", "M20"),
    claim_status=("A7:507",),
    needs=("drug",),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    said = set()
    for line in claim.lines:
        code, day = line.hcpcs, line.service.start if line.service else None
        if code in said or not has_days(code, context):
            continue
        if day is None:
            yield Unchecked("the date of service of a drug line is missing or unreadable")
            continue
        days = context.tables.code_days(code, day)
        if days and day < days.first:
            said.add(code)
            known = context.tables.aside.drug(code, day).value
            before = " or ".join(fact.value for fact in known.of_name("predecessor")) if known else ""
            message = f"{code} is valid from {days.first} on, the service was on {day}"
            message += f"; before it there was {before}." if before else "."
            yield Hit(at=line.procedure, message=message, line=line)
