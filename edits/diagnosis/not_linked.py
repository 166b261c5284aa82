"""A diagnosis is on the claim, but no service line points to it.

What is wrong
    A diagnosis in HI is not referenced by the diagnosis pointer (SV107) of any service line.

Why it is refused
    It is not refused; a claim may list conditions that were only considered. But a missing pointer is a
    common error: the diagnosis that supports a drug is on the claim, and the drug line points to another
    one.

How to correct it
    Check whether one of the lines was given for this diagnosis. If so, add the pointer; if not, leave the
    claim as it is.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="DX-19",
    title="Diagnosis not linked to any service line",
    snip=4,
    severity="info",
    to_do="Check whether a line was given for this diagnosis; if so, add its pointer to SV107 of that line.",
    about="diagnoses",
    needs=("unlinked diagnosis",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    used: set[int] = set()
    for line in claim.lines:
        if not line.pointers:
            return
        for pointer in line.pointers:
            diagnosis = claim.diagnosis(pointer)
            if diagnosis is None:
                return  # DX-02 reports an invalid pointer, and it may have meant this diagnosis
            used.add(diagnosis.position)
    unused = [diagnosis for diagnosis in claim.diagnoses if diagnosis.position not in used]
    if unused and used:
        names = ", ".join(f"{diagnosis.code} (diagnosis {diagnosis.position})" for diagnosis in unused)
        yield Hit(at=unused[0].code, message=f"No service line points to {names}.")
