"""A drug's code had ended before the day of service.

What is wrong
    The HCPCS code of the drug was no longer valid on the day of service. Where its last day is not known, but
    another code has taken its place and it is gone from the lists, that is said as a warning.

Why it is refused
    A code is valid by its own days. After the last one no payer finds a price for it.

How to correct it
    Bill the code that took its place. One of its units is usually another amount, so compute the units anew
    from the dose: the message says how, where it is known. Nothing is exchanged here.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked
from scrubber.tables.drugs import Drug

from ..shared.dosage import has_days

edit = Edit(
    id="UNIT-04",
    title="Drug code had ended before the day of service",
    snip=7,
    severity="reject",
    variants={"superseded": "warn"},
    sources=("S-HCPCS24", "S-SJANOE-MCDMUE26", "S-ASP25Q4"),
    denials=("CO-181", "N56"),
    claim_status=("A7:507",),
    needs=("drug",),
    parameters={
        "gone_by": Parameter(date(2026, 1, 1), "from when a code whose last day is unknown has been replaced")
    },
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
        known = context.tables.aside.drug(code, day).value
        follow = _next_codes(known) if known else ""
        if days and days.last < day:
            said.add(code)
            yield Hit(at=line.procedure, message=f"{code} ended on {days.last}{follow}.", line=line)
        elif follow and day >= context["gone_by"] and not context.tables.aside.hcpcs(code, day).records:
            said.add(code)
            message = f"{code} is gone from the lists{follow}."
            yield Hit(at=line.procedure, message=message, line=line, variant="superseded")


def _next_codes(drug: Drug) -> str:
    facts = drug.of_name("successor")
    if not facts:
        return ""
    notes = {fact.note for fact in facts if fact.note}
    codes = " or ".join(fact.value for fact in facts)
    how = "; ".join(sorted(notes)) or "compute the units anew"
    return f"; in its place came {codes} ({how})"
