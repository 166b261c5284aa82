"""A pointer names a diagnosis that is not there.

What is wrong
    A diagnosis pointer (SV107) is not a number from 1 to 12, or the claim has no diagnosis at that place.

Why it is refused
    The service is left without the diagnosis that was meant to justify it; the payer rejects the claim or
    denies the line.

How to correct it
    Look which diagnosis the service is for. Either the pointer was mistyped, or a diagnosis was removed
    from the claim after the line had been linked to it.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="DX-02",
    title="Diagnosis pointer names no diagnosis of the claim",
    snip=4,
    severity="reject",
    about="diagnoses",
    sources=("X12-837P", "S-CSCLIST"),
    denials=("CO-16", "M76"),
    claim_status=("A8:477",),
)

_MOST_DIAGNOSES = 12


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        for pointer in line.pointers:
            diagnosis = claim.diagnosis(pointer)
            if diagnosis is not None and diagnosis.position <= _MOST_DIAGNOSES:
                continue
            if pointer.strip():  # an empty first pointer is DX-01's
                have = len(claim.diagnoses)
                message = f"The pointer {pointer} names no diagnosis; the claim has {have}."
                yield Hit(at=pointer, message=message, line=line)
