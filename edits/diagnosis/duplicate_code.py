"""The claim lists a diagnosis twice.

What is wrong
    The same diagnosis code is reported more than once in HI.

Why it is refused
    Some payers reject the claim; others drop the duplicate code, and the pointers to it with it.

How to correct it
    Remove the duplicate and link its service lines to the first one. There is no automatic fix, because
    removing a diagnosis renumbers the pointers of all lines.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="DX-20",
    title="Duplicate diagnosis code",
    snip=4,
    severity="warn",
    to_do="Remove the duplicate diagnosis from HI, and point its service lines (SV107) to the first one.",
    about="diagnoses",
    denials=("CO-16", "M64"),
    claim_status=("A7:255",),
    needs=("repeated diagnosis",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    seen: dict[str, int] = {}
    for diagnosis in claim.diagnoses:
        code = diagnosis.code.replace(".", "").strip().upper()
        if code in seen:
            message = f"Diagnosis {diagnosis.position}: {diagnosis.code} duplicates diagnosis {seen[code]}."
            yield Hit(at=diagnosis.code, message=message)
        else:
            seen[code] = diagnosis.position
