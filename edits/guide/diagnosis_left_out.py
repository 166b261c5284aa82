"""A place among the diagnoses of HI is empty.

What is wrong
    HI has a diagnosis after an empty element, such as HI01 and HI03 without HI02.

Why it is refused
    Diagnoses are reported without gaps: the implementation guide (TR3) has each element only if the one
    before it is not enough. Receivers that close the gap read the pointers (SV107) one diagnosis off.

How to correct it
    Move the diagnoses after the gap up by one place, and correct the pointers of the lines to match.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="GUIDE-26",
    title="Gap among the diagnoses of HI",
    snip=2,
    severity="warn",
    to_do="Move the diagnoses of HI up so that no element between them is empty, and correct SV107 to match.",
    sources=("X12-837P",),
    denials=("CO-16", "M76"),
    claim_status=("A7:254",),
    needs=("diagnosis gap",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for position, diagnosis in enumerate(claim.diagnoses, start=1):
        if diagnosis.position != position:
            message = (
                f"Place {position} of the diagnoses (HI) is empty, but place {diagnosis.position} is not."
            )
            yield Hit(at=diagnosis.code, message=message)
            return
