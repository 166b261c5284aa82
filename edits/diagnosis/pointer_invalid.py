"""A diagnosis pointer refers to a diagnosis that is not on the claim.

What is wrong
    A diagnosis pointer (SV107) is not a number from 1 to 12, or the claim has no diagnosis in that position.

Why it is refused
    The service is left without the diagnosis that was meant to support it; the payer rejects the claim or
    denies the line.

How to correct it
    Check which diagnosis the service is for. Either the pointer was mistyped, or the diagnosis was removed
    from the claim after the line was linked to it.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="DX-02",
    title="Diagnosis pointer does not match a diagnosis on the claim",
    snip=4,
    severity="reject",
    to_do=(
        "Correct the pointer in SV107 to the number of a diagnosis on the claim, or "
        "add the missing diagnosis to HI."
    ),
    about="diagnoses",
    sources=("X12-837P", "S-CSCLIST"),
    denials=("CO-16", "M76"),
    claim_status=("A8:477",),
    needs=("odd pointers",),
)

_MOST_DIAGNOSES = 12


@edit.line_diagnosis
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if context.is_misread("HI"):
        return  # the diagnoses may be there
    for pointer in line.pointers:
        diagnosis = context.claim.diagnosis(pointer)
        if diagnosis is not None and diagnosis.position <= _MOST_DIAGNOSES:
            continue
        have = len(context.claim.diagnoses)
        # DX-01 reports an empty first pointer, a TR3 edit a claim without any diagnosis.
        if pointer.strip() and have:
            message = f"Line {line.index}: pointer {pointer} matches no diagnosis (the claim has {have})."
            yield Hit(at=pointer, message=message, line=line)
