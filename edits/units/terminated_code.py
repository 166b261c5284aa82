"""A drug's code ended before the date of service.

What is wrong
    The HCPCS code of the drug was no longer valid on the date of service. If its last day is not known, but
    another code has replaced it and it is gone from the lists, this is a warning.

Why it is refused
    A code is valid by date of service. After its last day no payer finds a price for it.

How to correct it
    Bill the code that replaced it. Its billing unit is usually a different amount, so recalculate the units
    from the dose: the message says how, where it is known. There is no automatic fix.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked
from scrubber.tables.drugs import Drug

from ..shared.dosage import has_days

edit = Edit(
    id="UNIT-04",
    title="Drug code ended before the date of service",
    snip=7,
    severity="reject",
    to_do=(
        "Replace the code in SV101-2 with one valid on the date of service, and recalculate the units in "
        "SV104 from the dose."
    ),
    variants={"superseded": "warn"},
    sources=("S-HCPCS24", "S-SJANOE-MCDMUE26", "S-ASP25Q4"),
    denials=("CO-181", "N56"),
    claim_status=("A7:507",),
    needs=("drug",),
    parameters={
        "gone_by": Parameter(
            date(2026, 1, 1), "date from which a code with no known last day counts as replaced"
        )
    },
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
        known = context.tables.aside.drug(code, day).value
        follow = _next_codes(known) if known else ""
        if days and days.last < day:
            reported.add(code)
            message = f"Line {line.index}: {code} ended on {days.last} (service on {day}){follow}."
            yield Hit(at=line.procedure, message=message, line=line)
        elif follow and day >= context["gone_by"] and not context.tables.aside.hcpcs(code, day).records:
            reported.add(code)
            message = f"Line {line.index}: {code} is no longer in the HCPCS code lists{follow}."
            yield Hit(at=line.procedure, message=message, line=line, variant="superseded")


def _next_codes(drug: Drug) -> str:
    facts = drug.of_name("successor")
    if not facts:
        return ""
    notes = {fact.note for fact in facts if fact.note}
    codes = " or ".join(fact.value for fact in facts)
    how = "; ".join(sorted(notes)) or "recalculate the units"
    return f"; it was replaced by {codes} ({how})"
