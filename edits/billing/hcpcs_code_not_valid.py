"""A HCPCS code is not valid on the date of service.

What is wrong
    The procedure is a HCPCS Level II code (a letter and four digits), and the official list for the date of
    service does not contain it: the code was terminated before, takes effect later, or never existed. Other
    edits report drug codes that were terminated or take effect later.

Why it is refused
    Payers accept only codes that are valid on the date of service, whatever the date of the claim.

How to correct it
    Look up the code in the HCPCS file for the quarter. A terminated code usually has a successor, often with
    a different unit. Import the file each quarter: `scrubber tables import hcpcs FILE`.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked
from scrubber.tables import Answer
from scrubber.tables.forms import is_in_hcpcs_file
from scrubber.tables.rows import ProcedureCode

edit = Edit(
    id="BILL-25",
    title="HCPCS code not valid on the date of service",
    snip=5,
    severity="reject",
    to_do="Replace the HCPCS code in SV101-2 with the code that is valid on the date of service.",
    sources=("CFR-162.1002", "S-HCPCS25Q4", "S-CEDI-HCPCS"),
    denials=("CO-181", "CO-16", "M51"),
    claim_status=("A7:507",),
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    code, day = line.hcpcs, line.service.start if line.service else None
    if len(code) != 5 or not code[0].isalpha() or not is_in_hcpcs_file(code):
        return
    is_drug = context.codes.is_in("drug", code)
    # Looked up without reporting unchecked: the table of drugs is partial, and its codes need no list.
    if is_drug and context.tables.aside.drug(code, day or context.as_of).value:
        return
    if day is None:
        yield Unchecked("the date of service of a line is missing or unreadable")
        return
    answer = context.tables.hcpcs(code, day)
    if answer.is_absent and not (is_drug and answer.elsewhen):
        message = f"Line {line.index}: {_fault(code, day, answer)}."
        yield Hit(at=line.procedure, message=message, line=line)


def _fault(code: str, day: date, answer: Answer[ProcedureCode]) -> str:
    """Return why the code is not valid on the day: terminated before, effective later, or not listed."""
    ended = [other.terminated for other in answer.elsewhen if other.terminated < day]
    if ended:
        return f"{code} was terminated on {max(ended)}, before the date of service {day}"
    begins = [other.added for other in answer.elsewhen]
    if begins:
        return f"{code} is not effective until {min(begins)}, after the date of service {day}"
    return f"{code} is not in the HCPCS file for {day}"
