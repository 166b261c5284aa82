"""The CPT code was deleted before the date of service.

What is wrong
    The date of service is after the last day of the CPT code, such as 99201 (2020-12-31), 99217-99220 and
    99241 (2022-12-31), 99441-99443 (2024-12-31).

Why it is refused
    Payers accept only codes that are valid on the date of service, whatever the date of the claim.

How to correct it
    Bill the code that replaced it; the message names candidates, and the note decides which one. Update
    the charge master, where deleted codes live on.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.days import day_of

edit = Edit(
    id="PROC-14",
    title="CPT code deleted before the date of service",
    snip=5,
    severity="warn",
    to_do="Replace the deleted code in SV101-2 with the code that is valid on the date of service.",
    sources=("CFR-162.1002", "S-PFS25Q4"),
    denials=("CO-181", "CO-16", "M51"),
    claim_status=("A7:507",),
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    day = day_of(line)
    ended = context.tables.aside.ended(line.hcpcs, day).elsewhen if day and line.hcpcs else ()
    for entry in ended:
        instead = f"; see {entry.note}" if entry.note else ""
        message = f"Line {line.index}: {line.procedure} was deleted after {entry.last}{instead}."
        yield Hit(at=line.procedure, message=message, line=line)
