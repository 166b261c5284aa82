"""A HCPCS code does not exist on the day of service.

What is wrong
    The procedure is a HCPCS level II code (a letter and four digits), and the official list of the day of
    service does not hold it: it ended before, begins later, or never was. Of drug codes that ended or begin
    later, other edits speak.

Why it is refused
    Payers take codes that are valid on the day of service only, whatever the day of the claim.

How to correct it
    Look the code up in the HCPCS file of the quarter. A code that ended mostly has a successor, often with
    another unit. Import each quarter's file: `scrubber tables import hcpcs FILE`.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked
from scrubber.tables import Answer
from scrubber.tables.forms import is_in_hcpcs_file
from scrubber.tables.records import ProcedureCode

edit = Edit(
    id="BILL-25",
    title="HCPCS code does not exist on the day of service",
    snip=5,
    severity="reject",
    sources=("CFR-162.1002", "S-CEDI-HCPCS"),
    denials=("CO-181", "CO-16", "M51"),
    claim_status=("A7:507",),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        code, day = line.hcpcs, line.service.start if line.service else None
        if len(code) != 5 or not code[0].isalpha() or not is_in_hcpcs_file(code):
            continue
        is_drug = context.codes.is_in("drug", code)
        # Asked without account: the shipped table is a part, and what it knows needs no import.
        if is_drug and context.tables.aside.drug(code, day or context.as_of).value:
            continue
        if day is None:
            yield Unchecked("the date of service of a line is missing or unreadable")
            continue
        answer = context.tables.hcpcs(code, day)
        if answer.is_absent and not (is_drug and answer.elsewhen):
            yield Hit(at=line.procedure, message=_why(code, day, answer), line=line)


def _why(code: str, day: date, answer: Answer[ProcedureCode]) -> str:
    ended = [other.terminated for other in answer.elsewhen if other.terminated < day]
    if ended:
        return f"{code} ended on {max(ended)}."
    begins = [other.added for other in answer.elsewhen]
    return f"{code} begins on {min(begins)}." if begins else f"{code} is not in the HCPCS list of {day}."
