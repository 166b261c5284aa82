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

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked
from scrubber.tables.drugs import Drug

from ..shared.ask_last import is_on_earlier_line
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
    sources=("S-HCPCS25Q4",),
    denials=("CO-181", "M20"),
    claim_status=("A7:507",),
    needs=("drug",),
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    code, day = line.hcpcs, line.service.start if line.service else None
    if not has_days(code, context):
        return
    if day is None:
        if not _is_reported(line, context):
            yield Unchecked("the date of service of a drug line is missing or unreadable")
        return
    days = context.tables.code_days(code, day)
    if days and day < days.first and not _is_reported(line, context):
        tables = context.tables.aside
        drugs = (tables.drug(code, day).value, tables.drug_listing(code, day).value)
        before = next(filter(None, map(_predecessors, drugs)), "")
        message = f"Line {line.index}: {code} is not effective until {days.first} (service on {day})"
        message += f"; its predecessor is {before}." if before else "."
        yield Hit(at=line.procedure, message=message, line=line)


def _predecessors(drug: Drug | None) -> str:
    return " or ".join(fact.value for fact in drug.of_name("predecessor")) if drug else ""


def _is_reported(line: ServiceLine, context: Context) -> bool:
    """Return True if an earlier line has the same code, which was not yet effective there either."""

    def is_too_early(other: ServiceLine) -> bool:
        day = other.service.start if other.service else None
        if day is None or other.hcpcs != line.hcpcs:
            return False
        days = context.tables.aside.code_days(other.hcpcs, day)
        return days is not None and day < days.first

    return is_on_earlier_line(line, context, is_too_early)
