"""A claim has too many diagnoses, or a line too many diagnosis pointers.

What is wrong
    The claim has more than twelve diagnoses (HI), or a line points to more than four of them (SV107).

Why it is refused
    The implementation guide (TR3) has room for twelve and four. A receiver that validates against it rejects
    the transaction set; others drop the rest, and the diagnosis that supports a service may be among them.

How to correct it
    Keep the diagnoses that the day's services were for, the most important first; have someone who knows the
    chart decide. Bill services with other diagnoses on a second claim. For more than 50 lines, see GUIDE-03.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, Field, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="STR-04",
    title="Too many diagnoses or diagnosis pointers",
    snip=2,
    severity="reject",
    to_do="Report at most 12 diagnoses in HI; bill the services that need other diagnoses on a second claim.",
    sources=("X12-837P",),
    denials=("CO-16",),
    claim_status=("A7:481",),
    needs=("faults",),
)

_MOST_DIAGNOSES, _MOST_POINTERS = 12, 4


@edit.claim
def check_diagnoses(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    extra = next((dx for dx in claim.diagnoses if dx.position > _MOST_DIAGNOSES), None)
    if extra and extra.code.element > _MOST_DIAGNOSES:  # GUIDE edits report further segments
        message = f"The claim has more than {_MOST_DIAGNOSES} diagnoses (HI)."
        yield Hit(at=Field.of(extra.code.segment, extra.code.element, 0, "2300"), message=message)


@edit.line
def check_pointers(line: ServiceLine, _context: Context) -> Iterator[CheckResult]:
    if len(line.pointers) > _MOST_POINTERS:
        yield Hit(
            at=Field.of(line.segment, 7, 0, "2400"),
            message=f"Line {line.index}: more than {_MOST_POINTERS} diagnosis pointers (SV107).",
            line=line,
            to_do=f"Report at most {_MOST_POINTERS} pointers in SV107, the most important first.",
        )
