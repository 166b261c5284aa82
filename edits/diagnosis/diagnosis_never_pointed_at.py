"""A diagnosis is on the claim, but no service line points at it.

What is wrong
    A diagnosis in HI is named by no pointer (SV107) of any line.

Why it is refused
    It is not refused: conditions that were only considered may be listed. But often the missing pointer is
    the fault: the diagnosis that would justify a drug is on the claim, and its line points at another one.

How to correct it
    Look whether one of the lines was given for this diagnosis; if so, add the pointer. Else leave it.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="DX-19",
    title="Diagnosis that no line points at",
    snip=4,
    severity="info",
    about="diagnoses",
    needs=("several diagnoses",),
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
                return  # a wrong pointer is another edit's, and may have meant this diagnosis
            used.add(diagnosis.position)
    unused = [diagnosis for diagnosis in claim.diagnoses if diagnosis.position not in used]
    if unused and used:
        names = ", ".join(f"{diagnosis.code} (diagnosis {diagnosis.position})" for diagnosis in unused)
        yield Hit(at=unused[0].code, message=f"No line points at {names}.")
