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

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked
from scrubber.tables import Lookups

from ..shared.ask_last import is_on_earlier_line
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
    sources=("S-HCPCS25Q4", "S-HCPCS24", "S-SJANOE-MCDMUE26", "S-ASP25Q4"),
    denials=("CO-181", "N56"),
    claim_status=("A7:507",),
    needs=("drug",),
    parameters={
        "gone_by": Parameter(
            date(2026, 1, 1), "date from which a code with no known last day counts as replaced"
        )
    },
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    code, day = line.hcpcs, line.service.start if line.service else None
    if not has_days(code, context):
        return
    result: CheckResult | None
    if day is None:
        result = Unchecked("the date of service of a drug line is missing or unreadable")
    else:
        result = _ended(line, day, context.tables, context)
    if result and not is_on_earlier_line(line, context, lambda other: _is_same(line, other, context)):
        yield result


def _ended(line: ServiceLine, day: date, tables: Lookups, context: Context) -> Hit | None:
    code = line.hcpcs
    days = tables.code_days(code, day)
    if days and days.last < day:
        message = f"Line {line.index}: {code} ended on {days.last} (service on {day})"
        return Hit(at=line.procedure, message=f"{message}{_next_codes(code, day, tables)}.", line=line)
    if day < context["gone_by"] or tables.aside.hcpcs(code, day).records:
        return None
    if follow := _next_codes(code, day, tables):
        message = f"Line {line.index}: {code} is no longer in the HCPCS code lists{follow}."
        return Hit(at=line.procedure, message=message, line=line, variant="superseded")
    return None


def _is_same(line: ServiceLine, other: ServiceLine, context: Context) -> bool:
    """Return True if another line has the same code and is reported for it."""
    day = other.service.start if other.service else None
    return (
        day is not None
        and other.hcpcs == line.hcpcs
        and _ended(other, day, context.tables.aside, context) is not None
    )


def _next_codes(code: str, day: date, tables: Lookups) -> str:
    """Return which codes replaced a drug's code, as the end of a sentence; empty if that is not known."""
    for drug in (tables.aside.drug(code, day).value, tables.aside.drug_listing(code, day).value):
        if drug and (facts := drug.of_name("successor")):
            notes = {fact.note for fact in facts if fact.note}
            codes = " or ".join(fact.value for fact in facts)
            how = "; ".join(sorted(notes)) or "recalculate the units"
            return f"; it was replaced by {codes} ({how})"
    return ""
