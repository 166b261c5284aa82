"""The claim lists a diagnosis twice.

What is wrong
    The same diagnosis code stands more than once in HI.

Why it is refused
    Some payers reject the claim, others drop the repeated code and the pointers to it with it.

How to correct it
    Remove the second one and link its service lines to the first. This is not done automatically, because
    removing a diagnosis moves the pointers of all lines.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="DX-20",
    title="Diagnosis is listed twice",
    snip=4,
    severity="warn",
    about="diagnoses",
    denials=("CO-16", "M64"),
    claim_status=("A7:255",),
    needs=("several diagnoses",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    seen: dict[str, int] = {}
    for diagnosis in claim.diagnoses:
        code = diagnosis.code.replace(".", "").strip().upper()
        if code in seen:
            message = f"{diagnosis.code} is diagnosis {seen[code]} already."
            yield Hit(at=diagnosis.code, message=message)
        else:
            seen[code] = diagnosis.position
